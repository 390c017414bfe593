"""What the client types on the pages of one verb. Forms clean input; the rules are in the actions."""

from collections.abc import Sequence
from typing import Any

from django import forms

from assignments import candidates
from assignments.actions.money import Ask, worth
from assignments.forms.typed import HoursField, ManyFilesField, MoneyField
from assignments.models import Application, Assignment, Site
from assignments.requirements import lacks
from assignments.states import HoldReason, MoneyKind, PricingType
from common.errors import Invalid
from common.photos import without_camera
from common.uploads import ACCEPTED, CheckedUpload, check_upload
from workers.models import Worker


def _text(label: str, **options: Any) -> forms.CharField:
    options.setdefault("max_length", 1_000)
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": 3}), **options)


def anyway_field(help_text: str) -> forms.BooleanField:
    """The client's word to choose a worker who does not meet all that is asked (domain.md T4)."""
    return forms.BooleanField(
        label="Assign all the same, although requirements are not met", required=False, help_text=help_text
    )


class RevisionForm(forms.Form):
    """The revision of the offer that was read: a later one is not accepted unseen."""

    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, offer: Application, lacking: Sequence[str] = ()) -> None:
        super().__init__(data, initial={"revision": offer.revision})
        if lacking:
            self.fields["anyway"] = anyway_field(f"{offer.worker} does not meet: {'; '.join(lacking)}.")


class DirectForm(forms.Form):
    """One of the workers who agreed to be assigned without applying."""

    worker = forms.ModelChoiceField(
        candidates.chosen(0, []), label="Worker", empty_label=None, widget=forms.RadioSelect
    )

    def __init__(self, *data: Any, client_id: int, near: Assignment, worker: str = "") -> None:
        super().__init__(*data)
        self.initial["worker"] = worker
        found = candidates.agreed(client_id, near=near)
        lacking = lacks(near, [one.worker for one in found])
        notes = {one.worker.pk: _with_lacks(one.note, lacking[one.worker.pk]) for one in found}
        if any(lacking.values()):
            self.fields["anyway"] = anyway_field("Only needed for workers who lack something.")
        self.has_workers = bool(found)
        field = self.fields["worker"]
        field.queryset = candidates.chosen(client_id, notes)  # type: ignore[attr-defined]
        field.label_from_instance = lambda worker: _named(worker, notes)  # type: ignore[attr-defined]


def _with_lacks(note: str, missing: list[str]) -> str:
    return " · ".join(part for part in (note, f"lacks {'; '.join(missing)}" if missing else "") if part)


def _named(worker: Worker, notes: dict[int, str]) -> str:
    return " · ".join(part for part in (str(worker), notes.get(worker.pk, "")) if part)


class AnswerForm(forms.Form):
    answer = _text("Your answer", max_length=2_000, help_text="Leave out phone numbers and addresses.")
    is_public = forms.BooleanField(
        label="Show question and answer to every worker who can see this assignment",
        required=False,
        initial=True,
    )


class HoldForm(forms.Form):
    reason = forms.ChoiceField(label="Reason", choices=[("", "Choose"), *HoldReason.choices])
    note = _text("Note", required=False, max_length=2_000, help_text="The worker reads it.")


class SiteForm(forms.Form):
    """What may still change once somebody is assigned."""

    name = forms.CharField(label="Location name", max_length=120, required=False)
    number = forms.CharField(label="Location number", max_length=40, required=False)
    contact_name = forms.CharField(label="Site contact", max_length=120, required=False)
    contact_phone = forms.CharField(label="Contact's phone", max_length=40, required=False)
    contact_email = forms.EmailField(label="Contact's e-mail", max_length=254, required=False)
    instructions = _text("How to get in", max_length=2_000, required=False)

    def __init__(self, data: Any = None, *, site: Site | None) -> None:
        known = {name: getattr(site, name) for name in type(self).base_fields} if site else {}
        super().__init__(data, initial=known)


class AttachForm(forms.Form):
    """Documents, each checked by its content."""

    documents = ManyFilesField(
        label="Documents",
        help_text="Pictures, PDF, Word, Excel, text or CSV, up to 25 MB each.",
        allow_empty_file=True,
    )

    def __init__(self, *data: Any) -> None:
        super().__init__(*data)
        self.uploads: list[tuple[Any, CheckedUpload]] = []
        self.fields["documents"].widget.attrs["accept"] = ACCEPTED

    def clean_documents(self) -> Any:
        return checked_files(self, "documents", self.uploads)


def checked_files(form: forms.Form, name: str, into: list[tuple[Any, CheckedUpload]]) -> Any:
    """Measure each file of the field; a bad one is named in its sentence. Fills `into` with (file, checked)."""
    for file in form.cleaned_data.get(name) or []:
        try:
            into.append(without_camera(file, check_upload(file)))
        except Invalid as error:
            form.add_error(name, f"{file.name}: {error.sentence}")
    return form.cleaned_data.get(name)


class AddMoneyForm(forms.Form):
    """Money that nobody asked for. Hourly and unit work grows by hours or units, all else by an amount."""

    checked = forms.IntegerField(required=False, widget=forms.HiddenInput)
    kind = forms.ChoiceField(
        label="What for", choices=MoneyKind.choices, widget=forms.RadioSelect, initial=MoneyKind.INCREASE
    )
    amount = MoneyField(label="Amount", required=False, help_text="What the worker gets, for example 50.00.")
    more_hours = HoursField(
        label="More hours", required=False, help_text="For a budget increase: 1.5 or 1:30."
    )
    more_units = forms.IntegerField(
        label="More units", required=False, min_value=0, max_value=100_000, help_text="For a budget increase."
    )
    reason = _text("Reason", help_text="The worker reads it.")

    def __init__(self, *data: Any, row: Assignment) -> None:
        super().__init__(*data)
        self.row = row
        self.fields["amount"].currency = row.currency  # type: ignore[attr-defined]
        is_timed = row.pricing_type in (PricingType.HOURLY, PricingType.BLENDED)
        if not is_timed:
            del self.fields["more_hours"]
        if row.pricing_type != PricingType.UNIT:
            del self.fields["more_units"]
        if is_timed or row.pricing_type == PricingType.UNIT:
            self.fields["amount"].label = "Amount of an expense or bonus"
        else:
            self.fields["amount"].required = True

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and worth(self.row.terms, self.ask()) <= 0:
            self.add_error(self._quantity(), "Enter how much more, above zero.")
        return cleaned

    def _quantity(self) -> str:
        is_increase = self.cleaned_data.get("kind") == MoneyKind.INCREASE
        found = next((name for name in ("more_hours", "more_units") if name in self.fields), "amount")
        return found if is_increase else "amount"

    def ask(self) -> Ask:
        got = self.cleaned_data
        name = self._quantity()
        return Ask(
            kind=got["kind"],
            reason=got["reason"],
            amount_minor=(got.get("amount") or 0) if name == "amount" else 0,
            add_minutes=(got.get("more_hours") or 0) if name == "more_hours" else 0,
            add_units=(got.get("more_units") or 0) if name == "more_units" else 0,
        )
