"""An incomplete visit: a chained draft takes over what is open, so that what was done can be submitted."""

from dataclasses import replace
from typing import Any

from accounts.models import User
from assignments import revisit
from assignments.actions import drafting
from assignments.actions.content import Asked, Content, Wanted
from assignments.actions.copying import copied, copy_documents
from assignments.actions.deliverables import count_given
from assignments.actions.door import change
from assignments.models import Assignment, Carried, Revisit
from assignments.models.terms import TERMS_FIELDS
from assignments.pricing import Terms
from assignments.states import PricingType
from common.errors import Conflict, Invalid


def make_revisit(
    pk: int, *, actor: User, note: str, price_minor: int | None = None, units: int | None = None
) -> Assignment:
    """The draft that follows the assignment, with its site and scope, asking only for the open rest.

    `price_minor` is needed for a flat price, `units` may say another number than the computed rest. The original's
    price and reserved money stay. Raises Invalid at the field, Conflict when a revisit is there already.
    """
    if not note.strip():
        raise Invalid("Enter what is left to do. The worker will read it.", "note")
    with change(pk, "make_revisit", actor=actor) as opened:
        row = opened.row
        known = Revisit.objects.filter(original=row).first()
        if known is not None:
            opened.pass_over_repeat("make_revisit")
            raise Conflict(f"The rest went over to {known.number} already.")
        if row.pricing_type == PricingType.FLAT and not price_minor:
            raise Invalid("Enter a price above zero.", "price_minor")
        rest = revisit.rest_of(row)
        draft = _drafted(row, rest, revisit.terms_of(row, rest, price_minor=price_minor, units=units), actor)
        link = Revisit.objects.create(
            original=row,
            revisit=draft,
            note=note,
            minutes=rest.minutes,
            units=rest.units,
            made_by=actor,
            made_at=opened.now,
        )
        Carried.objects.bulk_create(
            [
                *(Carried(link=link, requirement=item, count=count) for item, count in rest.wanted),
                *(Carried(link=link, field=field) for field in rest.fields),
            ]
        )
        count_given(opened)
        carried = rest.words
        opened.record("assignment.revisit_made", revisit=draft.number, carried=carried, note=note)
        _tell_draft(draft, actor, original=row.number, carried=carried, note=note)
    return draft


def _drafted(row: Assignment, rest: revisit.Rest, terms: Terms, actor: User) -> Assignment:
    base = copied(row, owner=actor)
    price = {name: getattr(terms, name) for name in TERMS_FIELDS if name != "currency"}
    columns: dict[str, Any] = {**base.columns, **price, "title": revisit.title_of(row)}
    if rest.minutes:
        columns["duration_minutes"] = min(row.duration_minutes, rest.minutes)
    content: Content = replace(
        base,
        columns=columns,
        wanted=[Wanted(item.title, item.kind, count, item.instructions) for item, count in rest.wanted],
        asked=[Asked(field.label, field.kind, field.choices, field.is_required) for field in rest.fields],
    )
    draft = drafting.create(content, actor=actor)
    copy_documents(row, draft, actor)
    return draft


def _tell_draft(draft: Assignment, actor: User, **facts: Any) -> None:
    """The history of the new one begins with where it comes from."""
    with change(draft.pk, "edit", actor=actor) as opened:
        opened.record("assignment.revisit_made", visibility="client", **facts)
