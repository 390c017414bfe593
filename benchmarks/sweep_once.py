"""Sweep so many due starts and end: the other process of P12."""

import sys
from typing import Any


def main(argv: list[str]) -> Any:
    import django  # noqa: PLC0415 - the settings come from the environment

    django.setup()
    from assignments import sweeps  # noqa: PLC0415

    return 0 if sweeps.start_due(limit=int(argv[0])) == int(argv[0]) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
