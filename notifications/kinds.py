"""What a room's history can tell, and what of it people are told of: one shape, registered in one way."""

from collections.abc import Iterable
from dataclasses import dataclass

from notifications import events
from timeline import presenters


@dataclass(frozen=True, slots=True)
class Kind:
    """An entry kind; `is_told` kinds have a mail and a row in the preferences, in `group` or the room's own."""

    kind: str
    title: str
    icon: str
    is_told: bool = False
    must_have: bool = False
    group: str = ""


def register(kinds: Iterable[Kind], *, group: str) -> None:
    """Let histories, mails and preferences know these kinds; called once, when the room is ready."""
    for kind in kinds:
        presenters.register(kind.kind, title=kind.title, icon=kind.icon)
        if kind.is_told:
            events.register(kind.kind, title=kind.title, group=kind.group or group, must_have=kind.must_have)
