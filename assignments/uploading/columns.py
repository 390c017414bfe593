"""The fields that a column of a file can fill, and which header means which field."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a draft. `names` are headers by which it is guessed, beside its label."""

    key: str
    label: str
    group: str
    names: tuple[str, ...] = ()
    hint: str = ""
    is_required: bool = False


WHAT, WHERE, WHEN, PAY, MORE = "What", "Where", "When", "Price", "Records"

FIELDS: Final = (
    Field("title", "Title", WHAT, ("assignment title", "name", "subject", "summary"), is_required=True),
    Field("template", "Template name", WHAT, ("template",), "Its values fill what the row leaves empty."),
    Field("industry", "Industry", WHAT, ("category",)),
    Field("description", "Description of work", WHAT, ("description", "scope", "scope of work", "work")),
    Field(
        "special_instructions", "Instructions for the assigned worker", WHAT,
        ("special instructions", "instructions", "private instructions"),
    ),
    Field("skills", "Skills", WHAT, ("desired skills", "skill"), "Separated by commas or semicolons."),
    Field("deliverables", "Number of photos", WHAT, ("deliverables", "deliverables count", "photos", "photo count")),
    Field(
        "location", "Saved location", WHERE, ("location", "location name or number", "saved site", "store"),
        "Its name or number in your address book.",
    ),
    Field("remote", "Done remotely", WHERE, ("remote", "virtual", "offsite"), "Yes or no."),
    Field("site_name", "Location name", WHERE, ("site", "site name", "store name", "branch")),
    Field("site_number", "Location number", WHERE, ("site number", "store number", "store no", "branch number")),
    Field("street", "Street address", WHERE, ("street", "address", "address 1", "address line 1", "addr")),
    Field("city", "City", WHERE, ("town",)),
    Field("region", "State or region", WHERE, ("state", "region", "province", "county")),
    Field("postcode", "Postcode", WHERE, ("zip", "zip code", "zipcode", "postal code", "post code", "plz")),
    Field("country", "Country", WHERE, ("country code",), "Two letters, for example US."),
    Field("time_zone", "Time zone", WHERE, ("timezone", "tz"), "For example America/Chicago."),
    Field("contact_name", "Site contact", WHERE, ("contact", "contact name", "site contact name")),
    Field("contact_phone", "Contact's phone", WHERE, ("phone", "contact phone", "site phone")),
    Field("contact_email", "Contact's e-mail", WHERE, ("contact email", "site email")),
    Field("way_in", "How to get in", WHERE, ("access", "access instructions", "way in")),
    Field(
        "start", "Start (date and time)", WHEN, ("start", "start date time", "starts at", "scheduled", "start at"),
        "2026-12-01 09:00 or 12/1/2026 9:00 AM, on the clocks at the site.",
    ),
    Field("start_date", "Start date", WHEN, ("date", "scheduled date", "day", "visit date")),
    Field("start_time", "Start time", WHEN, ("time", "scheduled time", "hour")),
    Field("end", "End (date and time)", WHEN, ("end", "end date time", "complete by", "ends at", "window end")),
    Field("end_date", "End date", WHEN, ("complete by date", "window end date")),
    Field("end_time", "End time", WHEN, ("window end time",)),
    Field(
        "schedule_kind",
        "Kind of date",
        WHEN,
        ("schedule type", "schedule"),
        "Hard start, arrival window or complete by.",
    ),
    Field("duration", "Planned hours on site", WHEN, ("duration", "planned hours", "hours on site")),
    Field(
        "deliverables_due", "Deliverables due (date and time)", WHEN, ("deliverables due", "files due"),
        "On the clocks at the site. Empty: as in the template.",
    ),
    Field("confirm_hours", "Worker confirms, hours before", WHEN, ("confirm hours", "confirmation hours")),
    Field("checkin_required", "Check-in required", WHEN, ("check in required", "checkin"), "Yes or no."),
    Field(
        "pricing_type", "Kind of price", PAY, ("pricing", "pricing type", "price type", "pay type"),
        "Flat, per hour, per unit or blended hourly.",
    ),
    Field("price", "Price or rate", PAY, ("price", "rate", "pay", "flat price", "hourly rate", "amount", "budget")),
    Field("hours", "Most hours paid", PAY, ("hours", "max hours", "maximum hours")),
    Field("units", "Most units paid", PAY, ("units", "max units", "maximum units", "quantity")),
    Field("extra_price", "Rate after that", PAY, ("additional rate", "extra rate", "second rate")),
    Field("extra_hours", "Most hours at that rate", PAY, ("additional hours", "extra hours")),
    Field("terms_days", "Payment terms in days", PAY, ("terms", "payment terms", "terms days", "net")),
    Field("non_negotiable", "Price is not negotiable", PAY, ("non negotiable", "fixed price"), "Yes or no."),
    Field(
        "external_id", "Your own number", MORE,
        ("external id", "work order", "work order number", "ticket", "reference", "po", "id"),
        "Once only in your company: it guards against doubles.",
    ),
    Field("owner", "Owner's e-mail", MORE, ("owner", "owner email", "manager"), "Somebody of your company."),
    Field("customer", "Customer", MORE, ("client", "end customer", "account"), "As in your address book."),
    Field("project", "Project", MORE, (), "A project of that customer."),
)  # fmt: skip
BY_KEY: Final = {field.key: field for field in FIELDS}
GROUPS: Final = tuple(dict.fromkeys(field.group for field in FIELDS))
_OTHER: Final = re.compile(r"[^a-z0-9]+")

Columns = Mapping[str, int]
"""Which column (from 0) fills which field."""


def plain(words: str) -> str:
    """A header without case, signs and doubled spaces: "Zip-Code *" is "zip code"."""
    return _OTHER.sub(" ", words.lower().replace("'", "").replace("e-mail", "email")).strip()


_NAMES: Final = {
    name: field.key
    for field in reversed(FIELDS)
    for name in (*map(plain, field.names), plain(field.label), plain(field.key))
}


def guess(headers: Sequence[str]) -> dict[str, int]:
    """A matching by the words of the headers; the first of two columns that mean the same field gets it."""
    found: dict[str, int] = {}
    for i, header in enumerate(headers):
        key = _NAMES.get(plain(header))
        if key and key not in found:
            found[key] = i
    return found


def by_headers(saved: Mapping[str, str], headers: Sequence[str]) -> dict[str, int]:
    """A saved matching {field: header} for this file; what it does not say or find is guessed."""
    places = {plain(header): i for i, header in reversed(list(enumerate(headers)))}
    found = {
        key: places[plain(header)]
        for key, header in saved.items()
        if key in BY_KEY and plain(header) in places
    }
    taken = set(found.values())
    known = set(saved)
    return found | {key: i for key, i in guess(headers).items() if key not in known and i not in taken}


def named(columns: Columns, headers: Sequence[str]) -> dict[str, str]:
    """The matching as it is saved: {field: header}."""
    return {key: headers[i] for key, i in columns.items() if 0 <= i < len(headers)}
