"""Forms of money: they clean what was typed; every rule is asked of the actions."""

from collections.abc import Sequence
from typing import Any

from django import forms

from assignments.forms.rating import MARKS, READERS, mark_fields, marks_of
from assignments.models import Assignment, ChangeOrder, MoneyRequest, Rating
from assignments.states import CancelReason, Grade
from clients.models import Client
from common.money import BadAmount, Money
from payments.actions.approving import Answer, Grading


class MoneyField(forms.CharField):
    """An amount as a person types it, in one currency."""

    def __init__(self, *, currency: str, **kwargs: Any) -> None:
        self.currency = currency
        kwargs.setdefault("max_length", 20)
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            money = Money.parse(text, self.currency)
        except BadAmount as error:
            raise forms.ValidationError(str(error)) from error
        if money.minor < 0:
            raise forms.ValidationError("Enter an amount of zero or more.")
        return money


def hidden(form: forms.BaseForm) -> forms.BaseForm:
    """The same form with nothing to type, for the check page."""
    for name in form.fields:
        form.fields[name].widget = forms.HiddenInput()
    return form


class ApproveForm(forms.Form):
    """What is decided with an approval: each open request, and a rating if wanted."""

    expected = forms.IntegerField(widget=forms.HiddenInput, required=False)
    grade = forms.ChoiceField(
        label="How was the work",
        choices=[("", "No rating"), *Grade.choices],
        required=False,
        help_text="The worker reads it when both of you have rated, or when it is Paid.",
    )
    text = forms.CharField(
        label="A sentence about the work",
        max_length=1_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=READERS,
    )

    def __init__(
        self,
        *data: Any,
        requests: Sequence[MoneyRequest],
        orders: Sequence[ChangeOrder] = (),
        given: Rating | None = None,
        is_final: bool = False,
    ) -> None:
        """`given`: the rating that the client gave before; a final one is not asked again."""
        super().__init__(*data)
        self.asked: dict[str, MoneyRequest | ChangeOrder] = {
            **{f"request_{one.pk}": one for one in requests},
            **{f"order_{one.pk}": one for one in orders},
        }
        self.fields.update(mark_fields())
        self.order_fields(["grade", *MARKS, "text"])
        if given is not None:
            self.initial.update({name: getattr(given, name) for name in ("grade", *MARKS, "text")})
        if is_final:
            for name in ("grade", *MARKS, "text"):
                del self.fields[name]
        for name, asked in self.asked.items():
            amount = Money(asked.amount_minor, asked.assignment.currency)
            self.fields[name] = forms.ChoiceField(
                label=self._words(asked, amount),
                choices=[("approve", f"Approve {amount}"), ("decline", "Decline it")],
                widget=forms.RadioSelect,
                error_messages={"required": "Choose: undecided requests are not paid."},
            )
            self.fields[f"reason_{name}"] = forms.CharField(
                label="Why, if you decline it",
                max_length=1_000,
                required=False,
                help_text="The worker reads it.",
            )
        self.order_fields([part for name in self.asked for part in (name, f"reason_{name}")])

    @staticmethod
    def _words(asked: MoneyRequest | ChangeOrder, amount: Money) -> str:
        """What is decided here; a smaller offer that the worker has not answered is said with it."""
        if isinstance(asked, ChangeOrder):
            return f"Extra work for {amount}: {asked.what}"
        words = f"{asked.get_kind_display()} of {amount}: {asked.reason}"
        if asked.counter_minor is None:
            return words
        offered = Money(asked.counter_minor, asked.assignment.currency)
        return f"{words} (you offered {offered}; the worker has not answered)"

    def clean(self) -> dict[str, Any]:
        """Who declines says why, as on the request's own page."""
        cleaned = super().clean() or {}
        for name in self.asked:
            if cleaned.get(name) == "decline" and not cleaned.get(f"reason_{name}"):
                self.add_error(f"reason_{name}", "Enter a reason. The worker will read it.")
        return cleaned

    def grading(self) -> Grading | None:
        """The rating, where one is given."""
        cleaned = self.cleaned_data
        if not cleaned.get("grade"):
            return None
        return Grading(cleaned["grade"], cleaned["text"], marks_of(cleaned))

    def chosen(self) -> list[MoneyRequest | ChangeOrder]:
        """The requests and orders to be approved."""
        return [one for name, one in self.asked.items() if self.cleaned_data[name] == "approve"]

    def answers(self, prefix: str) -> dict[int, Answer]:
        """The answer to each "request" or "order", by its id."""
        got = self.cleaned_data
        return {
            one.pk: Answer(got[name] == "approve", got[f"reason_{name}"])
            for name, one in self.asked.items()
            if name.startswith(f"{prefix}_")
        }


class CancelForm(forms.Form):
    """Why it ends, and what the worker still gets."""

    reason = forms.ChoiceField(label="Reason", choices=[("", "Choose a reason"), *CancelReason.choices])
    note = forms.CharField(
        label="Explanation",
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The worker reads it. A worker may escalate a cancellation without an explanation.",
    )

    def __init__(self, *data: Any, row: Assignment) -> None:
        super().__init__(*data)
        if row.worker_id:
            self.fields["pay"] = MoneyField(
                currency=row.currency,
                label="Pay for the worker",
                required=False,
                initial="0.00",
                help_text=f"From zero to {row.worker_most}. With pay, the worker keeps the page and gets an invoice.",
            )


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label="Reason",
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The other side will read it.",
    )


class DepositForm(forms.Form):
    key = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, *data: Any, client: Client, **more: Any) -> None:
        super().__init__(*data, **more)
        self.fields["amount"] = MoneyField(
            currency=client.currency, label="Amount", help_text="Demo money: no bank is asked."
        )


class CreditForm(forms.Form):
    """How much of a paid invoice the client gets back, and why."""

    key = forms.CharField(max_length=64, widget=forms.HiddenInput)
    reason = forms.CharField(
        label="Reason",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Client and worker read it.",
    )

    def __init__(self, *data: Any, currency: str, left: Money, **more: Any) -> None:
        super().__init__(*data, **more)
        self.fields["amount"] = MoneyField(
            currency=currency, label="Amount", help_text=f"Up to {left}, for the whole of what is left."
        )
        self.order_fields(["key", "amount", "reason"])
