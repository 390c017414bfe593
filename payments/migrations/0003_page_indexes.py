from django.db import migrations, models

from common.online import AddIndexOnline


class Migration(migrations.Migration):
    """Each page of the Payment Center reads its own rows only."""

    atomic = False
    dependencies = [("payments", "0002_owed")]

    operations = [
        AddIndexOnline(
            "invoice",
            models.Index(
                fields=["worker", "-paid_at", "-id"],
                condition=models.Q(("state", "paid")),
                name="payments_invoice_received",
            ),
        ),
        AddIndexOnline("invoice", models.Index(fields=["worker", "-id"], name="payments_invoice_newest")),
        AddIndexOnline(
            "invoice",
            models.Index(
                fields=["client", "-issued_on", "-id"],
                condition=models.Q(("state", "withdrawn")),
                name="payments_invoice_withdrawn",
            ),
        ),
    ]
