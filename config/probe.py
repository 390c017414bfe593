"""`python -m config.probe`: does this container's web server answer? For its health check."""

import os
import urllib.request


def main(address: str = "http://127.0.0.1:8000/healthz") -> None:
    """Ask under a name that ALLOWED_HOSTS knows. Raises URLError, which ends with code 1."""
    host = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].strip().lstrip(".")
    urllib.request.urlopen(urllib.request.Request(address, headers={"Host": host}), timeout=3).close()  # noqa: S310


if __name__ == "__main__":
    main()
