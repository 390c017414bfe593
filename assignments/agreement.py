"""What the agreement sheet holds, and how it reads: from the row to its parts, from the parts to lines for one side.

Pure over loaded rows. The parts name people by id only (decisions.md D17); pages look the names up.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.conf import settings

from assignments import sheets
from assignments.answers import number_words
from assignments.models import (
    Assignment,
    Attachment,
    CustomField,
    DeliverableRequirement,
    Site,
)
from assignments.models.terms import TERMS_FIELDS
from assignments.planned import spans
from assignments.presenting import price_words, terms_words
from assignments.pricing import Terms
from assignments.promise import cancelling, changing, fastfunds_fee, silence, silence_days, whole_cost
from assignments.sheets import Parts, Piece
from assignments.states import ScheduleKind
from common.money import Money
from common.when import instant, instant_range, minutes


@dataclass(frozen=True, slots=True)
class Beside:
    """The rows beside an assignment that belong to the agreement. `requirements` are words."""

    site: Site | None = None
    skills: Sequence[str] = ()
    wanted: Sequence[DeliverableRequirement] = ()
    asked: Sequence[CustomField] = ()
    documents: Sequence[Attachment] = ()
    requirements: Sequence[str] = ()


def content(row: Assignment, beside: Beside) -> Parts:
    """The whole agreement as it is now. Needs `row.client` loaded and a worker on the row."""
    return Parts(
        shared={
            "parties": _parties(row),
            "scope": scope(row, beside.skills),
            "place": _place(row, beside.site),
            "schedule": schedule(row),
            "price": price(row),
            "payment": {"terms_days": row.terms_days, "fastfunds_eligible": row.fastfunds_eligible},
            "proof": proof(row, beside.wanted, beside.asked),
            "documents": [{"id": one.pk, "sha256": one.sha256} for one in beside.documents],
            "requirements": list(beside.requirements),
            "rules": {
                "auto_approve_days": silence_days(row),
                "silence": list(silence(row)),
                "cancelling": list(cancelling()),
                "changing": list(changing(row)),
            },
        },
        client={"salt": sheets.salt(), **client_money(row)},
        worker={"salt": sheets.salt(), **worker_money(row)},
    )


def _parties(row: Assignment) -> dict[str, Any]:
    return {
        "assignment": row.number,
        "engagement_id": row.engagement_id,
        "client_id": row.client_id,
        "client_name": row.client.name,
        "owner_id": row.owner_id,
        "worker_id": row.worker_id,
    }


def scope(row: Assignment, skills: Sequence[str]) -> dict[str, Any]:
    """The words of the work."""
    return {
        "title": row.title,
        "industry": row.industry,
        "description": row.description,
        "special_instructions": row.special_instructions,
        "skills": sorted(skills),
    }


def _place(row: Assignment, site: Site | None) -> dict[str, Any]:
    """Where the work is. Whom to ask for there is a row of its own, of which only the id is kept."""
    return {
        "is_virtual": row.is_virtual,
        "site_id": site.pk if site else None,
        "street": site.street if site else "",
        "city": row.city,
        "region": row.region,
        "postcode": row.postcode,
        "country": row.country,
    }


def schedule(row: Assignment) -> dict[str, Any]:
    return {
        "kind": row.schedule_kind,
        "start_at": _iso(row.start_at),
        "window_end_at": _iso(row.window_end_at),
        "time_zone": row.time_zone,
        "duration_minutes": row.duration_minutes,
        "confirm_hours": row.confirm_hours,
        "deliverables_due_at": _iso(row.deliverables_due_at),
        **_further_days(row),
    }


def _further_days(row: Assignment) -> dict[str, Any]:
    """The days after the first one; the section has no such part where there are none."""
    days = spans(row)[1:]
    length = [int((one.end_at - one.start_at).total_seconds()) // 60 for one in days]
    found = [{"start_at": _iso(one.start_at), "minutes": n} for one, n in zip(days, length, strict=True)]
    return {"further_days": found} if found else {}


def price(row: Assignment) -> dict[str, Any]:
    """What the worker can get, in minor units: both sides read it."""
    terms = {name: getattr(row, name) for name in TERMS_FIELDS}
    terms["pricing_type"] = str(row.pricing_type)
    return {
        **terms,
        "expenses_minor": row.expenses_minor,
        "bonus_minor": row.bonus_minor,
        "most_minor": row.worker_most.minor,
        "non_negotiable": row.non_negotiable,
        "requests_allowed": row.requests_allowed,
    }


def proof(
    row: Assignment, wanted: Sequence[DeliverableRequirement], asked: Sequence[CustomField]
) -> dict[str, Any]:
    """What has to be there before the work can be submitted (S30)."""
    return {
        "checkin_required": row.checkin_required,
        "deliverables": [wanted_thing(one) for one in wanted],
        "fields": [
            {
                "label": one.label,
                "kind": str(one.kind),
                "choices": [str(choice) for choice in one.choices],
                "is_required": one.is_required,
                "group": one.group.title,
                "is_group_required": one.group.is_required,
                "count": one.count,
                "least": number_words(one.least),
                "most": number_words(one.most),
            }
            for one in asked
        ],
    }


def wanted_thing(one: Any) -> dict[str, Any]:
    """One deliverable as the agreement keeps it; `one` is a DeliverableRequirement, or names the same things."""
    return {
        "kind": str(one.kind),
        "title": one.title,
        "count": one.count,
        "instructions": one.instructions,
        "moment": str(one.moment),
        "due_minutes": one.due_minutes,
    }


def client_money(row: Assignment) -> dict[str, Any]:
    """The client's own figures: no worker reads them."""
    whole = whole_cost(row)
    return {"fee_bps": row.fee_bps, "fee_minor": whole.fee.minor, "total_minor": whole.total.minor}


