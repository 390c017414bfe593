import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

from common.append_only import run_sql
from ledger import triggers


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Account',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('owner_kind', models.CharField(choices=[('client', 'Client'), ('worker', 'Worker'), ('platform', 'Platform'), ('provider', 'Payment provider')], max_length=8)),
                ('owner_id', models.PositiveBigIntegerField()),
                ('purpose', models.CharField(max_length=24)),
                ('currency', models.CharField(max_length=3)),
                ('balance_minor', models.BigIntegerField(default=0)),
                ('overdraft', models.BooleanField(default=False)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('owner_kind', 'owner_id', 'purpose', 'currency'), name='ledger_account_once'), models.CheckConstraint(condition=models.Q(('overdraft', True), ('balance_minor__gte', 0), _connector='OR'), name='ledger_account_not_below_zero'), models.CheckConstraint(condition=models.Q(models.Q(('owner_kind', 'client'), ('purpose__in', ['cash', 'reserved_cash', 'terms', 'reserved_terms'])), models.Q(('owner_kind', 'worker'), ('purpose__in', ['balance', 'pending_payout'])), models.Q(('owner_id', 0), ('owner_kind', 'platform'), ('purpose__in', ['fee', 'fastfunds_fee', 'fastfunds_advanced', 'terms_granted', 'credits', 'verification'])), models.Q(('owner_kind', 'provider'), ('purpose', 'clearing')), _connector='OR'), name='ledger_account_purpose_known')],
            },
        ),
        migrations.CreateModel(
            name='Posting',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('key', models.CharField(max_length=200, unique=True)),
                ('kind', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
                ('memo', models.CharField(blank=True, max_length=200)),
                ('subject_type', models.CharField(blank=True, max_length=32)),
                ('subject_id', models.PositiveBigIntegerField(default=0)),
                ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('reverses', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reversed_by', to='ledger.posting')),
            ],
            options={
                'indexes': [models.Index(fields=['subject_type', 'subject_id'], name='ledger_posting_subject'), models.Index(fields=['-at', '-id'], name='ledger_posting_newest')],
            },
        ),
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount_minor', models.BigIntegerField()),
                ('currency', models.CharField(max_length=3)),
                ('account', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='ledger.account')),
                ('at', models.DateTimeField()),
                ('posting', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='ledger.posting')),
            ],
            options={
                'verbose_name_plural': 'entries',
                'indexes': [models.Index(fields=['account', 'at'], include=('amount_minor', 'currency'), name='ledger_entry_account_at')],
                'constraints': [models.CheckConstraint(condition=models.Q(('amount_minor', 0), _negated=True), name='ledger_entry_not_zero')],
            },
        ),
        migrations.CreateModel(
            name='Reservation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('client_id', models.PositiveBigIntegerField()),
                ('subject_type', models.CharField(max_length=32)),
                ('subject_id', models.PositiveBigIntegerField()),
                ('cash_minor', models.BigIntegerField(default=0)),
                ('terms_minor', models.BigIntegerField(default=0)),
                ('currency', models.CharField(max_length=3)),
                ('state', models.CharField(choices=[('open', 'Open'), ('consumed', 'Consumed'), ('released', 'Released')], default='open', max_length=8)),
                ('opened_at', models.DateTimeField()),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'open')), fields=['client_id', 'currency'], name='ledger_reservation_client'), models.Index(fields=['subject_type', 'subject_id'], name='ledger_reservation_subject')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('subject_type', 'subject_id'), name='ledger_reservation_open_once'), models.CheckConstraint(condition=models.Q(('cash_minor__gte', 0), ('terms_minor__gte', 0)), name='ledger_reservation_not_below_zero'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('state', 'open')), models.Q(('closed_at__gte', models.F('opened_at')), ('state__in', ['consumed', 'released'])), _connector='OR'), name='ledger_reservation_closed_has_time')],
            },
        ),
        migrations.RunPython(run_sql(triggers.install_sql), run_sql(triggers.remove_sql)),
    ]
