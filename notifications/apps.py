from django.apps import AppConfig
from django.utils.module_loading import import_string

from common import context


class NotificationsConfig(AppConfig):
    name = "notifications"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Give the page frame its unread count (by name, because models load after this module)."""
        context.register("unread", import_string("notifications.bell.unread"))
