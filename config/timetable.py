"""The whole timetable: what happens by itself, in the order in which one sweep runs it.

Celery beat and `manage.py sweep` both read this table, so both modes run the same work. The rows of the
database are the timers; a line here only says how often somebody looks.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Timer:
    """One line: a stable name (the heartbeat's key), the task's path, and how often it runs."""

    name: str
    task: str
    every: timedelta

    @property
    def is_nightly(self) -> bool:
        """Nightly timers run once a day, outside of working hours."""
        return self.every >= DAY


def timetable() -> list[Timer]:
    """All timers. The short ones run every ONSITE_SWEEP_SECONDS."""
    sweep = timedelta(seconds=settings.ONSITE_SWEEP_SECONDS)
    return [
        Timer("start", "assignments.tasks.start_due", sweep),
        Timer("labels", "assignments.tasks.refresh_labels", sweep),
        Timer("expire-applications", "assignments.tasks.expire_applications", sweep),
        Timer("waves", "assignments.tasks.fire_waves", sweep),
        Timer("standbys", "assignments.tasks.promote_standbys", sweep),
        Timer("remind-holds", "assignments.tasks.remind_holds", sweep),
        Timer("remind-check-outs", "assignments.tasks.remind_check_outs", sweep),
        Timer("remind-reschedules", "assignments.tasks.remind_reschedules", sweep),
        Timer("remind-approvals", "assignments.tasks.remind_approvals", sweep),
        Timer("change-orders", "assignments.tasks.time_out_changes", sweep),
        Timer("silence", "payments.tasks.approve_silent", sweep),
        Timer("settle-faults", "assignments.tasks.settle_faults", sweep),
        Timer("remind-faults", "assignments.tasks.remind_faults", sweep),
        Timer("recurrences", "assignments.tasks.draft_recurrences", sweep),
        Timer("uploads", "assignments.tasks.create_uploads", sweep),
        Timer("tidy-uploads", "assignments.tasks.tidy_uploads", DAY),
        Timer("expire-work", "assignments.tasks.drop_expired_work", sweep),
        Timer("list-words", "assignments.tasks.mend_list_words", DAY),
        Timer("saved-searches", "assignments.tasks.tell_saved_searches", sweep),
        Timer("evidence", "workers.tasks.warn_expiring", sweep),
        Timer("pay", "payments.tasks.pay_due", sweep),
        Timer("auto-withdraw", "payments.tasks.auto_withdraw", sweep),
        Timer("payouts", "payments.tasks.send_payouts", sweep),
        Timer("past-due", "payments.tasks.flag_past_due", sweep),
        Timer("statements", "payments.tasks.make_statements", sweep),
        Timer("disputes", "payments.tasks.step_disputes", sweep),
        Timer("settlements", "payments.tasks.expire_settlements", sweep),
        Timer("fastfunds", "payments.tasks.take_fastfunds", sweep),
        Timer("company-cards", "assignments.tasks.refresh_company_cards", sweep),
        Timer("exports", "config.tasks.make_exports", sweep),
        Timer("erasures", "config.tasks.erase_due", sweep),
        Timer("tidy-exports", "config.tasks.tidy_exports", DAY),
        Timer("deliver", "notifications.tasks.deliver", sweep),
        Timer("seal", "timeline.tasks.seal", sweep),
        Timer("audit", "config.tasks.audit_ledger", DAY),
        Timer("verify", "config.tasks.verify_history", DAY),
        Timer("watch", "config.tasks.watch", sweep),
    ]
