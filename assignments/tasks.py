"""Thin: one task for each line of the timetable. Celery only says "look now"; the rows know what is due."""

from celery import shared_task

from assignments import (
    batch_sweeps,
    change_sweeps,
    fault_sweeps,
    list_words,
    search_sweeps,
    standby_sweeps,
    sweeps,
)
from assignments.cards import refresh_all
from common import clock


@shared_task
def start_due() -> int:
    return sweeps.start_due()


@shared_task
def refresh_labels() -> int:
    return sweeps.raise_flags()


@shared_task
def expire_applications() -> int:
    return sweeps.expire_applications()


@shared_task
def fire_waves() -> int:
    return sweeps.fire_waves()


@shared_task
def promote_standbys() -> int:
    return standby_sweeps.promote_standbys()


@shared_task
def remind_holds() -> int:
    return sweeps.remind_holds()


@shared_task
def remind_check_outs() -> int:
    return sweeps.remind_check_outs()


@shared_task
def remind_reschedules() -> int:
    return sweeps.remind_reschedules()


@shared_task
def remind_approvals() -> int:
    return sweeps.remind_approvals()


@shared_task
def time_out_changes() -> int:
    return change_sweeps.time_out_changes()


@shared_task
def refresh_company_cards() -> int:
    return refresh_all()


@shared_task
def create_uploads() -> int:
    return batch_sweeps.create_uploads()


@shared_task
def draft_recurrences() -> int:
    return batch_sweeps.draft_recurrences()


@shared_task
def tidy_uploads() -> int:
    return batch_sweeps.tidy_uploads()


@shared_task
def drop_expired_work() -> int:
    return search_sweeps.drop_expired()


@shared_task
def mend_list_words() -> int:
    return list_words.mend(clock.now())


@shared_task
def tell_saved_searches() -> int:
    return search_sweeps.tell_saved_searches()


@shared_task
def settle_faults() -> int:
    return fault_sweeps.settle_due()


@shared_task
def remind_faults() -> int:
    return fault_sweeps.remind_admins()
