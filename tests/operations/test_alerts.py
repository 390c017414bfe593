"""Alerts: each cause once a day while it lasts, and one word when it is over."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.contrib.auth.models import Permission

from accounts.models import User
from assignments.models import Assignment
from common import clock, parking
from config import heartbeat
from config.models import Alert, Check
from config.timetable import timetable
from config.watch import alerts, proofs
from ledger.models import Account
from notifications.models import Message, Notice
from notifications.outbox import queue_raw
from tests.factories import People

At = Callable[[datetime], AbstractContextManager[None]]
QUIET = timedelta(seconds=60)


@pytest.fixture
def boss(people: People) -> User:
    """The only person of the staff who may see Operations."""
    user = User.objects.create_user("ops@onsite.example", name="Otto Ops", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_heartbeat"))
    User.objects.filter(is_superuser=True).update(is_active=False)
    beat_all()
    return user


def beat_all(but: str = "") -> None:
    """Every timer ran just now, but one; what it sent left."""
    Message.objects.filter(kind__startswith="operations.").update(state="sent", sent_at=clock.now())
    for timer in timetable():
        if timer.name != but:
            heartbeat.beat(timer.name)


def subjects(user: User) -> list[str]:
    """What that person was told by bell, in order; the mail goes with it."""
    told = list(Notice.objects.filter(user=user).order_by("pk").values_list("sentence", flat=True))
    assert Message.objects.filter(user=user).count() == len(told)
    return told


def test_nothing_is_told_while_all_is_well(boss: User) -> None:
    assert (alerts.watch(), subjects(boss), Alert.objects.count()) == (0, [], 0)


def test_a_sweep_does_not_ask_the_broker(boss: User) -> None:
    """A Redis that hangs would hold up every move that is due behind this timer (R6)."""
    with patch("config.watch.queue.length") as asked:
        alerts.watch()
    assert not asked.called


def test_a_silent_timer_is_told_once_a_day_and_once_when_it_is_over(
    boss: User, frozen: datetime, at: At
) -> None:
    alarm = "Operations: The timer pay has been silent for three of its intervals."
    over = "Over: The timer pay has been silent for three of its intervals."
    for hours, expected in ((0.02, [alarm]), (0.05, [alarm]), (23.9, [alarm]), (24.1, [alarm, alarm])):
        with at(frozen + timedelta(hours=hours)):
            beat_all(but="pay")
            alerts.watch()
        assert subjects(boss) == expected, hours
    with at(frozen + timedelta(hours=25)):
        beat_all()
        assert (alerts.watch(), alerts.watch()) == (1, 0)
    assert subjects(boss) == [alarm, alarm, over]


def test_a_cause_that_flares_up_again_on_the_same_day_is_not_told_again(
    boss: User, frozen: datetime, at: At
) -> None:
    for minutes, but in ((1, "pay"), (2, ""), (3, "pay"), (4, "")):
        with at(frozen + timedelta(minutes=minutes)):
            beat_all(but=but)
            alerts.watch()
    assert [one.split(":")[0] for one in subjects(boss)] == ["Operations", "Over"]
    with at(frozen + timedelta(days=1, minutes=5)):
        beat_all(but="pay")
        alerts.watch()
    assert [one.split(":")[0] for one in subjects(boss)] == ["Operations", "Over", "Operations"]


def test_parked_rows_are_counted_by_kind_and_told_without_their_names(boss: User, frozen: datetime) -> None:
    for pk in (1, 2):
        parking.note(Assignment, pk, ValueError("secret words"), frozen + QUIET)
    assert alerts.watch() == 1
    assert subjects(boss) == ["Operations: assignments.assignment: 2 rows wait after a failure."]


def test_a_row_that_is_parked_no_more_ends_the_alert(boss: User, frozen: datetime, at: At) -> None:
    parking.note(Assignment, 1, ValueError("x"), frozen + QUIET)
    alerts.watch()
    with at(frozen + QUIET):
        beat_all()
        assert alerts.watch() == 1
    assert subjects(boss)[-1] == "Over: assignments.assignment: 1 row waits after a failure."


def test_mails_that_fail_or_wait_too_long_are_told(boss: User, frozen: datetime) -> None:
    queue_raw(to_email="a@onsite.example", subject="x", body="x", at=frozen - timedelta(minutes=16))
    for days in (0, 3):
        due = frozen - timedelta(days=days)
        Message.objects.create(to_email="b@x.example", kind="raw", state="failed", queued_at=due, due_at=due)
    assert alerts.watch() == 2
    assert subjects(boss) == [
        "Operations: Mails that failed for good within a day: 1.",
        "Operations: A mail has been due for longer than 15 minutes.",
    ]


def test_a_ledger_breach_is_kept_and_its_end_is_told(boss: User, frozen: datetime, at: At) -> None:
    Account.objects.create(
        owner_kind="client", owner_id=99, purpose="cash", currency="USD", balance_minor=500
    )
    assert proofs.audit_ledger() == 1
    check = Check.objects.get(name="ledger")
    assert (check.findings, check.at) == (1, frozen)
    assert check.sentences[0].startswith("balance: account ")
    assert alerts.watch() == 0, "ledger.tasks tells of the breach itself"
    Account.objects.filter(owner_id=99).update(balance_minor=0)
    with at(frozen + timedelta(seconds=30)):
        assert (proofs.audit_ledger(), alerts.watch()) == (0, 1)
    assert subjects(boss) == ["Over: Ledger audit: findings in the last run: 1."]
    assert Alert.objects.get(cause="check:ledger").over_at == frozen + timedelta(seconds=30)


def test_a_gap_without_any_sweep_is_told_afterwards(boss: User, frozen: datetime, at: At) -> None:
    with at(frozen + timedelta(hours=3)):
        beat_all(but="watch")
        assert alerts.watch() == 1
        heartbeat.beat("watch")
        assert alerts.watch() == 1
    gap = "No sweep ran between 2026-12-01 12:00 and 2026-12-01 15:00 UTC."
    assert subjects(boss) == [f"Operations: {gap}", f"Over: {gap}"]


def test_named_addresses_are_mailed_instead_of_staff(boss: User, frozen: datetime, settings: Any) -> None:
    settings.ONSITE_ALERT_MAIL = ["duty@onsite.example", "night@onsite.example"]
    parking.note(Assignment, 1, ValueError("x"), frozen + QUIET)
    alerts.watch()
    mails = Message.objects.filter(kind=alerts.RAISED).order_by("to_email")
    assert [(mail.to_email, mail.subject) for mail in mails] == [
        ("duty@onsite.example", "Operations: assignments.assignment: 1 row waits after a failure."),
        ("night@onsite.example", "Operations: assignments.assignment: 1 row waits after a failure."),
    ]
    assert "/admin/config/heartbeat/" in mails[0].body
    assert subjects(boss) == []
