from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Alert",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("cause", models.CharField(max_length=100, unique=True)),
                ("sentence", models.CharField(max_length=300)),
                ("since", models.DateTimeField()),
                ("told_at", models.DateTimeField(blank=True, null=True)),
                ("over_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["-since", "cause"],
            },
        ),
        migrations.CreateModel(
            name="Check",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        choices=[("ledger", "Ledger audit"), ("history", "History verification")],
                        max_length=16,
                        unique=True,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("seconds", models.FloatField()),
                ("findings", models.PositiveIntegerField()),
                ("sentences", models.JSONField(default=list)),
                ("looked_at", models.PositiveBigIntegerField(default=0)),
            ],
            options={
                "ordering": ["-name"],
            },
        ),
        migrations.CreateModel(
            name="Heartbeat",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=64, unique=True)),
                ("at", models.DateTimeField(blank=True, null=True)),
                ("rows", models.PositiveIntegerField(default=0)),
                ("seconds", models.FloatField(default=0)),
                ("failed_at", models.DateTimeField(blank=True, null=True)),
                ("error", models.CharField(blank=True, max_length=300)),
                ("runs", models.PositiveBigIntegerField(default=0)),
                ("failures", models.PositiveBigIntegerField(default=0)),
                ("rows_total", models.PositiveBigIntegerField(default=0)),
                ("seconds_total", models.FloatField(default=0)),
            ],
            options={
                "verbose_name": "timer",
                "verbose_name_plural": "operations",
                "ordering": ["name"],
                "permissions": [("operate", "Can try parked rows and failed mails again")],
            },
        ),
        migrations.CreateModel(
            name="Parked",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("model", models.CharField(max_length=64)),
                ("subject_id", models.PositiveBigIntegerField()),
                ("task", models.CharField(blank=True, max_length=100)),
                ("error", models.CharField(max_length=500)),
                ("trace", models.TextField(blank=True)),
                ("times", models.PositiveIntegerField(default=1)),
                ("first_at", models.DateTimeField()),
                ("at", models.DateTimeField()),
                ("until", models.DateTimeField()),
            ],
            options={
                "verbose_name": "parked row",
                "indexes": [models.Index(fields=["until", "id"], name="config_parked_until")],
                "constraints": [
                    models.UniqueConstraint(fields=("model", "subject_id"), name="config_parked_once")
                ],
            },
        ),
    ]
