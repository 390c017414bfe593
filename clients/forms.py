"""Forms of the company's pages. They clean what was typed; actions write."""

from typing import Any

from django import forms

from accounts.forms import PersonNameField
from accounts.zones import TimeZoneField
from accounts.zones import choices as zones
from clients.models import ANSWER_TIMES, TERMS_DAYS, ChangeAnswer, Client, Customer, Location, Member
from clients.roles import Role
from common import places
from common.money import BadAmount, Money

ADDRESS = ("street", "city", "region", "postcode", "country")


class LineField(forms.CharField):
    """One line of words, white space made single."""

    def to_python(self, value: Any) -> str:
        return " ".join(str(super().to_python(value) or "").split())


class CompanyNameField(LineField):
    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"autocomplete": "organization"})
        super().__init__(label="Company name", max_length=120, widget=widget, **kwargs)


class MoneyField(forms.CharField):
    """An amount of the company's currency in minor units; empty is no limit."""

    def __init__(self, currency: str, **kwargs: Any) -> None:
        self.currency = currency
        widget = forms.TextInput(attrs={"inputmode": "decimal"})
        super().__init__(required=False, max_length=24, widget=widget, **kwargs)

    def clean(self, value: Any) -> int | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            amount = Money.parse(text, self.currency)
        except BadAmount as refusal:
            raise forms.ValidationError(str(refusal).rstrip(".")) from refusal
        if amount.minor < 0:
            raise forms.ValidationError("Enter an amount of zero or more")
        return amount.minor

    def prepare_value(self, value: Any) -> Any:
        return f"{Money(value, self.currency).decimal():f}" if isinstance(value, int) else value


def billing_fields() -> dict[str, forms.Field]:
    """The billing address; all of it may follow later."""

    def line(label: str, length: int, token: str) -> LineField:
        widget = forms.TextInput(attrs={"autocomplete": token})
        return LineField(label=label, max_length=length, required=False, widget=widget)

    return {
        "street": line("Billing address", 160, "street-address"),
        "city": line("City", 80, "address-level2"),
        "region": line("State or region", 80, "address-level1"),
        "postcode": line("Postcode", 16, "postal-code"),
        "country": forms.ChoiceField(label="Country", choices=places.COUNTRIES, initial="US"),
    }


class CreateCompanyForm(forms.Form):
    """A company for somebody who has an account."""

    name = CompanyNameField()
    time_zone = TimeZoneField(initial="America/New_York", help_text="For dates of invoices and reports.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.update(billing_fields())


class CompanyForm(CreateCompanyForm):
    """The company's settings, for administrators."""

    industry = LineField(max_length=60, required=False)
    default_terms_days = forms.TypedChoiceField(
        label="Usual payment terms",
        choices=TERMS_DAYS,
        coerce=int,
        help_text="Counted from the day of the invoice. Each assignment can have its own.",
    )
    auto_pay = forms.BooleanField(
        label="Pay invoices on their due date",
        required=False,
        help_text="Onsite pays from your cash balance. Without enough cash you are told and nothing is paid.",
    )
    monthly_statements = forms.BooleanField(
        label="Put each month's open invoices on a statement",
        required=False,
        help_text="Made on the first of the month, where your company is. The payment of an invoice on a statement "
        "can no longer be stopped.",
    )
    auto_approve_days = forms.IntegerField(
        label="Approve finished work by itself after so many days without an answer",
        required=False,
        min_value=1,
        max_value=30,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "invalid": "Enter a whole number of days, for example 5",
            "min_value": "Enter 1 day or more, or leave it empty",
            "max_value": "Enter at most 30 days",
        },
        help_text="Left empty, only people approve. Workers read it before they apply. "
        "It holds for workers assigned from now on, never while a dispute or request is open.",
    )
    fastfunds_allowed = forms.BooleanField(
        label="Allow FastFunds on new assignments",
        required=False,
        help_text="Workers may be paid early, at their own fee. It changes nothing for you.",
    )
    change_answer = forms.ChoiceField(
        label="Extra work ordered on site that nobody answers",
        choices=ChangeAnswer.choices,
        required=False,
        widget=forms.RadioSelect,
        help_text="Workers read it before they apply. It holds for workers assigned from now on.",
    )
    change_minutes = forms.TypedChoiceField(
        label="Time to answer extra work", choices=ANSWER_TIMES, coerce=int, required=False
    )
    support_access = forms.BooleanField(
        label="Let Onsite support open our assignments",
        required=False,
        help_text="Without it, support sees an assignment only while a dispute about it is open.",
    )

    @classmethod
    def of(cls, client: Client, data: Any = None) -> "CompanyForm":
        """The form of that company, filled with what is kept."""
        form = cls(data)
        form.fields["change_limit_minor"] = MoneyField(
            client.currency,
            label="Approve unanswered extra work up to",
            help_text="What the worker may get in addition, without the fee. Above it, silence declines.",
        )
        form.initial = {name: getattr(client, name) for name in form.fields}
        form.initial["change_limit_minor"] = client.change_limit_minor or None
        return form

    def clean(self) -> dict[str, Any]:
        """Silence approves only up to an amount; where it declines there is none."""
        cleaned = super().clean() or {}
        cleaned["change_answer"] = cleaned.get("change_answer") or ChangeAnswer.DECLINE
        cleaned["change_minutes"] = cleaned.get("change_minutes") or 120
        if cleaned["change_answer"] == ChangeAnswer.DECLINE:
            self.errors.pop("change_limit_minor", None)
            cleaned["change_limit_minor"] = 0
        elif not cleaned.get("change_limit_minor") and "change_limit_minor" not in self.errors:
            self.add_error("change_limit_minor", "Enter an amount above zero")
        return cleaned