def worker_money(row: Assignment) -> dict[str, Any]:
    """The worker's own figures: no client reads them."""
    fee = fastfunds_fee(row) if row.fastfunds_eligible else Money.zero(row.currency)
    return {
        "fee_minor": 0,
        "fastfunds_bps": settings.ONSITE_FASTFUNDS_BPS if row.fastfunds_eligible else 0,
        "fastfunds_fee_minor": fee.minor,
    }


def with_scope(
    parts: Parts, words: dict[str, str], duration_minutes: int, deliverables: Sequence[dict[str, Any]]
) -> Parts:
    """The agreement as it would be with another scope. `words` names texts of the scope section."""
    shared = {
        **parts.shared,
        "scope": {**parts.shared["scope"], **words},
        "schedule": {**parts.shared["schedule"], "duration_minutes": duration_minutes},
        "proof": {**parts.shared["proof"], "deliverables": list(deliverables)},
    }
    return replace(parts, shared=shared)


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


# --- how it reads ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """One agreed thing in words. `is_text`: written by people, shown as paragraphs."""

    key: str
    label: str
    text: str
    is_text: bool = False
    is_total: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """Some lines under one heading."""

    key: str
    title: str
    lines: tuple[Line, ...]

    @property
    def is_list(self) -> bool:
        """Sentences without labels."""
        return not any(line.label for line in self.lines)


@dataclass(frozen=True, slots=True)
class Changed:
    """One line of an amendment: what it was and what it is now."""

    label: str
    old: str
    new: str
    pieces: tuple[Piece, ...]


