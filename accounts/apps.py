from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen to sign-ins and to new second factors."""
        from accounts import sessions, staff  # noqa: F401, PLC0415  (models exist only now)
