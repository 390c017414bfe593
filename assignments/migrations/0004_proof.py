from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Hashes of agreements are looked up by anybody; reports read a year of a company's work."""

    dependencies = [
        ('assignments', '0003_find_words'),
        ('clients', '0001_initial'),
        ('workers', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name='agreementsheet',
            index=models.Index(fields=['sha256'], name='assignments_sheet_sha256'),
        ),
        migrations.AddIndex(
            model_name='amendment',
            index=models.Index(fields=['sha256'], name='assignments_amendment_sha256'),
        ),
        migrations.AddIndex(
            model_name='assignment',
            index=models.Index(condition=models.Q(('sent_at__isnull', False)), fields=['client', 'sent_at'], include=('assigned_at',), name='assignments_sent_report'),
        ),
        migrations.AddIndex(
            model_name='assignment',
            index=models.Index(condition=models.Q(('approved_at__isnull', False)), fields=['client', 'approved_at'], include=('submitted_at',), name='assignments_approved_report'),
        ),
    ]
