from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "ledger"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register what staff are told of."""
        from ledger.tasks import BREACHED  # noqa: PLC0415 - models are loaded only now
        from notifications import events  # noqa: PLC0415 - as above

        events.register(
            BREACHED, title="The books are not whole", group="Books", must_have=True, is_staff=True
        )
