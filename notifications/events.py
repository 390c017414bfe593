"""The events that people can be told about. The rooms above register theirs while apps load."""

from dataclasses import dataclass


class UnknownEvent(LookupError):
    """Nobody registered this event."""


@dataclass(frozen=True, slots=True)
class Event:
    """One row of the preferences table. A must-have event reaches its people whatever they switched.

    What only Onsite's own staff hear (`is_staff`) is in nobody's table.
    """

    kind: str
    title: str
    group: str
    must_have: bool = False
    is_staff: bool = False


_events: dict[str, Event] = {}


def register(kind: str, title: str, group: str, must_have: bool = False, *, is_staff: bool = False) -> None:
    """Make an event known; raises ValueError when the kind is taken."""
    if kind in _events:
        raise ValueError(f"the event {kind} is registered twice")
    _events[kind] = Event(kind, title, group, must_have, is_staff)


def event(kind: str) -> Event:
    """The event of a kind; raises UnknownEvent."""
    try:
        return _events[kind]
    except KeyError:
        raise UnknownEvent(f"no event is registered as {kind}") from None


def groups() -> dict[str, list[Event]]:
    """The events that people choose about, by group, in the order of registration."""
    grouped: dict[str, list[Event]] = {}
    for known in _events.values():
        if known.is_staff:
            continue
        grouped.setdefault(known.group, []).append(known)
    return grouped
