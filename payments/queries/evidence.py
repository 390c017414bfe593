"""What both sides can point to in a dispute, gathered by itself: read-only lists with times.

Each list asks what the reader may see: the client's private notes and another worker's time are in none of them, and a
worker whose page of a cancelled assignment is closed (S41) reads the own fault record only.
"""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from assignments import fault_queries, queries, sheet_page
from assignments.closeout_page import visit_lines
from assignments.fault_states import FaultSide
from assignments.file_lines import file_lines
from assignments.models import AgreementSheet as Sheet
from assignments.models import Amendment, Assignment, DeliverableRequirement, Message
from assignments.queries import Seen

MOST = 500


@dataclass(frozen=True, slots=True)
class Proof:
    """One line: when, what, and where the whole of it is."""

    at: datetime | None
    words: str
    note: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    key: str
    lines: list[Proof]


def evidence(view: Seen) -> list[Section]:
    """The lists for one reader, each only where it has lines."""
    found = [
        Section("Agreement and amendments", "agreement", _agreement(view)),
        Section("Check-ins", "visits", _visits(view)),
        Section("Deliverables", "files", _files(view)),
        Section("Messages", "thread", _thread(view)),
        Section("Fault record", "faults", _faults(view)),
    ]
    return [section for section in found if section.lines]


def _agreement(view: Seen) -> list[Proof]:
    sheets = sheet_page.readable(view) if view.sight.opens else []
    return agreement_of(sheets, view.row)


def agreement_of(sheets: list[Sheet], row: Assignment) -> list[Proof]:
    """The sheets and what was changed in them since, each with who agreed."""
    found = []
    for sheet in sheets:
        url = reverse("assignments:sheet_turn", args=[row.pk, sheet.turn])
        found.append(Proof(sheet.made_at, f"Agreement {sheet.number}", url=url))
        changes = Amendment.objects.filter(sheet=sheet).select_related("sheet", "proposed_by", "accepted_by")
        for one in changes.order_by("position"):
            who = f"proposed by {one.proposed_by}"
            who += f", accepted by {one.accepted_by}" if one.accepted_by else ""
            words = f"Amendment {one.number}: {one.get_kind_display().lower()}"
            found.append(Proof(one.made_at, words, who, url))
    return found


def _visits(view: Seen) -> list[Proof]:
    return visits_of(view.row) if "visits" in view.sight else []


def visits_of(row: Assignment) -> list[Proof]:
    """The present worker's time on site, on the clocks at the site."""
    found = []
    for visit in visit_lines(row):
        notes = [
            visit.length,
            visit.distance,
            "corrected" if visit.is_edited else "",
            visit.offline,
            visit.note,
        ]
        found.append(Proof(visit.in_at, visit.words, ", ".join(filter(None, notes))))
    return found


def _files(view: Seen) -> list[Proof]:
    return files_of(view.row, view.now) if "deliverables" in view.sight else []


def files_of(row: Assignment, now: datetime) -> list[Proof]:
    """What the present worker handed in, with what the client said of each."""
    titles = dict(DeliverableRequirement.objects.filter(assignment=row).values_list("pk", "title"))
    found = []
    for file in file_lines(row, now):
        asked = f"asked again: {file.reason}" if file.state == "rejected" else file.state
        notes = [titles.get(file.requirement_id, ""), file.words, asked]
        found.append(Proof(file.uploaded_at, file.name, ", ".join(filter(None, notes)), file.url))
    return found


def _thread(view: Seen) -> list[Proof]:
    if "messages" not in view.sight:
        return []
    return thread_of(list(queries.thread(view).filter(is_private=False).order_by("sent_at", "pk")[:MOST]))


def thread_of(messages: list[Message]) -> list[Proof]:
    return [
        Proof(one.sent_at, one.body, f"{one.author}, {one.get_side_display().lower()}") for one in messages
    ]


def _faults(view: Seen) -> list[Proof]:
    if view.side not in (FaultSide.CLIENT, FaultSide.WORKER):
        return []
    rows = fault_queries.parts_of(view.row.pk)
    if view.side == FaultSide.WORKER:
        rows = rows.filter(engagement=view.row.engagement)
    rows = rows.select_related("assignment__client", "engagement__worker__user")
    lines = [fault_queries.line(one, view.side) for one in rows]
    return [
        Proof(one.at, f"{one.event}: {one.whose}", f"{one.record}, {one.state}, {one.note}", one.url)
        for one in lines
    ]


def faults_of(row: Assignment) -> list[Proof]:
    """For those who decide: every entry of the record, without a link into a side's own pages."""
    rows = fault_queries.parts_of(row.pk).select_related("assignment__client", "engagement__worker__user")
    lines = [fault_queries.line(one, FaultSide.CLIENT) for one in rows]
    return [Proof(one.at, f"{one.event}: {one.whose}", f"{one.record}, {one.state}") for one in lines]
