"""`make security`: attacks on a portal of its own, on the loopback address, with demo data."""
