"""The form of an assignment: one page, six sections, and what it means as the content of a draft."""

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any
from zoneinfo import available_timezones

from django import forms

from accounts.models import User
from assignments.actions.drafting import Asked, Content, Wanted
from assignments.forms.client import checked_files
from assignments.forms.picking import offer, words_field, workers_field
from assignments.forms.rows import AskedForm, QuietForm, Rows, WantedForm
from assignments.forms.typed import ClockInput, DayInput, HoursField, ManyFilesField, MoneyField
from assignments.models import Assignment, CustomField, DeliverableRequirement, Site
from assignments.pricing import Terms
from assignments.states import PricingType, ScheduleKind, State
from clients.models import TERMS_DAYS, Customer, Location, Member, Project
from common import places
from common.clock import now
from common.errors import Invalid
from common.localtime import local, parse_local
from common.templatetags.onsite import first_input_id, sentences
from common.uploads import ACCEPTED, CheckedUpload

INDUSTRIES = (
    "Networking and cabling",
    "Computers and printers",
    "Point of sale",
    "Audio, video and signage",
    "Telephony",
    "Security and alarms",
    "Electrical",
    "Heating, cooling and plumbing",
    "Building and repair",
    "Cleaning",
    "Retail and merchandising",
    "Energy and solar",
    "Surveys and inspections",
    "Logistics",
    "Other",
)
SAVED, HERE, VIRTUAL = "saved", "here", "virtual"
RULE_FIELDS = {
    "start_at": "start_date",
    "window_end_at": "end_date",
    "deliverables_due_at": "deliverables_date",
    "price_minor": "price",
    "extra_price_minor": "extra_price",
    "max_minutes": "hours",
    "extra_max_minutes": "extra_hours",
    "max_units": "units",
    "workers": "invite",
}
"""The rules speak of columns; these are the inputs that they mean."""
SECTIONS: dict[str, tuple[str, frozenset[str]]] = {
    "overview": (
        "Overview",
        frozenset(
            "title industry description special_instructions skills owner customer project external_id "
            "documents".split()
        ),
    ),
    "location": (
        "Location",
        frozenset(
            "place location site_name site_number street city region postcode country time_zone lat lon contact_name "
            "contact_phone contact_email way_in".split()
        ),
    ),
    "schedule": (
        "Schedule",
        frozenset(
            "schedule_kind start_date start_time end_date end_time duration confirm_hours checkin_required".split()
        ),
    ),
    "price": (
        "Price",
        frozenset(
            "pricing_type price hours units extra_price extra_hours non_negotiable requests_allowed terms_days "
            "fastfunds_eligible".split()
        ),
    ),
    "closeout": ("Deliverables and fields", frozenset({"deliverables_date", "deliverables_time"})),
    "routing": ("Routing", frozenset({"is_marketplace", "invite", "worker_words"})),
}
_SITE = {
    "site_name": "name",
    "site_number": "number",
    "street": "street",
    "contact_name": "contact_name",
    "contact_phone": "contact_phone",
    "contact_email": "contact_email",
    "way_in": "instructions",
}
"""Inputs and the columns of the site that they fill."""


def section_of(field: str) -> str:
    """The section in which an input, or the column of a rule, is found."""
    name = RULE_FIELDS.get(field, field)
    return next((key for key, (_, fields) in SECTIONS.items() if name in fields), "overview")


