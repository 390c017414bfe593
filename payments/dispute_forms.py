"""Forms of disputes: they clean what was typed; every rule is asked of the actions."""

from collections.abc import Sequence
from typing import Any

from django import forms

from assignments.forms.client import checked_files
from assignments.forms.talk import AGAIN
from assignments.forms.typed import ManyFilesField
from common.money import Money
from common.uploads import ACCEPTED, CheckedUpload
from payments.actions.disputing import MOST_FILES
from payments.forms import MoneyField
from payments.states import Decision, Ground

KEPT = "The other side and Onsite will read it. It cannot be deleted."


class StatementForm(forms.Form):
    """Own words with files; the files pass the same gate as everywhere."""

    statement = forms.CharField(
        label="Your side", max_length=5_000, widget=forms.Textarea(attrs={"rows": 6}), help_text=KEPT
    )
    attached = ManyFilesField(
        label="Files",
        required=False,
        allow_empty_file=True,
        help_text=f"Up to {MOST_FILES}: pictures, PDF, Word, Excel, text or CSV, at most 25 MB each.",
    )

    def __init__(self, *data: Any) -> None:
        super().__init__(*data)
        self.uploads: list[tuple[Any, CheckedUpload]] = []
        self.fields["attached"].widget.attrs["accept"] = ACCEPTED

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        files = cleaned.get("attached") or []
        if len(files) > MOST_FILES:
            self.add_error("attached", f"Choose at most {MOST_FILES} files.")
        elif files:
            checked_files(self, "attached", self.uploads)
        if files and self.errors:
            self.add_error("attached", AGAIN)
        return cleaned


class AnswerForm(StatementForm):
    """A side's statement."""


class AppealForm(StatementForm):
    """Why another admin should decide again."""

    def __init__(self, *data: Any) -> None:
        super().__init__(*data)
        self.fields["statement"].label = "What the decision got wrong"


class DisputeForm(StatementForm):
    """What it is about, and the own words."""

    ground = forms.ChoiceField(label="What it is about", widget=forms.RadioSelect)

    def __init__(self, *data: Any, grounds: Sequence[Ground]) -> None:
        super().__init__(*data)
        self.fields["statement"].label = "What happened, and what you ask for"
        self.fields["ground"].choices = [(g.value, g.label) for g in grounds]  # type: ignore[attr-defined]
        if len(grounds) == 1:
            self.fields["ground"].initial = grounds[0].value
        self.order_fields(["ground", "statement", "attached"])


class FigureForm(forms.Form):
    """One side's sealed figure."""

    def __init__(self, *data: Any, currency: str, label: str, most: Money) -> None:
        super().__init__(*data)
        self.fields["figure"] = MoneyField(
            currency=currency,
            label=label,
            help_text=f"From {Money.zero(currency)} to {most}, as pay for the worker.",
        )


class SettlementForm(forms.Form):
    """A figure that the other side can accept."""

    def __init__(self, *data: Any, amount: Money) -> None:
        super().__init__(*data)
        self.fields["amount"] = MoneyField(
            currency=amount.currency,
            label="Pay for the worker",
            help_text=f"From {Money.zero(amount.currency)} to {amount}. The other side reads it.",
        )
        self.fields["note"] = forms.CharField(
            label="Why this figure",
            max_length=1_000,
            required=False,
            widget=forms.Textarea(attrs={"rows": 3}),
            help_text="The other side reads it.",
        )


class AutomaticForm(forms.Form):
    """The worker's word; the tick is never set beforehand."""

    agreed_bps = forms.IntegerField(widget=forms.HiddenInput)
    agreed = forms.BooleanField(
        label="Take FastFunds automatically after each approval, for this fee",
        error_messages={"required": "Tick the box to agree. Nothing changes until you do."},
    )


class SwitchForm(forms.Form):
    """Which way the switch of one assignment goes."""

    to = forms.CharField(widget=forms.HiddenInput)


SUMMARY_HELP = (
    "Optional. Everybody can read it at /precedents/ once the decision is final. "
    "No names, places, amounts or numbers."
)


class SummaryForm(forms.Form):
    """A summary for everybody, of a decision that is final."""

    summary = forms.CharField(
        label="Summary for everybody",
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=SUMMARY_HELP,
    )


class SettleForm(forms.Form):
    """An admin's decision."""

    decision = forms.ChoiceField(label="Decision", choices=Decision.choices, widget=forms.RadioSelect)
    reason_to_client = forms.CharField(
        label="Reason to the client", max_length=2_000, widget=forms.Textarea(attrs={"rows": 3})
    )
    reason_to_worker = forms.CharField(
        label="Reason to the worker", max_length=2_000, widget=forms.Textarea(attrs={"rows": 3})
    )
    internal_note = forms.CharField(
        label="Internal note", max_length=2_000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    summary = forms.CharField(
        label="Summary for everybody",
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=SUMMARY_HELP,
    )

    def __init__(self, *data: Any, currency: str, can_close: bool = True, bounds: str = "") -> None:
        """`can_close`: before anything was decided. `bounds`: what both figures of a small claim leave to decide."""
        super().__init__(*data)
        self.fields["amount"] = MoneyField(
            currency=currency, label="Worker's pay, for a part", required=False, help_text=bounds
        )
        if can_close:
            self.fields["decision"].choices = [  # type: ignore[attr-defined]
                *Decision.choices,
                ("close", "Close without a decision: nothing about the money changes"),
            ]
        self.order_fields(["decision", "amount"])
