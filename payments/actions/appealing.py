"""The appeal: once, by either side, in the written time, to another admin; or both give it up."""

from django.db import transaction

from accounts.models import User
from assignments.actions.door import change
from common.actor import SYSTEM
from common.errors import AlreadyDone
from payments import deadlines, notices
from payments.actions.disputing import Files, _need_words, running, say, taking_part
from payments.actions.settling import finish
from payments.models import Dispute
from payments.states import Side


def appeal_dispute(pk: int, *, actor: User, statement: str, files: Files = ()) -> Dispute:
    """Ask another admin to decide again, with a statement. What that admin decides is final.

    Raises Invalid without words, Conflict after the time or once given up.
    """
    _need_words(
        statement, files, "Say what the decision got wrong. The other side and another admin read it."
    )
    with change(pk, "answer_dispute", actor=actor) as opened:
        dispute, side = taking_part(opened, "appeal_dispute")
        until = opened.now + deadlines.STEP
        dispute.appeal(opened.now, side, until)
        dispute.save()
        say(dispute, side, statement, actor=actor, at=opened.now, files=files, is_appeal=True)
        opened.row.answer_due_at = until
        opened.record("dispute.appealed", by=side, text=statement[:500], dispute=dispute.number)
        notices.about_dispute(
            "dispute.appealed", dispute, actor=actor, at=opened.now, by=side, answer_by_at=until
        )
    return dispute


def waive_appeal(pk: int, *, actor: User) -> Dispute:
    """Give the appeal up. When both sides have, the decision is final and carried out at once."""
    with transaction.atomic():
        with change(pk, "answer_dispute", actor=actor) as opened:
            dispute = running(opened.row)
            mine: str = Side.WORKER if opened.standing.is_assigned else Side.CLIENT
            if dispute.waived_at(mine):
                raise AlreadyDone("Your side has given the appeal up already.")
            dispute, side = taking_part(opened, "waive_appeal")
            if side == Side.CLIENT:
                dispute.waived_client_at = opened.now
            else:
                dispute.waived_worker_at = opened.now
            dispute.save(update_fields=["waived_client_at", "waived_worker_at"])
            opened.record("dispute.appeal_waived", by=side, dispute=dispute.number)
        notices.about_dispute("dispute.appeal_waived", dispute, actor=actor, at=opened.now, by=side)
        if dispute.waived_client_at and dispute.waived_worker_at:
            finish(dispute, opened.now, SYSTEM)
    return dispute
