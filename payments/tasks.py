"""Thin: one task for each line of the timetable."""

from celery import shared_task

from payments import payout_sweeps, sweeps


@shared_task
def pay_due() -> int:
    return sweeps.pay_due()


@shared_task
def approve_silent() -> int:
    return sweeps.approve_silent()


@shared_task
def flag_past_due() -> int:
    return sweeps.flag_past_due()


@shared_task
def make_statements() -> int:
    return sweeps.make_statements()


@shared_task
def step_disputes() -> int:
    return sweeps.step_disputes()


@shared_task
def expire_settlements() -> int:
    return sweeps.expire_settlements()


@shared_task
def take_fastfunds() -> int:
    return sweeps.take_fastfunds()


@shared_task
def auto_withdraw() -> int:
    return payout_sweeps.auto_withdraw()


@shared_task
def send_payouts() -> int:
    return payout_sweeps.send_payouts()
