from django.db import migrations

from assignments import word_index
from common.append_only import run_sql


class Migration(migrations.Migration):
    """The full-text index of Find Work."""

    dependencies = [("assignments", "0002_paid_is_final")]

    operations = [migrations.RunPython(run_sql(word_index.install_sql), run_sql(word_index.remove_sql))]
