"""Lines of a form that may be many: deliverables and custom fields. They work without script."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.forms.utils import ErrorDict

from assignments.actions.drafting import Asked, Wanted
from assignments.models import CustomField, DeliverableRequirement

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
        return Wanted(got["title"], got["kind"], got["count"] or 1, got["instructions"], got["pk"])


class AskedForm(LineForm):
    """One custom field. An emptied line is removed."""

    pk = forms.IntegerField(required=False, widget=forms.HiddenInput)
    label = forms.CharField(label="Question", max_length=120, required=False)
    kind = forms.ChoiceField(label="Answer is", choices=CustomField.Kind.choices)
    choices = forms.CharField(
        label="Choices", max_length=500, required=False, help_text="Separate by commas."
    )
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
        return cleaned

    def options(self) -> list[str]:
        typed = self.cleaned_data.get("choices") or ""
        return list(dict.fromkeys(part for one in typed.split(",") if (part := one.strip())))

    def item(self) -> Asked:
        got = self.cleaned_data
        chosen = self.options() if got["kind"] == CustomField.Kind.CHOICE else []
        return Asked(got["label"], got["kind"], chosen, got["is_required"], got["pk"])


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
