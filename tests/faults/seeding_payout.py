"""Withdrawals for the fault test, and the processes that it kills. Run as `python -m tests.faults.seeding_payout ACT`.

seed COUNT: so many withdrawals of one worker, requested. sweep: the portal's own timer, again and again until nothing
is requested. settle: the same, days later, until nothing is on its way. naive: the broken control, which calls first
and writes afterwards, with a new key for each call.
"""

import os
import sys
import uuid
from dataclasses import replace
from datetime import timedelta

import django
from django.conf import settings


def seed(count: int) -> None:
    """One worker with tax data, a proved account and `count` withdrawals of 1.00 to 1.99."""
    from django.core.management import call_command  # noqa: PLC0415 - the app registry is ready only now
    from django.db import transaction  # noqa: PLC0415

    from common import clock  # noqa: PLC0415
    from common.money import Money  # noqa: PLC0415
    from ledger.post import Leg, post  # noqa: PLC0415
    from payments import actions  # noqa: PLC0415
    from tests.factories import StaffFactory, worker  # noqa: PLC0415
    from tests.payments.payouts import ready  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    call_command("createcachetable")
    paid = worker("Wanda Worker")
    account = ready(paid.user, StaffFactory())
    have = Money(100_000, "USD")
    with transaction.atomic():
        legs = [Leg("worker", paid.pk, "balance", have), Leg("provider", 0, "clearing", -have)]
        post("test.seeded", key="seed", legs=legs, at=clock.now())
    for number in range(count):
        amount = Money(100 + number, "USD")
        actions.withdraw(actor=paid.user, account_id=account.pk, amount=amount, key=f"w{number}")


def sweep() -> None:
    from payments import payout_sweeps  # noqa: PLC0415
    from payments.models import Withdrawal  # noqa: PLC0415

    while Withdrawal.objects.filter(state="requested").exists():
        payout_sweeps.send_payouts()


def settle() -> None:
    """Let the timers of all tries come due, one day after the other."""
    from common import clock  # noqa: PLC0415
    from payments import payout_sweeps  # noqa: PLC0415
    from payments.models import Withdrawal  # noqa: PLC0415

    for days in range(1, 4):
        with clock.moved(clock.now() + timedelta(days=days)):
            payout_sweeps.send_payouts()
    print(*Withdrawal.objects.order_by("id").values_list("state", flat=True))  # noqa: T201 - read by the test


def naive() -> None:
    """What must not be done: the call first, under a key that nobody keeps."""
    from django.db import transaction  # noqa: PLC0415

    from common.actor import SYSTEM  # noqa: PLC0415
    from payments.actions.sending import payout_of  # noqa: PLC0415
    from payments.actions.withdrawing import locked, reached  # noqa: PLC0415
    from payments.gateway.provider import configured  # noqa: PLC0415
    from payments.models import Withdrawal  # noqa: PLC0415

    provider = configured()
    for made in Withdrawal.objects.filter(state="requested").select_related("account").order_by("id"):
        answer = provider.pay_out(replace(payout_of(made, made.number), key=uuid.uuid4().hex))
        with transaction.atomic():
            reached(locked(made.pk), answer.status, actor=SYSTEM, role="system")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    django.setup()
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # nobody signs in here
    act, *rest = sys.argv[1:]
    {"seed": seed, "sweep": sweep, "settle": settle, "naive": naive}[act](*map(int, rest))
