import common.clock
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import simple_history.models
import uuid
import workers.models.evidence
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Credential',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('certificate', 'Certificate'), ('licence', 'Licence'), ('insurance', 'Insurance'), ('background_check', 'Background check'), ('drug_test', 'Drug test')], max_length=20)),
                ('name', models.CharField(max_length=120)),
            ],
            options={
                'ordering': ['kind', 'name'],
                'constraints': [models.UniqueConstraint(models.F('kind'), django.db.models.functions.text.Lower('name'), name='workers_credential_once'), models.CheckConstraint(condition=models.Q(('kind__in', ['certificate', 'licence', 'insurance', 'background_check', 'drug_test'])), name='workers_credential_kind_known')],
            },
        ),
        migrations.CreateModel(
            name='HistoricalWorker',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('country', models.CharField(default='US', max_length=2)),
                ('radius_miles', models.PositiveIntegerField(default=50, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(1000)], verbose_name='travel radius in miles')),
                ('is_available', models.BooleanField(default=True, verbose_name='open to new work')),
                ('created_at', models.DateTimeField(default=common.clock.now)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical worker',
                'verbose_name_plural': 'historical workers',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='Skill',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60)),
            ],
            options={
                'ordering': ['name'],
                'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('name'), name='workers_skill_once')],
            },
        ),
        migrations.CreateModel(
            name='Vendor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, verbose_name='company name')),
                ('about', models.TextField(blank=True, max_length=2000)),
                ('created_at', models.DateTimeField(default=common.clock.now)),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['name', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Worker',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('phone', models.CharField(blank=True, max_length=40)),
                ('city', models.CharField(max_length=80)),
                ('region', models.CharField(blank=True, max_length=80, verbose_name='state or region')),
                ('postcode', models.CharField(max_length=16)),
                ('country', models.CharField(default='US', max_length=2)),
                ('lat', models.FloatField(blank=True, null=True)),
                ('lon', models.FloatField(blank=True, null=True)),
                ('radius_miles', models.PositiveIntegerField(default=50, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(1000)], verbose_name='travel radius in miles')),
                ('about', models.TextField(blank=True, max_length=2000)),
                ('is_available', models.BooleanField(default=True, verbose_name='open to new work')),
                ('created_at', models.DateTimeField(default=common.clock.now)),
                ('skills', models.ManyToManyField(blank=True, related_name='workers', to='workers.skill')),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='worker', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('radius_miles__gte', 1)), name='workers_radius_positive')],
            },
        ),
        migrations.CreateModel(
            name='VendorMember',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('agent', 'Team Agent'), ('employee', 'Employee')], default='employee', max_length=10)),
                ('state', models.CharField(choices=[('invited', 'Invited'), ('active', 'Active'), ('left', 'Left')], default='invited', max_length=10)),
                ('invited_at', models.DateTimeField(default=common.clock.now)),
                ('joined_at', models.DateTimeField(blank=True, null=True)),
                ('left_at', models.DateTimeField(blank=True, null=True)),
                ('invited_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('vendor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='members', to='workers.vendor')),
                ('worker', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='vendor_places', to='workers.worker')),
            ],
            options={
                'ordering': ['vendor', 'worker'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'active')), fields=('worker',), name='workers_one_active_vendor'), models.UniqueConstraint(condition=models.Q(('state', 'left'), _negated=True), fields=('vendor', 'worker'), name='workers_vendor_member_once'), models.CheckConstraint(condition=models.Q(('role__in', ['agent', 'employee'])), name='workers_vendor_role_known'), models.CheckConstraint(condition=models.Q(models.Q(('joined_at__isnull', True), ('left_at__isnull', True), ('state', 'invited')), models.Q(('joined_at__isnull', False), ('left_at__isnull', True), ('state', 'active')), models.Q(('left_at__isnull', False), ('state', 'left')), _connector='OR'), name='workers_vendor_member_dates')],
            },
        ),
        migrations.CreateModel(
            name='TimeOff',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_on', models.DateField(verbose_name='first day')),
                ('to_on', models.DateField(verbose_name='last day')),
                ('note', models.CharField(blank=True, max_length=120)),
                ('added_at', models.DateTimeField(default=common.clock.now)),
                ('worker', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='time_off', to='workers.worker')),
            ],
            options={
                'ordering': ['from_on'],
                'constraints': [models.UniqueConstraint(fields=('worker', 'from_on'), name='workers_time_off_once'), models.CheckConstraint(condition=models.Q(('to_on__gte', models.F('from_on'))), name='workers_time_off_in_order')],
            },
        ),
        migrations.CreateModel(
            name='Evidence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('state', models.CharField(choices=[('submitted', 'In review'), ('accepted', 'Accepted'), ('rejected', 'Not accepted'), ('removed', 'Removed')], default='submitted', max_length=24)),
                ('number', models.CharField(blank=True, max_length=80, verbose_name='number on the document')),
                ('issuer', models.CharField(blank=True, max_length=120, verbose_name='issued by')),
                ('issued_on', models.DateField(blank=True, null=True)),
                ('expires_on', models.DateField(blank=True, null=True, verbose_name='valid until')),
                ('is_shown', models.BooleanField(default=True, verbose_name='show it to clients')),
                ('file', models.FileField(max_length=200, upload_to=workers.models.evidence.evidence_path)),
                ('name', models.CharField(max_length=130)),
                ('size', models.PositiveIntegerField()),
                ('content_type', models.CharField(max_length=100)),
                ('sha256', models.CharField(max_length=64)),
                ('submitted_at', models.DateTimeField(default=common.clock.now)),
                ('reviewed_at', models.DateTimeField(blank=True, null=True)),
                ('reject_reason', models.CharField(blank=True, max_length=500)),
                ('warn_due_at', models.DateTimeField(blank=True, null=True, verbose_name='when the worker is told that it runs out')),
                ('credential', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='workers.credential')),
                ('reviewed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('worker', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='evidence', to='workers.worker')),
            ],
            options={
                'verbose_name_plural': 'evidence',
                'ordering': ['credential__kind', 'credential__name', '-submitted_at'],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['submitted', 'accepted', 'rejected', 'removed'])), name='workers_evidence_state_known'), models.CheckConstraint(condition=models.Q(('state__in', ['submitted', 'removed']), models.Q(('reviewed_at__isnull', False), ('reviewed_by__isnull', False)), _connector='OR'), name='workers_evidence_review_has_author'), models.CheckConstraint(condition=models.Q(('issued_on__isnull', True), ('expires_on__isnull', True), ('expires_on__gte', models.F('issued_on')), _connector='OR'), name='workers_evidence_dates_in_order')],
                'indexes': [models.Index(condition=models.Q(('warn_due_at__isnull', False)), fields=['warn_due_at', 'id'], name='workers_evidence_warn_due')],
            },
        ),
        migrations.CreateModel(
            name='CalendarFeed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('salt', models.CharField(max_length=32)),
                ('token_hash', models.CharField(max_length=64, unique=True)),
                ('made_at', models.DateTimeField(default=common.clock.now)),
                ('worker', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='calendar_feed', to='workers.worker')),
            ],
        ),
        migrations.CreateModel(
            name='Availability',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('weekday', models.PositiveSmallIntegerField(choices=[(0, 'Monday'), (1, 'Tuesday'), (2, 'Wednesday'), (3, 'Thursday'), (4, 'Friday'), (5, 'Saturday'), (6, 'Sunday')])),
                ('from_minute', models.PositiveSmallIntegerField()),
                ('to_minute', models.PositiveSmallIntegerField()),
                ('worker', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='availability', to='workers.worker')),
            ],
            options={
                'ordering': ['weekday', 'from_minute'],
                'constraints': [models.UniqueConstraint(fields=('worker', 'weekday'), name='workers_one_span_a_weekday'), models.CheckConstraint(condition=models.Q(('weekday__lte', 6)), name='workers_weekday_known'), models.CheckConstraint(condition=models.Q(('to_minute__gt', models.F('from_minute')), ('to_minute__lte', 1440)), name='workers_hours_in_order')],
            },
        ),
    ]
