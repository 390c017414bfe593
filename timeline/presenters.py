"""How each kind of entry is shown. The rooms above register theirs; an unknown kind is an error."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.models import User
from timeline.facts import revived
from timeline.models import Entry


class UnknownKind(LookupError):
    """Nobody registered this kind."""


@dataclass(frozen=True, slots=True)
class Presenter:
    """The words and the icon of a kind."""

    kind: str
    title: str
    icon: str

    @property
    def template(self) -> str:
        return f"timeline/{self.kind}.html"


@dataclass(frozen=True, slots=True)
class Presented:
    """An entry ready for a page: include `template` with `entry`, `facts` and `actor_name`."""

    entry: Entry
    title: str
    template: str
    icon: str
    facts: dict[str, Any]
    actor_name: str

    @property
    def at(self) -> datetime:
        return self.entry.at

    @property
    def actor(self) -> str:
        """The name again, as the time line component calls it."""
        return self.actor_name


_presenters: dict[str, Presenter] = {}


def register(kind: str, *, title: str, icon: str) -> None:
    """Make a kind known. Called while apps load; raises ValueError when the kind is taken."""
    if kind in _presenters:
        raise ValueError(f"the entry kind {kind} is registered twice")
    _presenters[kind] = Presenter(kind, title, icon)


def presenter(kind: str) -> Presenter:
    """The presenter of a kind; raises UnknownKind."""
    try:
        return _presenters[kind]
    except KeyError:
        raise UnknownKind(f"no presenter for the entry kind {kind}") from None


def kinds() -> list[str]:
    """All known kinds, sorted."""
    return sorted(_presenters)


def present(entry: Entry) -> Presented:
    """Prepare an entry for a page. Load the entry with its actor (select_related) to stay at one query."""
    known = presenter(entry.kind)
    return Presented(
        entry=entry,
        title=known.title,
        template=known.template,
        icon=known.icon,
        facts=revived(entry.facts),
        actor_name=acting_name(entry),
    )


def acting_name(entry: Entry) -> str:
    """Who did it and, where somebody acted for another, for whom."""
    name, other = actor_name(entry.actor), entry.facts.get("acted_for")
    return f"{name} for {other}" if other else name


def actor_name(actor: User | None) -> str:
    """Who did it: the person's name, or Onsite for timers."""
    return str(actor) if actor is not None else "Onsite"
