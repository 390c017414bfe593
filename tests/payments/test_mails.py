"""Every mail and every line of history of this room can be written, with nothing of the other side's money in it."""

import pytest
from django.template.loader import render_to_string

from assignments.states import State
from notifications.mail import render
from notifications.models import Message
from payments import actions
from payments.kinds import KINDS
from tests.payments.payouts import ready
from tests.payments.support import Deal, usd
from timeline.models import Entry
from timeline.presenters import present

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


def test_mails_and_history_of_a_whole_story_are_complete():
    deal = Deal(State.APPROVED, fastfunds_eligible=True)
    actions.open_dispute(deal.pk, actor=deal.owner, ground="quality", statement="No.")
    actions.answer_dispute(deal.pk, actor=deal.worker.user, statement="Yes.")
    deal.settle("full")
    deal.advance()
    actions.pay([deal.invoice.pk], actor=deal.owner)
    account = ready(deal.worker.user, deal.staff)
    actions.withdraw(actor=deal.worker.user, account_id=account.pk, amount=usd(100), key="w")
    cancelled = deal.another(State.CANCELLED, pay=usd(1_000))
    actions.pay([cancelled.invoices.get().pk], actor=deal.owner)
    for message in Message.objects.filter(kind__in=KINDS):
        parts = render(message)
        assert parts.subject
        assert "None" not in parts.text + parts.subject
        if message.user_id == deal.worker.user_id:
            assert "$385.00" not in parts.text
            assert "$11.00" not in parts.text
        else:
            assert "$26.25" not in parts.text
    told = set(Message.objects.filter(kind__in=KINDS).values_list("kind", flat=True))
    assert told >= {"dispute.opened", "dispute.answered", "dispute.settled", "advance.taken", "invoice.paid"}
    for entry in Entry.objects.filter(kind__in=KINDS):
        shown = present(entry)
        html = render_to_string(
            shown.template, {"entry": entry, "facts": shown.facts, "actor_name": shown.actor_name}
        )
        assert html.strip()
        if entry.visibility in ("all", "worker"):
            assert "$385.00" not in html
        if entry.visibility in ("all", "client"):
            assert "$26.25" not in html
