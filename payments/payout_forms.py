"""Forms of what goes out: bank accounts, withdrawals, tax data. They clean; every rule is asked of the actions."""

from collections.abc import Sequence
from typing import Any

from django import forms

from common.money import Money
from payments.forms import MoneyField
from payments.models import PayoutAccount, TaxForm
from payments.states import AccountKind, TaxClass, TinType


class AccountForm(forms.Form):
    holder = forms.CharField(
        label="Name on the account",
        max_length=120,
        help_text="Your own name, or the business name of your tax data, as the bank writes it.",
    )
    bank_name = forms.CharField(label="Bank", max_length=80)
    number = forms.CharField(
        label="Account number or IBAN",
        max_length=42,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text="It is stored encrypted. Pages only show its last four digits.",
    )
    routing = forms.CharField(
        label="Routing number or BIC",
        max_length=34,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text="Nine digits for a bank in the US. With an IBAN it can stay empty.",
    )
    kind = forms.ChoiceField(label="Kind of account", choices=AccountKind.choices)


class AmountsForm(forms.Form):
    """The two amounts that the bank's statement shows, in either order."""

    def __init__(self, *data: Any, currency: str) -> None:
        super().__init__(*data)
        for name, label in (("first", "First amount"), ("second", "Second amount")):
            self.fields[name] = MoneyField(currency=currency, label=label)

    @property
    def amounts(self) -> tuple[int, int]:
        return self.cleaned_data["first"].minor, self.cleaned_data["second"].minor


class WithdrawForm(forms.Form):
    key = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, *data: Any, accounts: Sequence[PayoutAccount], available: Money, **more: Any) -> None:
        super().__init__(*data, **more)
        self.fields["account"] = forms.TypedChoiceField(
            label="Bank account", choices=[(one.pk, str(one)) for one in accounts], coerce=int
        )
        self.fields["amount"] = MoneyField(
            currency=available.currency,
            label="Amount",
            initial=str(available.decimal()),
            help_text=f"At most {available}. There is no fee.",
        )


class AutoWithdrawalForm(forms.Form):
    def __init__(
        self, *data: Any, accounts: Sequence[PayoutAccount], currency: str, least: Money, **more: Any
    ) -> None:
        super().__init__(*data, **more)
        self.fields["account"] = forms.TypedChoiceField(
            label="Bank account", choices=[(one.pk, str(one)) for one in accounts], coerce=int
        )
        self.fields["threshold"] = MoneyField(
            currency=currency,
            label="When the balance reaches",
            help_text=f"{least} or more. The whole balance goes then, not only what is above.",
        )


class TaxDataForm(forms.Form):
    name = forms.CharField(label="Name, as on your tax return", max_length=120)
    business_name = forms.CharField(label="Business name, if different", max_length=120, required=False)
    classification = forms.ChoiceField(
        label="Tax classification", choices=[("", "Choose one"), *TaxClass.choices]
    )
    street = forms.CharField(label="Street address", max_length=120)
    city = forms.CharField(label="City", max_length=80)
    region = forms.CharField(label="State", max_length=40)
    postcode = forms.CharField(label="ZIP code", max_length=16)
    tin_type = forms.ChoiceField(
        label="Kind of tax number", choices=TinType.choices, widget=forms.RadioSelect
    )
    tin = forms.CharField(
        label="Tax number",
        max_length=16,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
        help_text="Nine digits. It is stored encrypted. Pages only show its last four digits.",
    )
    certified = forms.BooleanField(
        label="Under penalties of perjury, I certify that the number is mine and that I am a US person.",
        error_messages={"required": "Tick that it is true: without it nothing can be paid out."},
    )

    def __init__(self, *data: Any, given: TaxForm | None = None) -> None:
        """`given`: the version in force. Its number can stay: then nothing is typed for it."""
        super().__init__(*data)
        if given is not None:
            names = [name for name in self.fields if name not in ("tin", "certified")]
            self.initial.update({name: getattr(given, name) for name in names})
            self.fields["tin"].required = False
            self.fields["tin"].help_text = f"Empty keeps the number ending in {given.tin_last4}."


class CollectForm(forms.Form):
    key = forms.CharField(max_length=64, widget=forms.HiddenInput)

    def __init__(self, *data: Any, currency: str, **more: Any) -> None:
        super().__init__(*data, **more)
        self.fields["amount"] = MoneyField(currency=currency, label="Amount")
