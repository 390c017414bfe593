"""What goes into a pack: exactly what its reader may see of the assignment, and nothing that changes with the hour.

Words are those of the day of the assignment's last entry: years in dates and states of invoices do not depend on when
the pack is made, so the same rows give the same bytes.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.urls import reverse

from assignments import history, pdf, queries, visits_told
from assignments.agreement import sections
from assignments.models import (
    AgreementSheet,
    Amendment,
    Attachment,
    ChangeOrder,
    CheckIn,
    CustomValue,
    Deliverable,
    FieldPhoto,
    Message,
    MoneyRequest,
)
from assignments.queries import Seen
from assignments.sheet_page import readable, sheet_page
from assignments.sheets import digest
from common import clock
from payments.proof import chain, papers, signing, words
from payments.proof.inside import Inside
from payments.proof.packing import Piece, piece

SCHEMA: Final = "onsite.proof/1"
Data = dict[str, Any]


def pieces(view: Seen, *, as_of: datetime) -> Iterator[Piece]:
    """The files of a pack for this viewer, in their order. `as_of` is the instant of the newest entry."""
    with clock.moved(as_of):
        inside = Inside()
        record = _record(view, inside)
        timeline = chain.chained(view.row.number, view.side, _entries(view))
        record["timeline"] = {"entries": len(timeline["entries"]), "head": timeline["head"]}
        made = [
            piece("README.txt", words.readme(view.row.number, _url("payments:verify"))),
            piece("record.json", _json(record)),
            *_agreements(view),
            *(piece(name, paper) for name, paper in papers.papers(view)),
            piece("check-ins/check-ins.json", _json(record["check_ins"])),
            piece("check-ins/check-ins.txt", words.visits(record["check_ins"])),
            piece("messages/messages.json", _json(record["messages"])),
            piece("messages/messages.txt", words.messages(record["messages"], view.row.time_zone)),
            piece("timeline/timeline.json", _json(timeline)),
            piece("timeline/timeline.txt", words.timeline(timeline["entries"], view.row.time_zone)),
            piece("public-key.pem", signing.pem(signing.public_hex())),
        ]
    yield from made
    yield from inside.pieces


def _record(view: Seen, inside: Inside) -> Data:
    row = view.row
    return {
        "schema": SCHEMA,
        "issuer": settings.ONSITE_BASE_URL,
        "made_for": view.side,
        "assignment": {
            "number": row.number,
            "title": row.title,
            "stage": str(row.state),
            "client": row.client.name,
            "worker": str(row.worker),
            "time_zone": row.time_zone,
            "submitted_at": _iso(row.submitted_at),
            "approved_at": _iso(row.approved_at),
            "paid_at": _iso(row.paid_at),
            "summary": row.resolution,
        },
        "agreements": [_agreement(view, sheet) for sheet in readable(view)],
        "invoices": [papers.figures(view, invoice) for invoice in papers.invoices(view)],
        "check_ins": _visits(view),
        "deliverables": _deliverables(view, inside),
        "fields": _fields(view, inside),
        "money_requests": _requests(view, inside),
        "extra_work": _changes(view, inside),
        "documents": _documents(view, inside),
        "messages": _messages(view, inside),
    }


def _own_time(view: Seen) -> Data:
    """A worker has only what belongs to the own present time (decisions.md D10)."""
    return {"engagement": view.row.engagement} if view.side == "worker" else {}


def _agreements(view: Seen) -> Iterator[Piece]:
    for sheet in readable(view):
        page = sheet_page(view, sheet.turn)
        name = page.shown.number.replace("/", "-")
        yield piece(f"agreement/{name}.pdf", pdf.document(page, view.row.time_zone))


def _agreement(view: Seen, sheet: AgreementSheet) -> Data:
    """Every version with its parts, as far as this side reads them; of a part of the other side its salted hash."""
    versions: list[AgreementSheet | Amendment] = [
        sheet,
        *Amendment.objects.filter(sheet=sheet).select_related("sheet").order_by("position"),
    ]
    shown = sections(versions[-1].parts, view.side)
    return {
        "number": sheet.number,
        "worker": str(sheet.engagement.worker),
        "in_words": {s.title: [[line.label, line.text] for line in s.lines] for s in shown},
        "versions": [_version(view, one) for one in versions],
    }


def _version(view: Seen, one: AgreementSheet | Amendment) -> Data:
    parts = {"shared": one.shared, "client": one.client_part, "worker": one.worker_part}
    reads = {"shared", *papers.SIDES[view.side]}
    return {
        "head": one.head,
        "sha256": one.sha256,
        "parts": {
            name: {"sha256": digest(text), "text": text if name in reads else None}
            for name, text in parts.items()
        },
    }


def _visits(view: Seen) -> list[Data]:
    told = visits_told.visits(view)
    rows = CheckIn.objects.select_related("engagement__worker__user").in_bulk([one.pk for one in told])
    return [
        {
            "in_at": _iso(rows[one.pk].in_at),
            "out_at": _iso(rows[one.pk].out_at),
            "worker": str(rows[one.pk].engagement.worker),
            "in_words": one.words,
            "length": one.length,
            "arrived": one.arrived,
            "arrived_why": one.arrived_why,
            "left": one.left,
            "left_why": one.left_why,
            "note": one.note,
            "offline": one.offline,
            "corrections": [
                {"before": edit.old, "by": edit.by, "at": _iso(edit.at), "reason": edit.reason}
                for edit in one.edits
            ],
        }
        for one in told
    ]


def _deliverables(view: Seen, inside: Inside) -> list[Data]:
    rows = Deliverable.objects.filter(assignment=view.row, removed_at__isnull=True, **_own_time(view))
    rows = rows.select_related("requirement", "engagement__worker__user").order_by("uploaded_at", "pk")
    return [
        {
            "asked": one.requirement.title,
            "worker": str(one.engagement.worker),
            "name": one.name,
            "file": inside.add("deliverables", one.file, one.name),
            "sha256": one.sha256,
            "sha256_as_sent": one.original_sha256,
            "uploaded_at": _iso(one.uploaded_at),
            "accepted_at": _iso(one.accepted_at),
            "rejected_at": _iso(one.rejected_at),
            "reject_reason": one.reject_reason,
            "signed_by": one.signer_name,
        }
        for one in rows
    ]


def _fields(view: Seen, inside: Inside) -> list[Data]:
    mine = {"field__assignment": view.row, **_own_time(view)}
    values = CustomValue.objects.filter(**mine).select_related("field").order_by("field__position", "pk")
    photos = FieldPhoto.objects.filter(removed_at__isnull=True, **mine)
    files = {(one.field_id, one.engagement_id): one for one in photos}
    found = []
    for value in values:
        photo = files.get((value.field_id, value.engagement_id))
        found.append(
            {
                "field": value.field.label,
                "value": value.value,
                "filled_at": _iso(value.filled_at),
                "file": inside.add("fields", photo.file, photo.name) if photo else None,
            }
        )
    return found


def _requests(view: Seen, inside: Inside) -> list[Data]:
    rows = MoneyRequest.objects.filter(assignment=view.row, **_own_time(view)).order_by("asked_at", "pk")
    return [
        {
            "kind": str(one.kind),
            "state": str(one.state),
            "amount": papers.amount(view.row.money(one.amount_minor)),
            "reason": one.reason,
            "asked_at": _iso(one.asked_at),
            "decided_at": _iso(one.decided_at),
            "granted": papers.amount(view.row.money(one.granted_minor)) if one.state == "approved" else None,
            "receipt": inside.add("receipts", one.receipt, one.receipt_name),
        }
        for one in rows
    ]


def _changes(view: Seen, inside: Inside) -> list[Data]:
    rows = ChangeOrder.objects.filter(assignment=view.row, **_own_time(view)).order_by("asked_at", "pk")
    return [
        {
            "what": one.what,
            "state": str(one.state),
            "amount": papers.amount(view.row.money(one.amount_minor)),
            "asked_at": _iso(one.asked_at),
            "decided_at": _iso(one.decided_at),
            "answered_by": str(one.answered_by),
            "photo": inside.add("extra-work", one.photo, one.photo_name),
        }
        for one in rows
    ]


def _documents(view: Seen, inside: Inside) -> list[Data]:
    if "documents" not in view.sight:
        return []
    rows = Attachment.objects.filter(assignment=view.row, removed_at__isnull=True)
    return [
        {
            "name": one.name,
            "file": inside.add("documents", one.file, one.name),
            "sha256": one.sha256,
            "uploaded_at": _iso(one.uploaded_at),
        }
        for one in rows.order_by("uploaded_at", "pk")
    ]


def _messages(view: Seen, inside: Inside) -> list[Data]:
    return [_message(one, inside) for one in queries.thread(view).prefetch_related("files").order_by("pk")]


def _message(one: Message, inside: Inside) -> Data:
    return {
        "at": _iso(one.sent_at),
        "from": str(one.author),
        "side": str(one.side),
        "private": one.is_private,
        "text": one.body,
        "files": [inside.add("messages/files", file.file, file.name) for file in one.files.all()],
    }


def _entries(view: Seen) -> Iterator[Data]:
    """The history in the words of this side."""
    for entry in history.readable(view).order_by("sequence"):
        yield {
            "at": _iso(entry.at),
            "kind": entry.kind,
            "role": entry.role,
            "text": history.sentence(entry, view.row.time_zone),
        }


def _url(name: str) -> str:
    return f"{settings.ONSITE_BASE_URL}{reverse(name)}"


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _json(value: Any) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False) + "\n"
