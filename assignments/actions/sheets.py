"""Writing the agreement: the sheet when a worker is assigned, an amendment with each agreed change (mission.md N2).

Both are called inside the door's change, so that they stand or fall with what they tell of.
"""

from dataclasses import replace
from typing import Any

from accounts.actor import Actor, actor_user
from accounts.models import User
from assignments import agreement
from assignments.actions.door import Change
from assignments.change_default import chosen, freeze
from assignments.models import (
    AgreementSheet,
    Amendment,
    Assignment,
    Attachment,
    CustomField,
    DeliverableRequirement,
    Site,
)
from assignments.requirements import asked_words
from assignments.sheets import Parts, canonical, sealed
from clients.models import CHANGE_COLUMNS
from common.errors import Conflict
from timeline.record import require_transaction


def write_sheet(opened: Change) -> AgreementSheet:
    """Write the agreement of the worker who was just engaged. Call it once the row has its final terms.

    It freezes what silence means (the company's setting of this moment) on the row and, for extra work, on the
    engagement. The caller puts `named(sheet)`
    into its entry, so that the history's own chain holds the hash too. Raises Conflict where nobody is engaged.
    """
    require_transaction()
    row = opened.row
    if row.engagement is None:
        raise Conflict("Nobody is assigned.")
    row.auto_approve_days = row.client.auto_approve_days
    freeze(row.engagement, chosen(row))
    row.engagement.save(update_fields=CHANGE_COLUMNS)
    sheet = AgreementSheet(
        assignment=row,
        engagement=row.engagement,
        turn=AgreementSheet.objects.filter(assignment=row).count() + 1,
        made_at=opened.now,
    )
    _seal(sheet, agreement.content(row, beside(row)))
    sheet.save(force_insert=True)
    return sheet


def amend(
    opened: Change, kind: str, *, source_id: int, proposed_by: User, accepted_by: Actor | None
) -> Amendment | None:
    """Write what both sides agreed to change, after the row has it. None where the row has no sheet.

    Only the sections of that kind are taken from the row; all else stays as it was agreed. `accepted_by` is None only
    for money that the client adds unasked, and for extra work approved by the default agreed beforehand.
    """
    require_transaction()
    row = opened.row
    sheet = AgreementSheet.objects.filter(engagement=row.engagement).first() if row.engagement_id else None
    if sheet is None:
        return None
    before = last_document(sheet)
    amendment = Amendment(
        sheet=sheet,
        position=before.position + 1 if isinstance(before, Amendment) else 1,
        kind=kind,
        source_id=source_id,
        proposed_by=proposed_by,
        accepted_by=actor_user(accepted_by) if accepted_by else None,
        made_at=opened.now,
        before_sha256=before.sha256,
    )
    _seal(amendment, _changed(before.parts, kind, row))
    amendment.save(force_insert=True)
    return amendment


def last_document(sheet: AgreementSheet) -> AgreementSheet | Amendment:
    """The agreement in force: the newest amendment, or the sheet itself."""
    return (
        Amendment.objects.filter(sheet=sheet).select_related("sheet").order_by("-position").first() or sheet
    )


def named(document: AgreementSheet | Amendment | None) -> dict[str, str]:
    """What an entry of the history says of a document; empty where none was written."""
    return {"number": document.number, "sha256": document.sha256} if document else {}


def beside(row: Assignment) -> agreement.Beside:
    """Read the rows beside the assignment that belong to the agreement."""
    return agreement.Beside(
        site=Site.objects.filter(assignment=row).first(),
        skills=list(row.skills.values_list("name", flat=True)),
        wanted=list(DeliverableRequirement.objects.filter(assignment=row)),
        asked=list(CustomField.objects.filter(assignment=row).select_related("group")),
        documents=list(Attachment.objects.filter(assignment=row, removed_at__isnull=True)),
        requirements=asked_words(row, to_others=True),
    )


def _changed(before: Parts, kind: str, row: Assignment) -> Parts:
    """The former agreement with the sections of this kind as the row has them now."""
    if kind == Amendment.Kind.SCHEDULE:
        return replace(before, shared={**before.shared, "schedule": agreement.schedule(row)})
    if kind in (Amendment.Kind.SCOPE, Amendment.Kind.CHANGE_ORDER):
        words = {name: getattr(row, name) for name in ("description", "special_instructions")}
        wanted = DeliverableRequirement.objects.filter(assignment=row)
        things = [agreement.wanted_thing(one) for one in wanted]
        before = agreement.with_scope(before, words, row.duration_minutes, things)
    if kind == Amendment.Kind.SCOPE:
        return before
    shared: dict[str, Any] = dict(before.shared)
    shared["price"] = agreement.price(row)
    client = {**before.client, **agreement.client_money(row)}
    worker = {**before.worker, **agreement.worker_money(row)}
    return Parts(shared, client, worker)


def _seal(document: AgreementSheet | Amendment, parts: Parts) -> None:
    document.shared = canonical(parts.shared)
    document.client_part, document.worker_part = canonical(parts.client), canonical(parts.worker)
    document.sha256 = sealed(document.head, document.shared, document.client_part, document.worker_part)
