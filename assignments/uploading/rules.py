"""One row of a file as the content of a draft, or what is wrong with it, cell by cell.

`Facts` holds what the company has (address book, people, templates), so that judging a row asks no database.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, Final, TypeVar
from zoneinfo import available_timezones

from accounts.models import User
from assignments.actions.content import Content, Wanted
from assignments.actions.defaults import Defaults
from assignments.actions.locations import from_location
from assignments.industries import INDUSTRIES
from assignments.states import PricingType, ScheduleKind
from assignments.uploading import cells
from assignments.uploading.cells import BadCell
from assignments.uploading.columns import Columns
from clients.models import TERMS_DAYS, Customer, Location, Project
from common import places
from common.errors import Invalid
from common.localtime import parse_local

T = TypeVar("T")
Problem = tuple[str, str]
"""(field, sentence); the field is "" for the row as a whole."""

PRICING: Final = {
    "flat": PricingType.FLAT, "fixed": PricingType.FLAT, "flat price": PricingType.FLAT,
    "hourly": PricingType.HOURLY, "per hour": PricingType.HOURLY, "hour": PricingType.HOURLY,
    "unit": PricingType.UNIT, "per unit": PricingType.UNIT, "units": PricingType.UNIT,
    "blended": PricingType.BLENDED, "blended hourly": PricingType.BLENDED,
}  # fmt: skip
SCHEDULES: Final = {
    "fixed": ScheduleKind.FIXED, "hard start": ScheduleKind.FIXED, "hard": ScheduleKind.FIXED,
    "window": ScheduleKind.WINDOW, "arrival window": ScheduleKind.WINDOW,
    "complete by": ScheduleKind.COMPLETE_BY, "complete_by": ScheduleKind.COMPLETE_BY,
}  # fmt: skip
LENGTHS: Final = {
    "title": 120, "industry": 60, "external_id": 60, "site_name": 120, "site_number": 40, "street": 160, "city": 80,
    "region": 80, "postcode": 16, "contact_name": 120, "contact_phone": 40,
}  # fmt: skip
SITE: Final = {
    "site_name": "name", "site_number": "number", "street": "street", "contact_name": "contact_name",
    "contact_phone": "contact_phone",
}  # fmt: skip
ADDRESS: Final = ("street", "city", "region", "postcode", "country")
PHOTOS: Final = "Photos of the finished work"
MOST_SKILLS: Final = 20
_INDUSTRIES: Final = {name.lower(): name for name in INDUSTRIES}
_ZONES: Final = {name.lower(): name for name in available_timezones()}


@dataclass(frozen=True)
class Facts:
    """What rows are judged by. Names are keys in lower case; `first_rows` says where an external id comes first."""

    currency: str
    time_zone: str
    country: str
    uploader: User
    now: datetime
    owners: Mapping[str, User] = field(default_factory=dict)
    customers: Mapping[str, Customer] = field(default_factory=dict)
    projects: Mapping[tuple[int, str], Project] = field(default_factory=dict)
    locations: Mapping[str, Sequence[Location]] = field(default_factory=dict)
    templates: Mapping[str, Defaults] = field(default_factory=dict)
    default: Defaults = field(default_factory=Defaults)
    taken: Mapping[str, str] = field(default_factory=dict)
    first_rows: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Judged:
    """A good row has content; a bad one has problems."""

    content: Content | None
    problems: tuple[Problem, ...] = ()


def judge(number: int, row: Sequence[str], surplus: int, columns: Columns, facts: Facts) -> Judged:
    """What row `number` means."""
    return _Row(number, row, columns, facts).judged(surplus)


class _Row:
    """The reading of one row: each part takes its cells, and notes what it cannot take."""

    def __init__(self, number: int, row: Sequence[str], columns: Columns, facts: Facts) -> None:
        self.number, self.row, self.places, self.facts = number, row, columns, facts
        self.problems: list[Problem] = []
        self.base = facts.default
        self.columns: dict[str, Any] = {}
        self.site: dict[str, Any] = {}

    def judged(self, surplus: int) -> Judged:
        if surplus:
            self.wrong(
                "", f"This row has {surplus} more cell{'s' if surplus > 1 else ''} than the first row."
            )
        self._template()
        self._what()
        self._records()
        zone = self._where()
        self._when(zone)
        self._price()
        skills, wanted = self._skills(), self._wanted()
        if self.problems:
            return Judged(None, tuple(self.problems))
        base = self.base.content
        content = Content(
            {**base.columns, **self.columns},
            {**base.site, **self.site},
            base.skills if skills is None else skills,
            base.wanted if wanted is None else wanted,
            base.asked,
            groups=base.groups,
            sets=base.sets,
        )
        return Judged(content)

    # --- cells

    def cell(self, key: str) -> str:
        """The text of a field, "" when no column fills it."""
        place = self.places.get(key)
        return self.row[place].strip() if place is not None and place < len(self.row) else ""

    def wrong(self, key: str, sentence: str) -> None:
        self.problems.append((key, sentence))

    def taken(self, key: str, read: Callable[[str], T]) -> T | None:
        """The value of a filled cell; None for an empty one, and for one that was noted as wrong."""
        text = self.cell(key)
        if not text:
            return None
        try:
            return read(text)
        except BadCell as error:
            self.wrong(key, str(error))
            return None

    def set(self, column: str, value: Any) -> None:
        if value is not None:
            self.columns[column] = value

    def short(self, key: str) -> str | None:
        return self.taken(key, lambda text: cells.line(text, LENGTHS[key]))

    def _chosen(self, key: str, known: Mapping[str, T], sentence: str) -> T | None:
        """One of the known values by its words; noted as wrong when there is none."""
        text = " ".join(self.cell(key).lower().split())
        if not text:
            return None
        if text not in known:
            self.wrong(key, sentence)
            return None
        return known[text]

    # --- parts

    def _template(self) -> None:
        found = self._chosen("template", self.facts.templates, "You have no template of this name.")
        if found is not None:
            self.base = found

    def _what(self) -> None:
        self.set("title", self.short("title"))
        if (
            not self.columns.get("title")
            and not self.base.content.columns.get("title")
            and not self._noted("title")
        ):
            self.wrong("title", "Enter a title.")
        industry = self.short("industry")
        self.set("industry", _INDUSTRIES.get(industry.lower(), industry) if industry else None)
        self.set("description", self.taken("description", lambda text: cells.words(text, 10_000)))
        self.set(
            "special_instructions", self.taken("special_instructions", lambda text: cells.words(text, 5_000))
        )

    def _noted(self, key: str) -> bool:
        return any(one == key for one, _ in self.problems)

    def _records(self) -> None:
        facts = self.facts
        owner = self._chosen(
            "owner",
            facts.owners,
            "Enter the e-mail address of somebody in your company who creates assignments.",
        )
        self.columns["owner"] = owner or facts.uploader
        customer = self._chosen("customer", facts.customers, "You have no customer of this name.")
        if customer is not None:
            self.columns |= {"customer": customer, "project": None}
        self._project(customer or self.base.content.columns.get("customer"))
        self._external_id()

    def _project(self, customer: Customer | None) -> None:
        name = " ".join(self.cell("project").lower().split())
        if not name or self._noted("customer"):
            return
        if customer is None:
            self.wrong("project", "Enter the customer of this project too.")
            return
        found = self.facts.projects.get((customer.pk, name))
        if found is None:
            self.wrong("project", f"{customer.name} has no project of this name.")
        else:
            self.columns["project"] = found

    def _external_id(self) -> None:
        text = self.short("external_id")
        if not text:
            return
        first = self.facts.first_rows.get(text, self.number)
        if first < self.number:
            self.wrong("external_id", f"Row {first} of this file has the same number.")
        elif text in self.facts.taken:
            self.wrong("external_id", f"{self.facts.taken[text]} has this number already.")
        else:
            self.columns["external_id"] = text

    def _skills(self) -> list[str] | None:
        text = self.cell("skills")
        if not text:
            return None
        found = list(
            dict.fromkeys(
                part for one in text.replace(";", ",").split(",") if (part := " ".join(one.split()))
            )
        )
        if len(found) > MOST_SKILLS:
            self.wrong("skills", f"Enter at most {MOST_SKILLS} skills.")
        if any(len(one) > 60 for one in found):
            self.wrong("skills", "Separate skills by commas. One skill has at most 60 characters.")
        return found

    def _wanted(self) -> list[Wanted] | None:
        count = self.taken("deliverables", lambda text: cells.whole(text, 0, 99))
        if count is None:
            return None
        return [Wanted(PHOTOS, count=count)] if count else []

    # --- where

    def _where(self) -> str:
        """Fill place and site; returns the zone of the site's clocks."""
        remote = self.taken("remote", cells.yes_no)
        zone = self._zone()
        site = {column: self.short(key) for key, column in SITE.items()}
        site["instructions"] = self.taken("way_in", lambda text: cells.words(text, 2_000))
        site["contact_email"] = self.taken("contact_email", _email)
        typed = {column: value for column, value in site.items() if value is not None}
        saved = self._saved()
        if remote:
            empty = {"city": "", "region": "", "postcode": "", "is_virtual": True}
            self.columns |= {**empty, "time_zone": zone or self._base_zone()}
            self.site |= {**typed, "street": "", "lat": None, "lon": None}
        elif saved is not None:
            columns, found = from_location(saved)
            self.columns |= {**columns, **({"time_zone": zone} if zone else {})}
            self.site |= {
                **found,
                **{name: typed[name] for name in typed if name not in ("street", "name", "number")},
            }
        elif any(self.cell(key) for key in ADDRESS):
            self._address(zone, typed)
        else:
            self.site |= typed
            if zone:
                self.columns["time_zone"] = zone
        return str(self.columns.get("time_zone") or self._base_zone())

    def _base_zone(self) -> str:
        return str(self.base.content.columns.get("time_zone") or self.facts.time_zone)

    def _zone(self) -> str | None:
        return self._chosen("time_zone", _ZONES, "Enter a time zone such as America/Chicago.")

    def _saved(self) -> Location | None:
        text = " ".join(self.cell("location").lower().split())
        if not text:
            return None
        found = self.facts.locations.get(text, ())
        if not found:
            self.wrong("location", "You have no saved location of this name or number.")
        elif len(found) > 1:
            self.wrong("location", f"{len(found)} saved locations are called so. Enter the number instead.")
        else:
            return found[0]
        return None

    def _address(self, zone: str | None, typed: dict[str, Any]) -> None:
        """A place that is typed in full; nothing of the template's place is mixed into it."""
        country = self.taken("country", _country) or "US"
        city, region, postcode = (self.short(key) or "" for key in ("city", "region", "postcode"))
        if not city:
            self.wrong("city", "Enter the city of this address.")
        known = places.find(postcode, country)
        if not region and country == "US":
            region = places.region(postcode)
        self.columns |= {
            "is_virtual": False,
            "city": city,
            "region": region,
            "postcode": postcode,
            "country": country,
            "time_zone": zone or self._zone_of(country, region, postcode),
        }
        empty = dict.fromkeys(("name", "number", "street"), "")
        place = {"lat": known.lat, "lon": known.lon} if known else {"lat": None, "lon": None}
        self.site |= {**empty, **typed, **place}

    def _zone_of(self, country: str, region: str, postcode: str) -> str:
        """The usual clocks there. In a country that is not the company's nobody can guess them."""
        if country == "US" and (found := places.time_zone(postcode) or places.zone_of_region(region)):
            return found
        if country != self.facts.country and not self._noted("time_zone"):
            self.wrong("time_zone", "Enter the time zone of this address, for example Europe/Berlin.")
        return self.facts.time_zone

    # --- when

    def _when(self, zone: str) -> None:
        start = self._instant("start", zone)
        end = self._instant("end", zone)
        base = self.base
        kind = self._chosen("schedule_kind", SCHEDULES, "Enter hard start, arrival window or complete by.")
        kind = kind or (ScheduleKind(base.content.columns.get("schedule_kind", ScheduleKind.FIXED)))
        if not self.cell("schedule_kind") and end and kind == ScheduleKind.FIXED:
            kind = ScheduleKind.WINDOW
        if kind == ScheduleKind.COMPLETE_BY and start is None and end is not None:
            start = self.facts.now.replace(second=0, microsecond=0)
        if start and kind != ScheduleKind.FIXED and end is None and base.window:
            end = start + base.window
        self.set("schedule_kind", kind)
        if start is not None:
            self.columns |= {"start_at": start, "window_end_at": end if kind != ScheduleKind.FIXED else None}
            if base.deliverables:
                self.columns["deliverables_due_at"] = start + base.deliverables
            if end is not None and kind != ScheduleKind.FIXED and end <= start:
                self.wrong("end" if self.cell("end") else "end_date", "Enter an end after the start.")
        elif end is not None and not self._noted_any("start", "start_date", "start_time"):
            self.wrong("start" if "start" in self.places else "start_date", "Enter when the work starts.")
        due = self._instant("deliverables_due", zone)
        if due is not None and start is not None and due <= start:
            self.wrong("deliverables_due", "Enter a time for the deliverables after the start.")
        self.set("deliverables_due_at", due)
        self.set("duration_minutes", self.taken("duration", cells.hours))
        self.set("confirm_hours", self.taken("confirm_hours", lambda text: cells.whole(text, 1, 168)))
        self.set("checkin_required", self.taken("checkin_required", cells.yes_no))

    def _noted_any(self, *keys: str) -> bool:
        return any(self._noted(key) for key in keys)

    def _instant(self, which: str, zone: str) -> datetime | None:
        """From one cell with date and time, or from two; on the clocks of the zone."""
        if self.cell(which):
            typed, key = self.taken(which, cells.moment), which
        else:
            typed, key = self._of_two(which), f"{which}_time"
        if typed is None:
            return None
        if typed.tzinfo is not None:
            if 2000 <= typed.year <= 2200:
                return typed
            self.wrong(key, "Enter a year between 2000 and 2200.")
            return None
        try:
            return parse_local(typed.date(), typed.time(), zone)
        except Invalid as error:
            self.wrong(key, error.sentence)
            return None

    def _of_two(self, which: str) -> datetime | None:
        on: date | None = self.taken(f"{which}_date", cells.day)
        at: time | None = self.taken(f"{which}_time", cells.clock)
        if on and at is None and not self.cell(f"{which}_time"):
            self.wrong(f"{which}_date", "Enter the time too, in its own column or beside the date.")
        if at and on is None and not self.cell(f"{which}_date"):
            self.wrong(f"{which}_time", "Enter the date too.")
        return datetime.combine(on, at) if on and at is not None else None

    # --- price

    def _price(self) -> None:
        currency = self.facts.currency
        kind = self._chosen("pricing_type", PRICING, "Enter flat, per hour, per unit or blended hourly.")
        price = self.taken("price", lambda text: cells.amount(text, currency))
        extra = self.taken("extra_price", lambda text: cells.amount(text, currency))
        hours, extra_hours = self.taken("hours", cells.hours), self.taken("extra_hours", cells.hours)
        units = self.taken("units", lambda text: cells.whole(text, 0, 1_000_000))
        base = self.base.content.columns
        chosen = kind or PricingType(base.get("pricing_type", PricingType.FLAT))
        self.columns["pricing_type"] = chosen
        self.set("price_minor", price)
        is_timed = chosen in (PricingType.HOURLY, PricingType.BLENDED)
        is_blended = chosen == PricingType.BLENDED
        self._part("max_minutes", hours, is_timed)
        self._part("max_units", units, chosen == PricingType.UNIT)
        self._part("extra_price_minor", extra, is_blended)
        self._part("extra_max_minutes", extra_hours, is_blended)
        self.set("terms_days", self.taken("terms_days", _terms))
        self.set("non_negotiable", self.taken("non_negotiable", cells.yes_no))

    def _part(self, column: str, value: int | None, is_used: bool) -> None:
        """A quantity that only some kinds of price have."""
        if not is_used:
            self.columns[column] = 0
        elif value is not None:
            self.columns[column] = value


def _terms(text: str) -> int:
    word = text.lower().removeprefix("net").removesuffix("days").strip()
    found = 0 if word == "immediate" else cells.whole(word, 0, 365)
    if found not in dict(TERMS_DAYS):
        raise BadCell(f"Enter one of {', '.join(str(days) for days, _ in TERMS_DAYS)} days.")
    return found


def _country(text: str) -> str:
    if not (len(text) == 2 and text.isascii() and text.isalpha()):
        raise BadCell("Enter the two letters of the country, for example US.")
    return text.upper()


def _email(text: str) -> str:
    name, _, host = text.rpartition("@")
    if not name or "." not in host or any(sign in text for sign in " ,;<>\"'()") or len(text) > 254:
        raise BadCell("Enter an e-mail address, for example sam@example.com.")
    return text
