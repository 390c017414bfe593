"""Settings by purpose: base is shared; dev, test, production and build say what differs."""
