"""Lines of a form that may be many: deliverables and custom fields. They work without script."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.forms.utils import ErrorDict

from assignments.actions.asking import Asked, Grouped, Wanted
from assignments.answers import MOST_SERIALS, number_words
from assignments.forms.typed import HoursField
from assignments.models import CustomField, DeliverableRequirement
from assignments.models.field_groups import FIRST_GROUP

BLANK = 3
MOST = 60


class QuietForm(forms.Form):
    """A form that can be drawn again as typed without judging it (`is_judged=False`).

    Fields in `needed_later` are not marked as optional, though a draft may leave them empty.
    """

    needed_later: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, *data: Any, is_judged: bool = True, **options: Any) -> None:
        super().__init__(*data, **options)
        self.is_judged = is_judged
        for name in self.needed_later:
            self.fields[name].required = True

    def full_clean(self) -> None:
        if not self.is_judged:
            self._errors, self.cleaned_data = ErrorDict(), {}
            return
        for name in self.needed_later:
            self.fields[name].required = False
        super().full_clean()
        for name in self.needed_later:
            self.fields[name].required = True


class LineForm(QuietForm):
    """One line of many. Only the filled ones count."""

    @property
    def is_filled(self) -> bool:
        raise NotImplementedError

    def item(self) -> Any:
        """What the line says; only of a filled and valid one."""
        raise NotImplementedError


class WantedForm(LineForm):
    """One deliverable. An emptied line is removed."""

    pk = forms.IntegerField(required=False, widget=forms.HiddenInput)
    kind = forms.ChoiceField(label="Kind", choices=DeliverableRequirement.Kind.choices)
    title = forms.CharField(label="What", max_length=120, required=False)
    count = forms.IntegerField(label="How many", min_value=1, max_value=99, initial=1, required=False)
    moment = forms.ChoiceField(
        label="When", choices=DeliverableRequirement.Moment.choices, initial=DeliverableRequirement.Moment.ANY,
        required=False,
    )  # fmt: skip
    due_minutes = HoursField(
        label="Due, hours after the start", required=False, help_text="Empty: with all deliverables."
    )
    instructions = forms.CharField(label="Instructions", max_length=500, required=False)

    @property
    def is_filled(self) -> bool:
        return bool(self.cleaned_data.get("title") or self.cleaned_data.get("instructions"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("instructions") and not cleaned.get("title") and "title" not in self.errors:
            self.add_error("title", "Enter what the worker has to give.")
        return cleaned

    def item(self) -> Wanted:
        got = self.cleaned_data
        return Wanted(
            got["title"],
            got["kind"],
            got["count"] or 1,
            got["instructions"],
            got["pk"],
            got["moment"] or DeliverableRequirement.Moment.ANY,
            got["due_minutes"],
        )


class AskedForm(LineForm):
    """One custom field. An emptied line is removed."""

    pk = forms.IntegerField(required=False, widget=forms.HiddenInput)
    label = forms.CharField(label="Question", max_length=120, required=False)
    kind = forms.ChoiceField(label="Answer is", choices=CustomField.Kind.choices)
    choices = forms.CharField(
        label="Choices", max_length=500, required=False, help_text="Separate by commas."
    )
    count = forms.IntegerField(
        label="How many serial numbers", min_value=1, max_value=MOST_SERIALS, initial=1, required=False
    )
    least = forms.DecimalField(label="Smallest number", max_digits=18, decimal_places=6, required=False)
    most = forms.DecimalField(label="Largest number", max_digits=18, decimal_places=6, required=False)
    group = forms.CharField(
        label="Group", max_length=120, required=False, help_text=f"Empty: {FIRST_GROUP}.",
        widget=forms.TextInput(attrs={"list": "groups"}),
    )  # fmt: skip
    is_required = forms.BooleanField(label="Required", required=False, initial=True)

    @property
    def is_filled(self) -> bool:
        return bool(self.cleaned_data.get("label") or self.cleaned_data.get("choices"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("choices") and not cleaned.get("label") and "label" not in self.errors:
            self.add_error("label", "Enter the question.")
        if (
            cleaned.get("label")
            and cleaned.get("kind") == CustomField.Kind.CHOICE
            and len(self.options()) < 2
        ):
            self.add_error("choices", "Enter at least two choices, separated by commas.")
        least, most = cleaned.get("least"), cleaned.get("most")
        if least is not None and most is not None and least > most:
            self.add_error("most", "Enter a largest number above the smallest one.")
        return cleaned

    def options(self) -> list[str]:
        typed = self.cleaned_data.get("choices") or ""
        return list(dict.fromkeys(part for one in typed.split(",") if (part := one.strip())))

    def item(self) -> Asked:
        got = self.cleaned_data
        kind, is_number = got["kind"], got["kind"] == CustomField.Kind.NUMBER
        return Asked(
            got["label"],
            kind,
            self.options() if kind == CustomField.Kind.CHOICE else [],
            got["is_required"],
            got["pk"],
            " ".join(got["group"].split()),
            (got["count"] or 1) if kind == CustomField.Kind.SERIALS else 1,
            number_words(got["least"]) if is_number else "",
            number_words(got["most"]) if is_number else "",
        )


class GroupForm(LineForm):
    """One group of custom fields: what is said of all of them. Fields name it by its title."""

    pk = forms.IntegerField(required=False, widget=forms.HiddenInput)
    title = forms.CharField(label="Group", max_length=120, required=False)
    instructions = forms.CharField(label="Instructions", max_length=500, required=False)
    is_survey = forms.ChoiceField(
        label="Filled", choices=[("", "With the work"), ("survey", "Last, as a survey")], required=False
    )
    is_required = forms.BooleanField(label="Required before submitting", required=False, initial=True)

    @property
    def is_filled(self) -> bool:
        return bool(self.cleaned_data.get("title") or self.cleaned_data.get("instructions"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("instructions") and not cleaned.get("title") and "title" not in self.errors:
            self.add_error("title", "Enter the name of the group.")
        return cleaned

    def item(self) -> Grouped:
        got = self.cleaned_data
        title = " ".join(got["title"].split())
        return Grouped(title, got["instructions"], got["is_required"], bool(got["is_survey"]), got["pk"])


class Rows:
    """The lines of one kind: those that exist, and some blank ones. `<prefix>-lines` says how many were drawn."""

    def __init__(
        self,
        form_class: Callable[..., LineForm],
        prefix: str,
        data: Mapping[str, Any] | None,
        start: Sequence[Mapping[str, Any]] = (),
        *,
        more: bool = False,
        is_judged: bool = True,
        blank: int = BLANK,
        most: int = MOST,
    ) -> None:
        self.name = f"{prefix}-lines"
        self.add = f"{prefix}-add"
        count = _count(data.get(self.name)) if data is not None else len(start) + blank
        self.forms: list[LineForm] = []
        for i in range(min(count + (blank if more else 0), most)):
            known = data is None or i < count
            self.forms.append(
                form_class(
                    *([data] if data is not None and known else []),
                    prefix=f"{prefix}-{i}",
                    initial=dict(start[i]) if data is None and i < len(start) else None,
                    is_judged=is_judged,
                )
            )
        self.count = len(self.forms)
        self.is_full = self.count >= most

    @property
    def has_some(self) -> bool:
        """Whether more was drawn, started with or typed than the first blank lines."""
        return any(form.initial or (form.is_bound and form.has_changed()) for form in self.forms)

    def __iter__(self) -> Iterator[LineForm]:
        return iter(self.forms)

    def is_valid(self) -> bool:
        judged = [form.is_valid() for form in self.forms]  # all of them, so that every line shows its errors
        return all(judged)

    def items(self) -> list[Any]:
        """The filled lines; only after is_valid()."""
        return [form.item() for form in self.forms if form.is_filled]


def _count(text: Any) -> int:
    return (
        min(int(text), MOST)
        if isinstance(text, str) and text.isascii() and text.isdigit() and len(text) < 4
        else 0
    )
