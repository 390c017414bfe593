from django.db import migrations

from assignments import triggers
from common.append_only import run_sql


class Migration(migrations.Migration):
    """What is Paid can no longer change, and numbers start at A-10001."""

    dependencies = [("assignments", "0001_initial")]

    operations = [
        migrations.RunPython(run_sql(triggers.install_sql), run_sql(triggers.remove_sql)),
        migrations.RunPython(run_sql(triggers.number_sql), run_sql(triggers.keep_numbers)),
    ]
