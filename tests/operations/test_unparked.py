"""Timers whose rows do not wait after a failure: the row stands on the list of Operations, and the others go on."""

from datetime import timedelta

import pytest

from common import clock
from config.models import Parked
from config.watch import parked
from payments import sweeps
from tests.factories import company

pytestmark = pytest.mark.django_db


def test_a_company_whose_month_cannot_be_stated_is_listed_and_holds_up_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first, second = (company(name, monthly_statements=True) for name in ("Acme", "Bolt"))
    asked = []

    def broken(pk: int, month: object) -> int:
        asked.append(pk)
        if pk == first.pk:
            raise ArithmeticError("no sum")
        return 1

    monkeypatch.setattr(sweeps, "state_month", broken)
    assert (sweeps.make_statements(), asked) == (1, [first.pk, second.pk])
    (row,) = parked.waiting(clock.now())
    assert (row.model, row.subject_id, row.error) == ("clients.client", first.pk, "ArithmeticError: no sum")
    with clock.moved(clock.now() + timedelta(hours=2)):
        assert list(parked.waiting(clock.now())) == []
        sweeps.make_statements()
        assert Parked.objects.get().times == 2