class PriceForm(QuietForm):
    """What the work pays. The live preview reads these fields alone."""

    needed_later = frozenset({"price"})

    pricing_type = forms.ChoiceField(
        label="Kind of price", choices=PricingType.choices, widget=forms.RadioSelect, initial=PricingType.FLAT
    )
    price = MoneyField(
        label="Price or rate", required=False, help_text="What the worker gets, for example 320.00."
    )
    hours = HoursField(
        label="Most hours paid",
        required=False,
        help_text="For example 3 or 2:30. For blended work: the hours at the first rate.",
    )
    units = forms.IntegerField(label="Most units paid", required=False, min_value=0, max_value=1_000_000)
    extra_price = MoneyField(label="Rate per hour after that", required=False)
    extra_hours = HoursField(label="Most hours at that rate", required=False)
    terms_days = forms.TypedChoiceField(
        label="Payment terms",
        choices=TERMS_DAYS,
        coerce=int,
        initial=30,
        help_text="Counted from the day of the invoice, which is the day you approve.",
    )

    def __init__(self, *data: Any, currency: str, **options: Any) -> None:
        super().__init__(*data, **options)
        self.currency = currency
        for field in self.fields.values():
            if isinstance(field, MoneyField):
                field.currency = currency

    def unused(self, cleaned: dict[str, Any]) -> set[str]:
        """Inputs that the chosen kind does not ask for: what is left in them does not matter."""
        kind = cleaned.get("pricing_type")
        found = {"hours", "units", "extra_price", "extra_hours"}
        if kind in (PricingType.HOURLY, PricingType.BLENDED):
            found.discard("hours")
        if kind == PricingType.UNIT:
            found.discard("units")
        return found - {"extra_price", "extra_hours"} if kind == PricingType.BLENDED else found

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name in self.unused(cleaned):
            self.errors.pop(name, None)
            cleaned.setdefault(name, None)
        return cleaned

    def terms(self) -> Terms:
        """The typed price; only after is_valid(). Quantities that the kind does not use are left out."""
        got = self.cleaned_data
        kind = got["pricing_type"]
        is_timed, is_blended = kind in (PricingType.HOURLY, PricingType.BLENDED), kind == PricingType.BLENDED
        return Terms(
            pricing_type=kind,
            currency=self.currency,
            price_minor=got["price"] or 0,
            max_minutes=(got["hours"] or 0) if is_timed else 0,
            max_units=(got["units"] or 0) if kind == PricingType.UNIT else 0,
            extra_price_minor=(got["extra_price"] or 0) if is_blended else 0,
            extra_max_minutes=(got["extra_hours"] or 0) if is_blended else 0,
        )


