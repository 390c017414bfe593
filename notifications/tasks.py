"""The timetable's way into delivery."""

from celery import shared_task

from notifications import sender


@shared_task
def deliver() -> int:
    """Send what is due; returns how many messages left."""
    return sender.deliver_all()