def sections(parts: Parts, side: str) -> tuple[Section, ...]:
    """The agreement as "client", "worker" or "admin" (who reads both) may read it."""
    shared = parts.shared
    found = (
        Section("scope", "Scope of work", _scope_lines(shared["scope"])),
        Section("place", "Place", _place_lines(shared["place"])),
        Section("schedule", "Schedule", _schedule_lines(shared["schedule"])),
        Section("price", "Price and fees", _price_lines(parts, side)),
        Section("proof", "Proof asked", _proof_lines(shared["proof"])),
        Section("requirements", "Requirements of the worker", _numbered(shared["requirements"])),
        Section("silence", "If nobody answers", _numbered(shared["rules"]["silence"])),
        Section("cancelling", "Cancelling", _numbered(shared["rules"]["cancelling"])),
        Section("changing", "Changes", _numbered(shared["rules"]["changing"])),
    )
    return tuple(section for section in found if section.lines)


def changes(old: Parts, new: Parts, side: str) -> tuple[Changed, ...]:
    """What a side reads of the way from one agreement to the next; sums of the other side stay out."""
    before = {(s.key, line.key): line for s in sections(old, side) for line in s.lines}
    after = {(s.key, line.key): line for s in sections(new, side) for line in s.lines}
    found = []
    for key in dict.fromkeys((*after, *before)):  # in the order of the sheet, what is gone last
        was = before[key].text if key in before else ""
        now = after[key].text if key in after else ""
        if was != now:
            label = (after.get(key) or before[key]).label
            found.append(Changed(label, was, now, sheets.pieces(was, now)))
    return tuple(found)


def _scope_lines(scope: dict[str, Any]) -> tuple[Line, ...]:
    return _kept(
        Line("title", "Title", scope["title"]),
        Line("industry", "Industry", scope["industry"]),
        Line("description", "Description of work", scope["description"], is_text=True),
        Line("special_instructions", "Instructions", scope["special_instructions"], is_text=True),
        Line("skills", "Skills", ", ".join(scope["skills"])),
    )


def _place_lines(place: dict[str, Any]) -> tuple[Line, ...]:
    if place["is_virtual"]:
        return (Line("place", "Where", "Remote"),)
    town = " ".join(part for part in (place["region"], place["postcode"]) if part)
    parts = (place["street"], place["city"], town, place["country"])
    return (Line("place", "Where", ", ".join(part for part in parts if part)),)


def _schedule_lines(found: dict[str, Any]) -> tuple[Line, ...]:
    due = found["deliverables_due_at"]
    hours = found["confirm_hours"]
    return _kept(
        Line("when", _KINDS[found["kind"]], when(found)),
        Line("zone", "Time zone of the site", found["time_zone"]),
        Line("duration", "Planned time on site", minutes(found["duration_minutes"])),
        *(
            Line(
                f"day {n}",
                f"Day {n}",
                f"{_at(one['start_at'], found['time_zone'])}, {minutes(one['minutes'])}",
            )
            for n, one in enumerate(found.get("further_days", ()), 2)
        ),
        Line("confirm", "Confirmation", f"{hours} h before the start" if hours is not None else ""),
        Line("due", "Deliverables by", _at(due, found["time_zone"]) if due else ""),
    )


_KINDS = {
    ScheduleKind.FIXED.value: "Start",
    ScheduleKind.WINDOW.value: "Arrival window",
    ScheduleKind.COMPLETE_BY.value: "Complete by",
}


def when(found: dict[str, Any]) -> str:
    """A schedule section in words, always with its year: it is read for years."""
    start, end, zone = found["start_at"], found["window_end_at"], found["time_zone"]
    if found["kind"] == ScheduleKind.WINDOW and start and end:
        return instant_range(datetime.fromisoformat(start), datetime.fromisoformat(end), zone, today=date.min)
    if found["kind"] == ScheduleKind.COMPLETE_BY and end:
        return _at(end, zone)
    return _at(start, zone) if start else "No date"


def _at(iso: str, zone: str) -> str:
    return instant(datetime.fromisoformat(iso), zone, today=date.min)