class MemberForm(forms.Form):
    """Role and largest budget of a colleague."""

    role = forms.ChoiceField(choices=Role.choices, initial=Role.USER, widget=forms.RadioSelect)

    def __init__(self, currency: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["max_budget"] = MoneyField(
            currency,
            label=f"Largest budget of one assignment, in {currency}",
            help_text="Left empty there is no limit.",
        )

    @classmethod
    def of(cls, member: Member, data: Any = None) -> "MemberForm":
        kept = {"role": member.role, "max_budget": member.max_budget_minor}
        return cls(member.client.currency, data, initial=kept)


class InviteForm(MemberForm):
    """Whom to invite, and as what."""

    email = forms.EmailField(
        label="Colleague's e-mail address",
        error_messages={"invalid": "Enter an e-mail address, for example name@example.com"},
        help_text="The link in the mail works once, for 7 days.",
    )
    field_order = ("email", "role", "max_budget")


class AcceptForm(forms.Form):
    """Name and password of somebody who is new; the address is that of the invitation."""

    name = PersonNameField()
    password1 = forms.CharField(
        label="Password",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


class CustomerForm(forms.Form):
    """A customer of the company: an address-book record."""

    name = LineField(label="Customer name", max_length=120)
    notes = forms.CharField(required=False, max_length=2000, widget=forms.Textarea)
    is_active = forms.BooleanField(
        label="In use", required=False, initial=True, help_text="Off: not offered for new work."
    )

    @classmethod
    def of(cls, row: Customer, data: Any = None) -> "CustomerForm":
        return cls(data, initial={"name": row.name, "notes": row.notes, "is_active": row.is_active})


class ProjectForm(forms.Form):
    """A project of one customer."""

    name = LineField(label="Project name", max_length=120)
    is_active = forms.BooleanField(
        label="In use", required=False, initial=True, help_text="Off: not offered for new work."
    )


class LocationForm(forms.Form):
    """A saved site. US postcodes give coordinates, state and time zone."""

    name = LineField(label="Location name", max_length=120, help_text="For example: Store 214")
    number = LineField(label="Location number", max_length=40, required=False)
    customer = forms.TypedChoiceField(coerce=int, empty_value=None, required=False)
    street = LineField(
        label="Street address", max_length=160, help_text="Workers see it only once they are assigned."
    )
    city = LineField(max_length=80)
    region = LineField(
        label="State or region",
        max_length=80,
        required=False,
        help_text="Left empty, it follows from a US postcode.",
    )
    postcode = LineField(max_length=16)
    country = forms.ChoiceField(choices=places.COUNTRIES, initial="US")
    time_zone = TimeZoneField(
        required=False,
        help_text="Left empty, it follows from a US postcode. All times of work here are in it.",
    )
    lat = forms.FloatField(
        label="Latitude",
        required=False,
        min_value=-90,
        max_value=90,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        help_text="In degrees. Left empty, the middle of a US postcode is taken.",
    )
    lon = forms.FloatField(
        label="Longitude",
        required=False,
        min_value=-180,
        max_value=180,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    contact_name = LineField(label="Site contact", max_length=120, required=False)
    contact_phone = LineField(
        label="Site contact's phone",
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel"}),
    )
    contact_email = forms.EmailField(
        label="Site contact's e-mail address",
        required=False,
        error_messages={"invalid": "Enter an e-mail address, for example name@example.com"},
    )
    instructions = forms.CharField(
        label="How to get in",
        required=False,
        max_length=2000,
        widget=forms.Textarea,
        help_text="Only the assigned worker sees it.",
    )
    is_active = forms.BooleanField(
        label="In use", required=False, initial=True, help_text="Off: not offered for new work."
    )

    def __init__(self, customers: list[Customer], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._choose("customer", [("", "None"), *((row.pk, row.name) for row in customers)])
        self._choose("time_zone", [("", "As the postcode says"), *zones()])
        for name in ("lat", "lon"):
            self.fields[name].error_messages["invalid"] = "Enter degrees as a number, for example 39.9612"

    def _choose(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
        field.choices = choices

    @classmethod
    def of(cls, customers: list[Customer], row: Location, data: Any = None) -> "LocationForm":
        form = cls(customers, data)
        names = [name for name in form.fields if name != "customer"]
        form.initial = {**{name: getattr(row, name) for name in names}, "customer": row.customer_id}
        return form

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        place = places.find(data.get("postcode", ""), data.get("country", ""))
        if data.get("country") == "US" and "postcode" in data and not places.region(data["postcode"]):
            self.add_error("postcode", "Enter a US postcode of five digits, for example 43215")
        if not data.get("time_zone") and "time_zone" not in self.errors and "postcode" not in self.errors:
            data["time_zone"] = (
                places.time_zone(data.get("postcode", "")) if data.get("country") == "US" else ""
            )
            if not data["time_zone"]:
                self.add_error("time_zone", "Choose the time zone of this location")
        if (data.get("lat") is None) != (data.get("lon") is None) and not {"lat", "lon"} & set(self.errors):
            self.add_error(
                "lon" if data.get("lon") is None else "lat", "Enter both latitude and longitude, or neither"
            )
        if place is not None:
            data["region"] = data.get("region") or place.region
            if data.get("lat") is None and data.get("lon") is None:
                data["lat"], data["lon"] = place.lat, place.lon
        return data

    def values(self) -> dict[str, Any]:
        """Columns of Location."""
        data = dict(self.cleaned_data)
        data["customer_id"] = data.pop("customer") or None
        return data


class WorkerFilter(forms.Form):
    """Filters of the list of workers; the state lives in the address."""

    q = LineField(label="Name or place", required=False, max_length=80)
    skill = LineField(required=False, max_length=60)
    near = LineField(label="Near postcode", required=False, max_length=16)
    within = forms.TypedChoiceField(
        label="Within",
        required=False,
        coerce=int,
        empty_value=None,
        choices=[
            ("", "Any distance"),
            ("10", "10 miles"),
            ("25", "25 miles"),
            ("50", "50 miles"),
            ("100", "100 miles"),
        ],
    )
    everybody = forms.BooleanField(label="Also those not open to new work", required=False)

    def clean_near(self) -> places.Place | None:
        text = self.cleaned_data["near"]
        place = places.find(text)
        if text and place is None:
            raise forms.ValidationError("Enter a US postcode of five digits, for example 43215")
        return place

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("within") and not data.get("near") and "near" not in self.errors:
            self.add_error("near", "Enter the postcode to count the distance from")
        return data
