"""What both sides say of each other: a grade, few concrete questions, and words if they want (wants.md 9)."""

from typing import Any

from django import forms

from assignments.actions.ratings import Answers, Marks
from assignments.models import Rating
from assignments.states import Grade

LONGEST = 1_000
READERS = "Clients read it on the worker's profile, without your company's name. Name no place and no person."
MARKS = {
    "quality": "Quality of the work",
    "professionalism": "Professionalism",
    "communication": "Communication",
}
ANSWERS = {"site_ready": "Was the site ready?", "scope_true": "Was the scope as posted?"}


def mark_fields() -> dict[str, forms.ChoiceField]:
    """The three things that a client marks, none of them required."""
    return {
        name: forms.ChoiceField(label=label, choices=[("", "No mark"), *Grade.choices], required=False)
        for name, label in MARKS.items()
    }


def marks_of(cleaned: dict[str, Any]) -> Marks:
    return Marks(**{name: cleaned[name] for name in MARKS})


def _words(help_text: str) -> forms.CharField:
    return forms.CharField(
        label="Comment",
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=help_text,
    )


class _RatingForm(forms.Form):
    """`given` is the present rating, which the form changes."""

    small: tuple[str, ...] = ()
    """The questions that stand beside each other."""

    def __init__(self, data: Any = None, *, given: Rating | None) -> None:
        super().__init__(data)
        if given is not None:
            self.initial = {name: getattr(given, name) for name in self.fields}

    @property
    def questions(self) -> list[forms.BoundField]:
        return [self[name] for name in self.small]


class RateWorkerForm(_RatingForm):
    grade = forms.ChoiceField(label="How was the work?", choices=Grade.choices, widget=forms.RadioSelect)
    text = _words(READERS)
    small = tuple(MARKS)

    def __init__(self, data: Any = None, *, given: Rating | None) -> None:
        super().__init__(data, given=given)
        self.fields.update(mark_fields())
        if given is not None:
            self.initial.update({name: getattr(given, name) for name in MARKS})

    @property
    def marks(self) -> Marks:
        return marks_of(self.cleaned_data)


class RateClientForm(_RatingForm):
    """Whether it was paid in time can be said once it is paid, or past due."""

    grade = forms.ChoiceField(
        label="How was it to work for this client?", choices=Grade.choices, widget=forms.RadioSelect
    )
    text = _words("Only the client reads it. The grade and the answers count on the company's card.")

    def __init__(self, data: Any = None, *, given: Rating | None, is_due: bool) -> None:
        super().__init__(data, given=given)
        labels = {**ANSWERS, "paid_in_time": "Were you paid in time?"} if is_due else ANSWERS
        self.small = tuple(labels)
        for name, label in labels.items():
            choices = [("", "No answer"), *Rating.Answer.choices]
            self.fields[name] = forms.ChoiceField(label=label, choices=choices, required=False)
            if given is not None:
                self.initial[name] = getattr(given, name)

    @property
    def answers(self) -> Answers:
        return Answers(**{name: self.cleaned_data[name] for name in self.small})
