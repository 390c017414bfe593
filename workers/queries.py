"""Reads of workers."""

from accounts.models import User
from workers.models import Worker


def worker_of(user: User) -> Worker | None:
    """The worker side of an account, if it has one."""
    return Worker.objects.select_related("user").filter(user_id=user.pk).first()
