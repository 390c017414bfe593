from django.db import migrations

from assignments import fault_triggers, talk_triggers, triggers
from common.append_only import run_sql


class Migration(migrations.Migration):
    """What is Paid can no longer change, numbers start at A-10001; fault entries and messages are append-only."""

    dependencies = [("assignments", "0001_initial")]

    operations = [
        migrations.RunPython(run_sql(triggers.install_sql), run_sql(triggers.remove_sql)),
        migrations.RunPython(run_sql(triggers.number_sql), run_sql(triggers.keep_numbers)),
        migrations.RunPython(run_sql(fault_triggers.install_sql), run_sql(fault_triggers.remove_sql)),
        migrations.RunPython(run_sql(talk_triggers.install_sql), run_sql(talk_triggers.remove_sql)),
    ]
