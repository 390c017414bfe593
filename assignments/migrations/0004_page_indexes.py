from django.db import migrations, models

from common.online import AddIndexOnline


class Migration(migrations.Migration):
    """A worker's own offers by their state, and the few disputed assignments of a company."""

    atomic = False
    dependencies = [("assignments", "0003_find_words")]

    operations = [
        AddIndexOnline(
            "application",
            models.Index(fields=["worker", "state", "assignment"], name="assignments_application_mine"),
        ),
        AddIndexOnline(
            "assignment",
            models.Index(
                fields=["client"], condition=models.Q(("disputed_at__isnull", False)), name="assignments_disputed"
            ),
        ),
    ]
