"""Not Satisfied: the reason, and what is wrong thing by thing."""

from collections.abc import Sequence
from typing import Any

from django import forms

from assignments.actions.reviewing import Remarks
from assignments.forms.fields import AmountField
from assignments.forms.shared import ReasonForm
from assignments.models import Deliverable, Remark
from common.money import Money


class SendBackForm(ReasonForm):
    """One reason for the whole; a file that is remarked on is asked for again; a lower pay, if the client would take
    the work as it is."""

    def __init__(
        self, *data: Any, kept: Sequence[Deliverable], has_hours: bool, has_fields: bool, submitted: Money
    ) -> None:
        super().__init__(*data, label="What has to be better")
        self.fields["proposed"] = AmountField(
            label="Pay you would approve as it is", currency=submitted.currency, zero=True, required=False,
            help_text=f"Less than the submitted {submitted}. Only the worker can take it; the other way is to do "
            "what you ask for.",
        )  # fmt: skip
        self.kept, self.submitted = kept, submitted
        for file in kept:
            self.fields[f"remark_{file.pk}"] = forms.CharField(
                label=f"Ask again for {file.name}: what is wrong", max_length=500, required=False
            )
        for subject, label, is_there in (
            (Remark.Subject.HOURS, "Remark on the time on site", has_hours),
            (Remark.Subject.FIELDS, "Remark on the answers", has_fields),
        ):
            if is_there:
                self.fields[f"about_{subject}"] = forms.CharField(label=label, max_length=500, required=False)

    def rows(self) -> list[tuple[Deliverable, forms.BoundField]]:
        """Each file with its input."""
        return [(file, self[f"remark_{file.pk}"]) for file in self.kept]

    def subjects(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith("about_")]

    def proposal(self) -> Money | None:
        """The proposed pay; None where nothing was typed."""
        minor = self.cleaned_data["proposed"]
        return None if minor is None else Money(minor, self.submitted.currency)

    def remarks(self) -> Remarks:
        """What was typed; only after is_valid(). A remark on a file that is gone by now is kept: the action says so."""
        typed = self.cleaned_data
        known = {f.pk: typed[f"remark_{f.pk}"] for f in self.kept}
        subjects = {s: typed[f"about_{s}"] for s in Remark.Subject.values if typed.get(f"about_{s}")}
        return Remarks({pk: text for pk, text in (known | self._gone(known)).items() if text}, subjects)

    def _gone(self, known: dict[int, str]) -> dict[int, str]:
        found = {name.removeprefix("remark_"): text for name, text in self.data.items() if "remark_" in name}
        ids = {int(pk): text for pk, text in found.items() if pk.isascii() and pk.isdigit() and len(pk) < 19}
        return {pk: str(text)[:500] for pk, text in ids.items() if pk not in known}
