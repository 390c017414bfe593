from django.apps import AppConfig
from django.conf import settings


class ConfigConfig(AppConfig):
    name = "config"
    verbose_name = "Portal"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Imported here because all need the settings or the models: the app that tasks are sent through, the checks,
        # the list of rows that fail, what staff are told of, and what stands against an erasure.
        from accounts.own_data import register_obstacles  # noqa: PLC0415
        from common import parking  # noqa: PLC0415
        from config import celery, checks  # noqa: F401, PLC0415
        from config.personal import obstacles  # noqa: PLC0415
        from config.watch import alerts, parked  # noqa: PLC0415
        from notifications import events  # noqa: PLC0415

        register_obstacles(obstacles.found)

        parking.register(parked.keep)
        for kind, title in ((alerts.RAISED, "Something is wrong"), (alerts.OVER, "It is over")):
            events.register(kind, title=title, group="Operations", must_have=True, is_staff=True)
        if settings.ONSITE_PRODUCTION:
            checks.stop_when_unsafe()