def _price_lines(parts: Parts, side: str) -> tuple[Line, ...]:
    found, payment = parts.shared["price"], parts.shared["payment"]
    terms = Terms(**{name: found[name] for name in TERMS_FIELDS})

    def money(minor: int) -> str:
        return str(Money(minor, terms.currency))

    lines = [
        Line("price", "Price", price_words(terms)),
        Line("budget", "Pay at most", str(terms.budget)),
        Line("expenses", "Approved expenses", money(found["expenses_minor"])),
        Line("bonus", "Bonus", money(found["bonus_minor"]) if found["bonus_minor"] else ""),
        Line("most", "Worker receives at most", money(found["most_minor"]), is_total=True),
    ]
    if side in ("client", "admin"):
        lines += [
            Line("fee", "Platform fee, on top", money(parts.client["fee_minor"])),
            Line("total", "Client pays at most", money(parts.client["total_minor"]), is_total=True),
        ]
    if side in ("worker", "admin"):
        fee = parts.worker["fastfunds_fee_minor"]
        lines += [
            Line("own_fee", "Fee of the worker", money(parts.worker["fee_minor"])),
            Line(
                "fastfunds",
                "FastFunds fee, if asked for",
                money(fee) if payment["fastfunds_eligible"] else "",
            ),
        ]
    lines += [
        Line("payment", "Payment", terms_words(payment["terms_days"])),
        Line("negotiable", "Negotiation", "The price is not negotiable" if found["non_negotiable"] else ""),
        Line("requests", "More money", "" if found["requests_allowed"] else "Requests are switched off"),
    ]
    return _kept(*lines)


def _proof_lines(found: dict[str, Any]) -> tuple[Line, ...]:
    visits = "Asked, at each visit" if found["checkin_required"] else "Not asked"
    lines = [Line("visits", "Check-in and check-out", visits)]
    names = dict(DeliverableRequirement.Kind.choices)
    for one in found["deliverables"]:
        words = f"{one['count']} × {names.get(one['kind'], one['kind'])}"
        words = f"{words}{_wanted_when(one)}"
        words = f"{words}. {one['instructions']}" if one["instructions"] else words
        lines.append(Line(f"deliverable {one['title']}", one["title"], words))
    for one in found["fields"]:
        need = "required" if one["is_required"] and one.get("is_group_required", True) else "optional"
        choices = f", one of {', '.join(one['choices'])}" if one["choices"] else ""
        lines.append(
            Line(f"field {one['label']}", one["label"], f"Field to fill, {need}{choices}{_field_words(one)}")
        )
    return _told_apart(lines)


def _wanted_when(one: dict[str, Any]) -> str:
    """When in the work a file is made and until when it is due; older documents say neither."""
    moment = {"before": ", before the work", "after": ", after the work"}.get(one.get("moment", ""), "")
    due = one.get("due_minutes")
    return f"{moment}, due {minutes(due)} after the start" if due is not None else moment


def _field_words(one: dict[str, Any]) -> str:
    """What a field wants beyond its label; older documents say nothing of it."""
    least, most, group = one.get("least", ""), one.get("most", ""), one.get("group", "")
    words = f", {one['count']} serial numbers" if one["kind"] == CustomField.Kind.SERIALS else ""
    words += ", a photo" if one["kind"] == CustomField.Kind.PHOTO else ""
    words += f", {least} or more" if least else ""
    words += f", {most} or less" if most else ""
    return f"{words} ({group})" if group else words


def _told_apart(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Two deliverables may have one title: the second gets a key of its own."""
    seen: Counter[str] = Counter()
    found = []
    for line in lines:
        seen[line.key] += 1
        found.append(replace(line, key=f"{line.key} {seen[line.key]}"))
    return tuple(found)


def _numbered(sentences: Sequence[str]) -> tuple[Line, ...]:
    return tuple(Line(str(n), "", text) for n, text in enumerate(sentences, 1))


def _kept(*lines: Line) -> tuple[Line, ...]:
    return tuple(line for line in lines if line.text)