class DraftForm(PriceForm):
    """All of an assignment. Everything but the title may be missing while it is a draft."""

    rule_fields = tuple(RULE_FIELDS)
    needed_later = PriceForm.needed_later | frozenset(
        {"industry", "description", "street", "city", "postcode", "start_date", "start_time"}
    )

    title = forms.CharField(
        label="Title", max_length=120, help_text="For example: Replace two access points."
    )
    industry = forms.ChoiceField(
        label="Industry", required=False, choices=[("", "Choose"), *((one, one) for one in INDUSTRIES)]
    )
    description = forms.CharField(
        label="Description of work",
        max_length=10_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text="This is what is agreed. Every worker who can see the assignment reads it.",
    )
    special_instructions = forms.CharField(
        label="Instructions",
        max_length=5_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Only the assigned worker reads them. The place for codes and names.",
    )
    skills = forms.CharField(
        label="Skills",
        max_length=600,
        required=False,
        help_text="Separate by commas: cabling, Wi-Fi, ladder work.",
    )
    owner = forms.ModelChoiceField(
        User.objects.none(),
        label="Owner",
        empty_label=None,
        help_text="Gets all notices; the owner's limit counts.",
    )
    customer = forms.ModelChoiceField(
        Customer.objects.none(), label="Customer", required=False, empty_label="None"
    )
    project = forms.ModelChoiceField(
        Project.objects.none(), label="Project", required=False, empty_label="None"
    )
    external_id = forms.CharField(label="Your own number", max_length=60, required=False)
    documents = ManyFilesField(
        label="Documents",
        required=False,
        allow_empty_file=True,
        help_text="Only the assigned worker sees them. Pictures, PDF, Word, Excel, text or CSV, up to 25 MB each.",
    )

    place = forms.ChoiceField(
        label="Where", widget=forms.RadioSelect, choices=[(HERE, "This address"), (VIRTUAL, "Done remotely")]
    )
    location = forms.ModelChoiceField(
        Location.objects.none(), label="Saved location", required=False, empty_label="Choose"
    )
    site_name = forms.CharField(label="Location name", max_length=120, required=False)
    site_number = forms.CharField(label="Location number", max_length=40, required=False)
    street = forms.CharField(
        label="Street address", max_length=160, required=False, help_text="Shown to the assigned worker only."
    )
    city = forms.CharField(label="City", max_length=80, required=False)
    region = forms.CharField(label="State or region", max_length=80, required=False)
    postcode = forms.CharField(label="Postcode", max_length=16, required=False)
    country = forms.RegexField(
        r"^[A-Za-z]{2}$",
        label="Country",
        required=False,
        initial="US",
        error_messages={"invalid": "Enter the two letters of the country, for example US."},
        help_text="Two letters.",
    )
    time_zone = forms.ChoiceField(label="Time zone of the site")
    lat = forms.FloatField(label="Latitude", required=False, min_value=-90, max_value=90)
    lon = forms.FloatField(label="Longitude", required=False, min_value=-180, max_value=180)
    contact_name = forms.CharField(label="Site contact", max_length=120, required=False)
    contact_phone = forms.CharField(label="Contact's phone", max_length=40, required=False)
    contact_email = forms.EmailField(label="Contact's e-mail", max_length=254, required=False)
    way_in = forms.CharField(
        label="How to get in", max_length=2_000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    schedule_kind = forms.ChoiceField(
        label="Kind of date",
        choices=ScheduleKind.choices,
        widget=forms.RadioSelect,
        initial=ScheduleKind.FIXED,
    )
    start_date = forms.DateField(label="Start date", required=False, widget=DayInput)
    start_time = forms.TimeField(label="Start time", required=False, widget=ClockInput)
    end_date = forms.DateField(
        label="End date", required=False, widget=DayInput, help_text="Of the arrival window, or complete by."
    )
    end_time = forms.TimeField(label="End time", required=False, widget=ClockInput)
    duration = HoursField(
        label="Planned hours on site", required=False, initial=120, help_text="For example 2.5."
    )
    confirm_hours = forms.IntegerField(
        label="Worker confirms, hours before the start",
        required=False,
        min_value=1,
        max_value=168,
        help_text="Empty: no confirmation is asked.",
    )
    checkin_required = forms.BooleanField(
        label="Check-in and check-out required", required=False, initial=True
    )

    non_negotiable = forms.BooleanField(label="The price is not negotiable", required=False)
    requests_allowed = forms.BooleanField(
        label="The worker may ask for more money (increase, expense, bonus)", required=False, initial=True
    )
    fastfunds_eligible = forms.BooleanField(
        label="FastFunds eligible: the worker may be paid early, at the worker's cost", required=False
    )

    deliverables_date = forms.DateField(label="Deliverables due, date", required=False, widget=DayInput)
    deliverables_time = forms.TimeField(label="Deliverables due, time", required=False, widget=ClockInput)

    is_marketplace = forms.BooleanField(
        label="Post to the marketplace: every worker can find it and apply", required=False, initial=True
    )
    worker_words = words_field()
    invite = workers_field("Invite by name")

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        member: Member,
        row: Assignment | None = None,
        **options: Any,
    ) -> None:
        is_judged = options.setdefault("is_judged", True)
        super().__init__(data, files, currency=member.client.currency, initial=_start(member, row), **options)
        self.member, self.row = member, row
        self.uploads: list[tuple[Any, CheckedUpload]] = []
        self._offer_choices(data)
        wanted = _wanted_of(row) if row else []
        asked = _asked_of(row) if row else []
        self.wanted = Rows(
            WantedForm, "wanted", data, wanted, more=_pressed(data, "wanted-add"), is_judged=is_judged
        )
        self.asked = Rows(
            AskedForm, "asked", data, asked, more=_pressed(data, "asked-add"), is_judged=is_judged
        )

    def _offer_choices(self, data: Any) -> None:
        client = self.member.client
        fields: dict[str, Any] = self.fields
        fields["owner"].queryset = User.objects.filter(
            memberships__client=client, memberships__is_active=True
        ).order_by("name")
        fields["customer"].queryset = Customer.objects.filter(client=client, is_active=True)
        fields["project"].queryset = Project.objects.filter(
            customer__client=client, is_active=True
        ).select_related("customer")
        fields["project"].label_from_instance = lambda project: f"{project.customer}: {project}"
        locations = list(Location.objects.filter(client=client, is_active=True))
        fields["location"].queryset = Location.objects.filter(client=client, is_active=True)
        if locations:
            fields["place"].choices = [(SAVED, "A saved location"), *fields["place"].choices]
        self.has_locations = bool(locations)
        fields["time_zone"].choices = _zones(client.time_zone, self.row.time_zone if self.row else "")
        fields["documents"].widget.attrs["accept"] = ACCEPTED
        if self.row and self.row.industry and self.row.industry not in INDUSTRIES:
            fields["industry"].choices = [*fields["industry"].choices, (self.row.industry, self.row.industry)]
        if not client.fastfunds_allowed:
            del fields["fastfunds_eligible"]
        if self.row and self.row.state != State.DRAFT:
            del fields["invite"], fields["worker_words"]
            return
        ticked = data.getlist("invite") if data is not None else []
        words = data.get("worker_words", "") if data is not None else ""
        self.found = offer(fields["invite"], ticked, words, client_id=client.pk, near=self.row)
        self.has_workers = bool(ticked) or bool(self.found)

    def is_valid(self) -> bool:
        return all([super().is_valid(), self.wanted.is_valid(), self.asked.is_valid()])

    def summary(self) -> Iterator[tuple[str, str]]:
        """(id of the input, sentence) of every error, in the order of the page; "" for those of no input."""
        for error in self.non_field_errors():
            yield "", str(error)
        names = [name for _, fields in SECTIONS.values() for name in self.fields if name in fields]
        for name in names:
            for sentence in sentences(self[name]):
                yield first_input_id(self[name]), sentence
            if name == "deliverables_time":
                for line in (*self.wanted, *self.asked):
                    for field in line:
                        for sentence in sentences(field):
                            yield first_input_id(field), sentence

    def unused(self, cleaned: dict[str, Any]) -> set[str]:
        found = super().unused(cleaned)
        place, kind = cleaned.get("place"), cleaned.get("schedule_kind")
        address = {
            "site_name",
            "site_number",
            "street",
            "city",
            "region",
            "postcode",
            "country",
            "lat",
            "lon",
        }
        if place == SAVED:
            found |= address | {"time_zone", "contact_name", "contact_phone", "contact_email", "way_in"}
        if place == VIRTUAL:
            found |= address
        if place != SAVED:
            found.add("location")
        return found | {"end_date", "end_time"} if kind == ScheduleKind.FIXED else found

    def add_error(self, field: Any, error: Any) -> None:
        """Sentences of the rules speak of columns; here they belong to inputs."""
        name = RULE_FIELDS.get(field, field)
        super().add_error(name if name is None or name in self.fields else None, error)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        chosen = cleaned.get("location")
        if cleaned.get("place") == SAVED and chosen is None and "location" not in self.errors:
            self.add_error("location", "Choose a saved location.")
        if cleaned.get("project") and not cleaned.get("customer"):
            cleaned["customer"] = cleaned["project"].customer
        is_saved = cleaned.get("place") == SAVED and chosen is not None
        self.zone: str = chosen.time_zone if is_saved and chosen else cleaned.get("time_zone") or ""
        if self.zone:
            self._clean_schedule(cleaned)
        self.uploads = []
        checked_files(self, "documents", self.uploads)
        return cleaned

    def _clean_schedule(self, cleaned: dict[str, Any]) -> None:
        self.start_at = self._instant(
            cleaned, "start", "Enter the date of the start.", "Enter the time of the start."
        )
        kind = cleaned.get("schedule_kind")
        self.end_at = None
        if kind != ScheduleKind.FIXED:
            self.end_at = self._instant(
                cleaned, "end", "Enter the date of the end.", "Enter the time of the end."
            )
        self.due_at = self._instant(
            cleaned,
            "deliverables",
            "Enter the date for the deliverables.",
            "Enter the time for the deliverables.",
        )
        if kind == ScheduleKind.COMPLETE_BY and self.start_at is None and self.end_at is not None:
            self.start_at = now().replace(second=0, microsecond=0)

    def _instant(self, cleaned: dict[str, Any], which: str, no_day: str, no_time: str) -> datetime | None:
        on: date | None = cleaned.get(f"{which}_date")
        at: time | None = cleaned.get(f"{which}_time")
        if at is not None and on is None and f"{which}_date" not in self.errors:
            self.add_error(f"{which}_date", no_day)
        if on is not None and at is None and f"{which}_time" not in self.errors:
            self.add_error(f"{which}_time", no_time)
        if on is None or at is None:
            return None
        so_far = self._so_far(which)
        if so_far and local(so_far, self.zone).replace(second=0, microsecond=0) == datetime.combine(on, at):
            return so_far
        if not 2000 <= on.year <= 2200:
            self.add_error(f"{which}_date", "Enter a year between 2000 and 2200.")
            return None
        try:
            return parse_local(on, at, self.zone)
        except Invalid as error:
            self.add_error(f"{which}_time", error.sentence)
            return None

    def _so_far(self, which: str) -> datetime | None:
        """The instant that the inputs started with: untouched inputs give it back to the second."""
        if self.row is None:
            return None
        row = self.row
        return {"start": row.start_at, "end": row.window_end_at, "deliverables": row.deliverables_due_at}[
            which
        ]

    def content(self) -> Content:
        """What the form says, for drafting.create and drafting.edit; only after is_valid()."""
        got = self.cleaned_data
        terms = self.terms()
        where, site = self._where(got)
        columns: dict[str, Any] = {
            "owner": got["owner"],
            "customer": got["customer"],
            "project": got["project"],
            "external_id": got["external_id"],
            "title": got["title"],
            "industry": got["industry"],
            "description": got["description"],
            "special_instructions": got["special_instructions"],
            **where,
            "schedule_kind": got["schedule_kind"],
            "start_at": self.start_at,
            "window_end_at": self.end_at,
            "duration_minutes": got["duration"] or 0,
            "confirm_hours": got["confirm_hours"],
            "checkin_required": got["checkin_required"],
            "deliverables_due_at": self.due_at,
            "pricing_type": terms.pricing_type,
            "price_minor": terms.price_minor,
            "max_minutes": terms.max_minutes,
            "max_units": terms.max_units,
            "extra_price_minor": terms.extra_price_minor,
            "extra_max_minutes": terms.extra_max_minutes,
            "terms_days": got["terms_days"],
            "non_negotiable": got["non_negotiable"],
            "requests_allowed": got["requests_allowed"],
            "fastfunds_eligible": bool(got.get("fastfunds_eligible")),
            "is_marketplace": got["is_marketplace"],
        }
        skills = got["skills"].split(",")
        return Content(columns, site, skills, self.wanted.items(), self.asked.items())

    def _where(self, got: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """(columns, site): a saved location is copied, so that later changes of it touch no agreed work."""
        if got["place"] == SAVED:
            return from_location(got["location"])
        site = {column: got[name] or "" for name, column in _SITE.items()}
        if got["place"] == VIRTUAL:
            where = {"is_virtual": True, "city": "", "region": "", "postcode": "", "time_zone": self.zone}
            return where, {**site, "street": "", "lat": None, "lon": None}
        country = (got["country"] or "US").upper()
        lat, lon = got["lat"], got["lon"]
        known = places.find(got["postcode"], country) if lat is None or lon is None else None
        if lat is None or lon is None:
            lat, lon = (known.lat, known.lon) if known else (None, None)
        region = got["region"] or (known.region if known else "")
        where = {
            "is_virtual": False,
            "city": got["city"],
            "region": region,
            "postcode": got["postcode"],
            "country": country,
            "time_zone": self.zone,
        }
        return where, {**site, "lat": lat, "lon": lon}


def from_location(saved: Location) -> tuple[dict[str, Any], dict[str, Any]]:
    """A saved location as (columns, site) of an assignment."""
    names = ("name", "number", "street", "contact_name", "contact_phone", "contact_email", "instructions")
    lat, lon = saved.lat, saved.lon
    if lat is None or lon is None:
        known = places.find(saved.postcode, saved.country)
        lat, lon = (known.lat, known.lon) if known else (None, None)
    where = {name: getattr(saved, name) for name in ("city", "region", "postcode", "country", "time_zone")}
    return {"is_virtual": False, **where}, {
        **{name: getattr(saved, name) for name in names},
        "lat": lat,
        "lon": lon,
    }


def _pressed(data: Any, name: str) -> bool:
    return data is not None and name in data


def _zones(*first: str) -> list[tuple[str, str]]:
    """The zones that people choose from: those of the Olson areas, the usual ones first."""
    usual = [
        "America/New_York",
        "America/Chicago",
        "America/Denver",
        "America/Phoenix",
        "America/Los_Angeles",
        "America/Anchorage",
        "Pacific/Honolulu",
    ]
    top = list(dict.fromkeys([name for name in (*first, *usual) if name]))
    areas = ("Africa/", "America/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")
    rest = sorted(name for name in available_timezones() if name.startswith(areas) or name == "UTC")
    return [(name, name.replace("_", " ")) for name in [*top, *(name for name in rest if name not in top)]]


def _start(member: Member, row: Assignment | None) -> dict[str, Any]:
    """What stands in the inputs at first: the row, or the company's usual values."""
    if row is None:
        return {
            "owner": member.user_id,
            "terms_days": member.client.default_terms_days,
            "time_zone": member.client.time_zone,
            "fastfunds_eligible": member.client.fastfunds_allowed,
            "place": HERE,
        }
    site = Site.objects.filter(assignment=row).first() or Site()
    plain = (
        "title industry description special_instructions external_id city region postcode country time_zone "
        "schedule_kind confirm_hours checkin_required pricing_type non_negotiable requests_allowed terms_days "
        "fastfunds_eligible is_marketplace"
    ).split()
    start = {name: getattr(row, name) for name in plain}
    start |= {name: getattr(site, column) for name, column in _SITE.items()}
    start |= {"lat": site.lat, "lon": site.lon, "place": VIRTUAL if row.is_virtual else HERE}
    start |= {"owner": row.owner_id, "customer": row.customer_id, "project": row.project_id}
    start |= {"skills": ", ".join(skill.name for skill in row.skills.all()), "duration": row.duration_minutes}
    start |= {
        "price": row.price_minor or None,
        "hours": row.max_minutes or None,
        "units": row.max_units or None,
    }
    start |= {"extra_price": row.extra_price_minor or None, "extra_hours": row.extra_max_minutes or None}
    instants = {"start": row.start_at, "end": row.window_end_at, "deliverables": row.deliverables_due_at}
    for which, moment in instants.items():
        if moment:
            there = local(moment, row.time_zone)
            start |= {f"{which}_date": there.date(), f"{which}_time": there.time()}
    return start


def _wanted_of(row: Assignment) -> list[dict[str, Any]]:
    names = ("pk", "title", "kind", "count", "instructions")
    return [
        {name: getattr(item, name) for name in names}
        for item in DeliverableRequirement.objects.filter(assignment=row)
    ]


def _asked_of(row: Assignment) -> list[dict[str, Any]]:
    return [
        {
            "pk": item.pk,
            "label": item.label,
            "kind": item.kind,
            "choices": ", ".join(item.choices),
            "is_required": item.is_required,
        }
        for item in CustomField.objects.filter(assignment=row)
    ]


def copied(row: Assignment, *, owner: User) -> Content:
    """A former assignment as the content of a new draft: everything but dates, own number, worker and their files."""
    names = (
        "customer project title industry description special_instructions is_virtual city region postcode country "
        "time_zone schedule_kind duration_minutes confirm_hours checkin_required terms_days non_negotiable "
        "requests_allowed fastfunds_eligible is_marketplace"
    ).split()
    columns = {name: getattr(row, name) for name in names}
    price = {name: getattr(row, name) for name in Terms.__dataclass_fields__ if name != "currency"}
    posted = {name: value for name, value in (row.posted_terms or {}).items() if name in price}
    site = Site.objects.filter(assignment=row).first() or Site()
    kept = (*_SITE.values(), "lat", "lon")
    return Content(
        {**columns, **price, **posted, "owner": owner},
        {name: getattr(site, name) for name in kept},
        [skill.name for skill in row.skills.all()],
        [
            Wanted(item.title, item.kind, item.count, item.instructions)
            for item in DeliverableRequirement.objects.filter(assignment=row)
        ],
        [
            Asked(item.label, item.kind, item.choices, item.is_required)
            for item in CustomField.objects.filter(assignment=row)
        ],
    )
