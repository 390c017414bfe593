from django.apps import AppConfig
from django.conf import settings


class ConfigConfig(AppConfig):
    name = "config"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Imported here because both need the settings: the app that tasks are sent through, and the checks.
        from accounts.own_data import register_obstacles  # noqa: PLC0415
        from config import celery, checks  # noqa: F401, PLC0415
        from config.personal import obstacles  # noqa: PLC0415

        register_obstacles(obstacles.found)

        if settings.ONSITE_PRODUCTION:
            checks.stop_when_unsafe()
