from typing import Any

import django.db.models.deletion
from django.db import migrations, models, transaction

import assignments.models.search
from assignments import word_index
from common.append_only import run_sql

BATCH = 2_000


def fill(apps: Any, schema_editor: Any) -> None:
    """A row for each assignment, in small transactions; started again it goes over all and doubles none."""
    from assignments.list_words import text_of

    assignment, words = apps.get_model("assignments", "Assignment"), apps.get_model("assignments", "ListWords")
    rows, last = assignment.objects.order_by("pk").values_list("pk", "client_id", "title", "external_id"), 0
    while part := list(rows.filter(pk__gt=last)[:BATCH]):
        made = [words(assignment_id=pk, text=text_of(*columns)) for pk, *columns in part]
        with transaction.atomic():
            words.objects.bulk_create(made, ignore_conflicts=True)
        last = part[-1][0]


class Migration(migrations.Migration):
    """The words of each assignment for its company's list, and the full-text index over them."""

    atomic = False
    dependencies = [("assignments", "0004_page_indexes")]

    operations = [
        migrations.CreateModel(
            name="ListWords",
            fields=[
                (
                    "assignment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="list_words",
                        serialize=False,
                        to="assignments.assignment",
                    ),
                ),
                ("text", assignments.models.search.WordsField(blank=True)),
            ],
            options={"verbose_name_plural": "list words"},
        ),
        migrations.RunPython(run_sql(word_index.install_list_sql), run_sql(word_index.remove_list_sql)),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
