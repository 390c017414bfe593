"""A payout that goes by hand needs two persons (quality.md 3, row 8)."""

from typing import Any

import pytest

from assignments.states import State
from common.errors import NotAllowed
from payments import actions
from payments.models import PayoutBatch, Withdrawal
from payments.states import PayoutFormat
from tests.factories import StaffFactory
from tests.house.test_settings import SAFE, production
from tests.payments.payouts import ready
from tests.payments.support import Deal, usd


@pytest.fixture
def two(settings: Any) -> None:
    settings.ONSITE_PAYOUT_SECOND_PERSON = True


def requested(deal: Deal, key: str = "w") -> Withdrawal:
    user = deal.worker.user
    account = user.worker.payout_accounts.first() or ready(user, deal.staff)
    return actions.withdraw(actor=user, account_id=account.pk, amount=usd(5_000), key=key)


@pytest.mark.django_db
@pytest.mark.usefixtures("frozen", "two")
def test_who_hands_it_to_the_bank_does_not_record_it_as_paid() -> None:
    deal, other = Deal(State.PAID), StaffFactory(name="Other Admin")
    made = requested(deal)
    actions.mark_sent(made.pk, actor=deal.staff)
    before = deal.held()
    with pytest.raises(NotAllowed, match="Somebody else has to record that it was paid"):
        actions.mark_paid(made.pk, actor=deal.staff)
    made.refresh_from_db()
    assert (made.state, deal.moved(before)) == ("sent", {})
    actions.mark_paid(made.pk, actor=other, reference="B-1")
    made.refresh_from_db()
    assert (made.state, deal.moved(before)) == ("paid", {"pending_payout": -5_000})


@pytest.mark.django_db
@pytest.mark.usefixtures("frozen", "two")
def test_who_made_the_file_does_not_either() -> None:
    deal, other = Deal(State.PAID), StaffFactory(name="Other Admin")
    made = requested(deal)
    batch: PayoutBatch = actions.make_batch(
        actor=deal.staff, currency="USD", format=PayoutFormat.CSV, withdrawal_ids=[made.pk],
        expected=usd(5_000), key="file",
    )  # fmt: skip
    assert batch.pk
    with pytest.raises(NotAllowed):
        actions.mark_paid(made.pk, actor=deal.staff)
    actions.mark_paid(made.pk, actor=other)
    made.refresh_from_db()
    assert made.state == "paid"


def test_production_asks_for_two_unless_told_otherwise(tmp_path: Any) -> None:
    told = "from django.conf import settings; print(settings.ONSITE_PAYOUT_SECOND_PERSON)"
    assert SAFE["DJANGO_SETTINGS_MODULE"] == "config.settings.production"
    assert production(tmp_path, "-c", told).stdout.strip() == "True"
    assert production(tmp_path, "-c", told, ONSITE_PAYOUT_SECOND_PERSON="0").stdout.strip() == "False"
