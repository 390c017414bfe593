"""Who acts when nobody does: timers speak as Onsite itself."""

from typing import Final


class System:
    """The portal itself, as the actor of timers. It has no account and no password."""

    is_authenticated: Final = False

    def __str__(self) -> str:
        return "Onsite"

    def __repr__(self) -> str:
        return "SYSTEM"


SYSTEM: Final = System()
