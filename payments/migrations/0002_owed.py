from django.db import migrations, models

from common.append_only import run_sql
from payments import owed


class Migration(migrations.Migration):
    """The sums of what is owed, kept by triggers and made from the invoices that are there, in one transaction."""

    dependencies = [("payments", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Owed",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "side",
                    models.CharField(
                        choices=[("client", "Client"), ("worker", "Worker")], max_length=6, verbose_name="whose"
                    ),
                ),
                ("party_id", models.BigIntegerField(verbose_name="company or worker")),
                ("currency", models.CharField(max_length=3)),
                ("due_on", models.DateField()),
                ("past_due_at", models.DateTimeField()),
                ("minor", models.BigIntegerField(verbose_name="sum, in minor units")),
                ("count", models.BigIntegerField(verbose_name="number of invoices")),
            ],
            options={
                "verbose_name_plural": "owed",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("side__in", ["client", "worker"])), name="payments_owed_side_known"
                    )
                ],
            },
        ),
        migrations.RunPython(run_sql(owed.install_sql), run_sql(owed.remove_sql)),
        # After the filling, which writers of invoices wait for.
        migrations.AddIndex(
            "owed", models.Index(fields=["side", "party_id", "currency", "due_on"], name="payments_owed_party")
        ),
    ]
