"""The demo is what a newcomer sees first: built by the real actions, with every stage and label, and whole books."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from assignments.labels import LABELS, filtered
from assignments.models import Application, Assignment, Route
from assignments.overlaps import overlapping
from assignments.states import ScheduleKind, State
from clients.models import Client, Pool, RequirementSet
from common import clock
from config.demo.cast import PASSWORD
from ledger.audit import audit
from workers.models import Evidence, Vendor, Worker

SIGN_INS = ("client", "controller", "worker", "worker2", "admin")

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture
def _development(settings: object) -> None:
    settings.ONSITE_DEVELOPMENT = True  # type: ignore[attr-defined]


def is_booked(login: str, *, in_minutes: int) -> bool:
    """Whether the worker has no time for two hours that start so soon: a newcomer's first assignment (README.md)."""
    draft = Assignment.objects.filter(state=State.DRAFT, work_days=None).first()
    assert draft is not None
    draft.schedule_kind, draft.duration_minutes = ScheduleKind.FIXED, 120
    draft.start_at = clock.now() + timedelta(minutes=in_minutes)
    return overlapping(Worker.objects.get(user__email=f"{login}@onsite.example").pk, draft) is not None


@pytest.mark.usefixtures("_development")
def test_the_demo_shows_every_stage_and_its_books_and_history_are_whole() -> None:
    said = StringIO()
    call_command("demo", stdout=said)
    assert said.getvalue() == "The demo is ready.\n"
    assert set(Assignment.objects.values_list("state", flat=True)) == set(State.values)
    assert (Client.objects.count(), Assignment.objects.count() >= 60, Worker.objects.count() >= 12) == (
        2,
        True,
        True,
    )
    bare = [key for key in LABELS if not filtered(Assignment.objects.all(), key, clock.now()).exists()]
    assert bare == []
    for name in SIGN_INS:
        assert User.objects.get(email=f"{name}@onsite.example").check_password(PASSWORD)
    for model in (Application, Evidence, Pool, RequirementSet, Route, Vendor):
        assert model.objects.exists(), model.__name__
    assert list(audit()) == []
    assert [minutes for minutes in (3, 20, 60) if is_booked("worker2", in_minutes=minutes)] == []
    with pytest.raises(CommandError, match="There are accounts already"):
        call_command("demo")
    call_command("demo", if_empty=True, stdout=said)
    assert said.getvalue() == "The demo is ready.\n"


def test_the_demo_is_only_for_development(settings: object) -> None:
    settings.ONSITE_DEVELOPMENT = False  # type: ignore[attr-defined]
    with pytest.raises(CommandError, match="only for development"):
        call_command("demo")
    assert not User.objects.exists()
