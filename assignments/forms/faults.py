"""What the sides of a fault record type: whose it is instead, what happened, whether they agree."""

from typing import Any

from django import forms

from assignments.fault_states import PARTY_WORDS, Party
from assignments.models import FaultEntry

LONGEST = 2_000


def _words(label: str, help_text: str, *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=LONGEST,
        required=required,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=help_text,
    )


def _parties(but: str = "") -> list[tuple[str, str]]:
    return [(value, PARTY_WORDS[value].capitalize()) for value in Party.values if value != but]


class ContestForm(forms.Form):
    party = forms.ChoiceField(
        label="At fault instead",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose who is at fault instead"},
    )
    text = _words("What happened", "The other side and Onsite read it. You say it once.")

    def __init__(self, data: Any = None, *, fault: FaultEntry) -> None:
        super().__init__(data)
        self.fields["party"].choices = _parties(fault.party)  # type: ignore[attr-defined]


class AnswerForm(forms.Form):
    """The button says whether the side agrees."""

    text = _words(
        "What happened, as you know it",
        "Needed if you do not agree. The other side and Onsite read it. You say it once.",
        required=False,
    )


class DecideForm(forms.Form):
    """For Onsite's admins."""

    party = forms.ChoiceField(label="At fault", choices=_parties(), widget=forms.RadioSelect)
    reason = forms.CharField(
        label="Reason",
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Both sides read it. It is final.",
    )
