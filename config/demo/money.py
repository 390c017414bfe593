"""Money asked on site: extra work that waits, one that was approved, and an offer of another amount."""

from datetime import timedelta

from assignments.actions import changes, counters, money
from assignments.actions.changes import Extra
from assignments.actions.counters import Counter
from assignments.actions.money import Ask
from assignments.states import MoneyKind
from clients.models import ChangeAnswer
from common import clock
from config.demo.stage import Stage


def play(s: Stage) -> None:
    """At a company that lets silence approve a little: three visits that go on right now."""
    north, _ = s.cast.companies
    silence = {
        "change_answer": ChangeAnswer.APPROVE,
        "change_limit_minor": 6_000,
        "change_minutes": 72 * 60,
        "duration_minutes": 60,
    }
    start = s.ago(minutes=95)
    rows = {}
    for login in ("leo", "sofia", "ivan"):
        rows[login] = s.assigned(north, s.cast.worker(login), start, s.ago(days=3), **silence)
        s.check_in(rows[login], s.cast.worker(login), start + timedelta(minutes=3))
    with clock.moved(s.ago(minutes=12)):
        extra = Extra(
            "The second rack has no patch panel. I have one in the van and can mount it now.", 5_500
        )
        changes.order_change(rows["leo"].pk, extra, actor=s.cast.worker("leo").user)
    with clock.moved(s.ago(minutes=50)):
        extra = Extra("Replace the broken duct behind the counter, four metres.", 4_000)
        order = changes.order_change(rows["sofia"].pk, extra, actor=s.cast.worker("sofia").user)
    with clock.moved(s.ago(minutes=46)):
        changes.approve_change(rows["sofia"].pk, order.pk, actor=north.boss)
    with clock.moved(s.ago(minutes=40)):
        ask = Ask(MoneyKind.EXPENSE, "Parking for the whole day.", amount_minor=3_200)
        asked = money.request_money(rows["ivan"].pk, ask, actor=s.cast.worker("ivan").user)
    with clock.moved(s.ago(minutes=30)):
        less = Counter("The store's own parking is free from noon.", amount_minor=1_600)
        counters.counter_money(rows["ivan"].pk, asked.pk, less, actor=north.boss)
