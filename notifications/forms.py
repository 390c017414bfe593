"""The preferences table as a form: two lists of ticked events."""

from dataclasses import dataclass
from typing import Any

from django import forms

from notifications.events import Event, groups
from notifications.preferences import BOTH, Channels


@dataclass(frozen=True, slots=True)
class Row:
    """One event with its present switches."""

    event: Event
    channels: Channels


class PreferencesForm(forms.Form):
    """What to hear of, where. Must-have events are no choice: sending one is an input error."""

    def __init__(self, chosen: dict[str, Channels], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.chosen = chosen
        self.optional = [
            known.kind for events in groups().values() for known in events if not known.must_have
        ]
        choices = [(kind, kind) for kind in self.optional]
        for name in ("portal", "email"):
            self.fields[name] = forms.MultipleChoiceField(required=False, choices=choices)

    def table(self) -> dict[str, list[Row]]:
        """The rows of the table by group: what is kept, or what was just typed."""
        return {
            group: [Row(known, self._now(known)) for known in events] for group, events in groups().items()
        }

    def choices(self) -> dict[str, Channels]:
        """The cleaned switches of every optional event."""
        portal, email = self.cleaned_data["portal"], self.cleaned_data["email"]
        return {kind: Channels(portal=kind in portal, email=kind in email) for kind in self.optional}

    def _now(self, known: Event) -> Channels:
        if known.must_have:
            return BOTH
        if self.is_bound:
            portal, email = self["portal"].value() or [], self["email"].value() or []
            return Channels(portal=known.kind in portal, email=known.kind in email)
        return self.chosen.get(known.kind, BOTH)
