"""Who acts in the administration, on which clock, and the line that it leaves in the admin's own log."""

from typing import Any

from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from accounts import zones
from accounts.models import User


def admin_user(request: HttpRequest) -> User:
    """The signed-in admin; the admin site lets nobody else in."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def own_zone(request: HttpRequest) -> dict[str, str]:
    """For templates: `tz`, the zone of who is signed in, and its name in words."""
    tz = admin_user(request).time_zone
    return {"tz": tz, "zone": zones.words(tz)}


def log(request: HttpRequest, row: Any, message: str) -> None:
    """One line in the admin's own log."""
    LogEntry.objects.log_actions(
        user_id=admin_user(request).pk,
        queryset=[row],
        action_flag=CHANGE,
        change_message=message,
        single_object=True,
    )
