"""Precedents: what was decided and why, in general words, readable by everybody and naming nobody."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from common import clock
from common.errors import Conflict, Invalid
from payments import naming, policies
from payments.models import Dispute, Precedent, Ruling
from payments.states import DisputeState


def checked_summary(dispute: Dispute, text: str) -> str:
    """The text as it may be published. Raises Invalid naming what gives somebody away."""
    text = text.strip()
    found = naming.names_in(text, dispute)
    if found:
        raise Invalid(f"Everybody can read it: take out {found[0]}.", "summary")
    return text


def publish_summary(dispute: Dispute, at: datetime) -> Precedent | None:
    """Publish the summary of the ruling that became final, if it has one; in the caller's transaction."""
    ruling = dispute.rulings.order_by("-level").first()
    return (
        _publish(dispute, ruling, ruling.summary, at, ruling.ruled_by) if ruling and ruling.summary else None
    )


def publish_precedent(dispute_id: int, *, actor: User, summary: str) -> Precedent:
    """An admin publishes a summary of a final decision later. Once; raises Conflict, Invalid, NotAllowed."""
    policies.require_staff(actor, policies.SETTLE)
    if not summary.strip():
        raise Invalid("Enter what was decided and why, in general words.", "summary")
    with transaction.atomic():
        dispute = (
            Dispute.objects.select_for_update(no_key=True, of=("self",))
            .select_related("assignment__client", "worker__user")
            .get(pk=dispute_id)
        )
        if dispute.state != DisputeState.DECIDED:
            raise Conflict("Only a final decision can be published.")
        if Precedent.objects.filter(dispute=dispute).exists():
            raise Conflict("It is published already.")
        text = checked_summary(dispute, summary)
        return _publish(dispute, None, text, clock.now(), actor)


def _publish(dispute: Dispute, ruling: Ruling | None, text: str, at: datetime, by: User | None) -> Precedent:
    return Precedent.objects.create(
        dispute=dispute,
        ground=dispute.ground,
        decision=ruling.decision if ruling else dispute.decision,
        summary=text,
        published_at=at,
        published_by=by,
    )
