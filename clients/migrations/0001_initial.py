import accounts.models
import common.clock
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('workers', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Client',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('change_answer', models.CharField(choices=[('decline', 'It is declined'), ('approve', 'It is approved up to an amount')], default='decline', max_length=8, verbose_name='extra work that nobody answers')),
                ('change_limit_minor', models.BigIntegerField(default=0, verbose_name='extra work approved unanswered up to')),
                ('change_minutes', models.PositiveSmallIntegerField(default=120, verbose_name='minutes to answer extra work')),
                ('name', models.CharField(max_length=120, verbose_name='company name')),
                ('industry', models.CharField(blank=True, max_length=60)),
                ('currency', models.CharField(default='USD', max_length=3)),
                ('time_zone', models.CharField(default='America/New_York', max_length=64, validators=[accounts.models.validate_time_zone])),
                ('street', models.CharField(blank=True, max_length=160, verbose_name='billing address')),
                ('city', models.CharField(blank=True, max_length=80)),
                ('region', models.CharField(blank=True, max_length=80, verbose_name='state or region')),
                ('postcode', models.CharField(blank=True, max_length=16)),
                ('country', models.CharField(default='US', max_length=2)),
                ('fee_bps', models.PositiveIntegerField(default=0, validators=[django.core.validators.MaxValueValidator(5000)], verbose_name='platform fee in hundredths of a percent')),
                ('default_terms_days', models.PositiveSmallIntegerField(choices=[(0, 'Immediate'), (7, '7 days'), (15, '15 days'), (21, '21 days'), (30, '30 days'), (45, '45 days'), (90, '90 days')], default=30, verbose_name='usual payment terms')),
                ('fastfunds_allowed', models.BooleanField(default=True, verbose_name='allow FastFunds on new assignments')),
                ('auto_pay', models.BooleanField(default=False, verbose_name='pay invoices on their due date')),
                ('auto_approve_days', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(30)], verbose_name='days after which silence approves finished work')),
                ('support_access', models.BooleanField(default=False, verbose_name='let Onsite support open our assignments')),
                ('created_at', models.DateTimeField(default=common.clock.now)),
            ],
            options={
                'ordering': ['name'],
                'constraints': [models.CheckConstraint(condition=models.Q(('default_terms_days__in', [0, 7, 15, 21, 30, 45, 90])), name='clients_terms_known'), models.CheckConstraint(condition=models.Q(('fee_bps__lte', 5000)), name='clients_fee_at_most_half'), models.CheckConstraint(condition=models.Q(('auto_approve_days__isnull', True), ('auto_approve_days__range', (1, 30)), _connector='OR'), name='clients_auto_approve_days'), models.CheckConstraint(condition=models.Q(models.Q(models.Q(('change_answer', 'decline'), ('change_limit_minor', 0)), models.Q(('change_answer', 'approve'), ('change_limit_minor__gt', 0)), _connector='OR'), ('change_minutes__range', (10, 4320))), name='clients_change_default')],
            },
        ),
        migrations.CreateModel(
            name='Agreement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=120)),
                ('is_active', models.BooleanField(default=True)),
                ('client', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='agreements', to='clients.client')),
            ],
            options={
                'ordering': ['title', 'id'],
                'constraints': [models.UniqueConstraint(models.F('client'), django.db.models.functions.text.Lower('title'), name='clients_agreement_once')],
            },
        ),
        migrations.CreateModel(
            name='AgreementVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('text', models.TextField(max_length=50000)),
                ('sha256', models.CharField(max_length=64)),
                ('published_at', models.DateTimeField(default=common.clock.now)),
                ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='clients.agreement')),
                ('published_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['agreement', '-number'],
                'constraints': [models.UniqueConstraint(fields=('agreement', 'number'), name='clients_agreement_version_once')],
            },
        ),
        migrations.CreateModel(
            name='Block',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('side', models.CharField(choices=[('client', 'Client'), ('worker', 'Worker')], max_length=8, verbose_name='blocked by')),
                ('note', models.CharField(blank=True, max_length=500, verbose_name='for your own side only')),
                ('blocked_at', models.DateTimeField(default=common.clock.now)),
                ('lifted_at', models.DateTimeField(blank=True, null=True)),
                ('blocked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('worker', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='blocks', to='workers.worker')),
                ('client', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='blocks', to='clients.client')),
            ],
            options={
                'ordering': ['-blocked_at', '-id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('lifted_at__isnull', True)), fields=('client', 'worker', 'side'), name='clients_one_open_block'), models.CheckConstraint(condition=models.Q(('side__in', ['client', 'worker'])), name='clients_block_side_known')],
            },
        ),
        migrations.CreateModel(
            name='CompanyCard',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('approvals', models.PositiveIntegerField(default=0)),
                ('average_approval_minutes', models.PositiveIntegerField(blank=True, null=True)),
                ('median_approval_minutes', models.PositiveIntegerField(blank=True, null=True)),
                ('payments', models.PositiveIntegerField(default=0)),
                ('median_payment_minutes', models.PositiveIntegerField(blank=True, null=True, verbose_name='approval to payment')),
                ('average_days_past_due', models.FloatField(blank=True, null=True)),
                ('paid_late', models.PositiveIntegerField(default=0)),
                ('handed_in', models.PositiveIntegerField(default=0, verbose_name='work handed in')),
                ('pending', models.PositiveIntegerField(default=0, verbose_name='of it waiting for approval now')),
                ('invoices', models.PositiveIntegerField(default=0, verbose_name='open or paid')),
                ('past_due', models.PositiveIntegerField(default=0, verbose_name='of them past due now')),
                ('rated', models.PositiveIntegerField(default=0)),
                ('dissatisfied', models.PositiveIntegerField(default=0)),
                ('site_answers', models.PositiveIntegerField(default=0)),
                ('site_not_ready', models.PositiveIntegerField(default=0)),
                ('scope_answers', models.PositiveIntegerField(default=0)),
                ('scope_untrue', models.PositiveIntegerField(default=0)),
                ('late_cancellations', models.PositiveIntegerField(default=0)),
                ('disputes_lost', models.PositiveIntegerField(default=0)),
                ('scope_changes', models.PositiveIntegerField(default=0)),
                ('refreshed_at', models.DateTimeField(default=common.clock.now)),
                ('client', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='card', to='clients.client')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('average_days_past_due__isnull', True), ('average_days_past_due__gte', 0), _connector='OR'), name='clients_card_days_not_negative'), models.CheckConstraint(condition=models.Q(('paid_late__lte', models.F('payments')), ('pending__lte', models.F('handed_in')), ('past_due__lte', models.F('invoices')), ('dissatisfied__lte', models.F('rated')), ('site_not_ready__lte', models.F('site_answers')), ('scope_untrue__lte', models.F('scope_answers'))), name='clients_card_parts_of_wholes')],
            },
        ),
        migrations.CreateModel(
            name='Customer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120)),
                ('notes', models.TextField(blank=True, max_length=2000)),
                ('is_active', models.BooleanField(default=True)),
                ('client', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='customers', to='clients.client')),
            ],
            options={
                'ordering': ['name'],
                'constraints': [models.UniqueConstraint(models.F('client'), django.db.models.functions.text.Lower('name'), name='clients_customer_once')],
            },
        ),
        migrations.CreateModel(
            name='DirectConsent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('given_at', models.DateTimeField(default=common.clock.now)),
                ('client', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='direct_consents', to='clients.client')),
                ('worker', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='direct_consents', to='workers.worker')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('client', 'worker'), name='clients_consent_once')],
            },
        ),
        migrations.CreateModel(
            name='HistoricalClient',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('change_answer', models.CharField(choices=[('decline', 'It is declined'), ('approve', 'It is approved up to an amount')], default='decline', max_length=8, verbose_name='extra work that nobody answers')),
                ('change_limit_minor', models.BigIntegerField(default=0, verbose_name='extra work approved unanswered up to')),
                ('change_minutes', models.PositiveSmallIntegerField(default=120, verbose_name='minutes to answer extra work')),
                ('name', models.CharField(max_length=120, verbose_name='company name')),
                ('industry', models.CharField(blank=True, max_length=60)),
                ('currency', models.CharField(default='USD', max_length=3)),
                ('time_zone', models.CharField(default='America/New_York', max_length=64, validators=[accounts.models.validate_time_zone])),
                ('street', models.CharField(blank=True, max_length=160, verbose_name='billing address')),
                ('city', models.CharField(blank=True, max_length=80)),
                ('region', models.CharField(blank=True, max_length=80, verbose_name='state or region')),
                ('postcode', models.CharField(blank=True, max_length=16)),
                ('country', models.CharField(default='US', max_length=2)),
                ('fee_bps', models.PositiveIntegerField(default=0, validators=[django.core.validators.MaxValueValidator(5000)], verbose_name='platform fee in hundredths of a percent')),
                ('default_terms_days', models.PositiveSmallIntegerField(choices=[(0, 'Immediate'), (7, '7 days'), (15, '15 days'), (21, '21 days'), (30, '30 days'), (45, '45 days'), (90, '90 days')], default=30, verbose_name='usual payment terms')),
                ('fastfunds_allowed', models.BooleanField(default=True, verbose_name='allow FastFunds on new assignments')),
                ('auto_pay', models.BooleanField(default=False, verbose_name='pay invoices on their due date')),
                ('auto_approve_days', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(30)], verbose_name='days after which silence approves finished work')),
                ('support_access', models.BooleanField(default=False, verbose_name='let Onsite support open our assignments')),
                ('created_at', models.DateTimeField(default=common.clock.now)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical client',
                'verbose_name_plural': 'historical clients',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalMember',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('role', models.CharField(choices=[('administrator', 'Administrator'), ('manager', 'Manager'), ('controller', 'Controller'), ('user', 'User'), ('view_only', 'View Only')], default='user', max_length=16)),
                ('max_budget_minor', models.BigIntegerField(blank=True, null=True, verbose_name='maximum budget of one assignment')),
                ('is_active', models.BooleanField(default=True)),
                ('joined_at', models.DateTimeField(default=common.clock.now)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('client', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='clients.client')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical member',
                'verbose_name_plural': 'historical members',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='Invite',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.EmailField(max_length=254, verbose_name='e-mail address')),
                ('role', models.CharField(choices=[('administrator', 'Administrator'), ('manager', 'Manager'), ('controller', 'Controller'), ('user', 'User'), ('view_only', 'View Only')], default='user', max_length=16)),
                ('max_budget_minor', models.BigIntegerField(blank=True, null=True)),
                ('token_hash', models.CharField(max_length=64, unique=True)),
                ('created_at', models.DateTimeField(default=common.clock.now)),
                ('expires_at', models.DateTimeField()),
                ('accepted_at', models.DateTimeField(blank=True, null=True)),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('client', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invites', to='clients.client')),
                ('invited_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-created_at'],
                'constraints': [models.UniqueConstraint(models.F('client'), django.db.models.functions.text.Lower('email'), condition=models.Q(('accepted_at__isnull', True), ('withdrawn_at__isnull', True)), name='clients_one_open_invite'), models.CheckConstraint(condition=models.Q(('role__in', ['administrator', 'manager', 'controller', 'user', 'view_only'])), name='clients_invite_role_known')],
            },
        ),
        migrations.CreateModel(
            name='Location',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, verbose_name='location name')),
                ('number', models.CharField(blank=True, max_length=40, verbose_name='location number')),
                ('street', models.CharField(max_length=160)),
                ('city', models.CharField(max_length=80)),
                ('region', models.CharField(blank=True, max_length=80, verbose_name='state or region')),
                ('postcode', models.CharField(max_length=16)),
                ('country', models.CharField(default='US', max_length=2)),
                ('lat', models.FloatField(blank=True, null=True, verbose_name='latitude')),
                ('lon', models.FloatField(blank=True, null=True, verbose_name='longitude')),
                ('time_zone', models.CharField(default='America/New_York', max_length=64, validators=[accounts.models.validate_time_zone])),
                ('contact_name', models.CharField(blank=True, max_length=120, verbose_name='site contact')),
                ('contact_phone', models.CharField(blank=True, max_length=40, verbose_name="site contact's phone")),
                ('contact_email', models.EmailField(blank=True, max_length=254, verbose_name="site contact's e-mail")),
                ('instructions', models.TextField(blank=True, max_length=2000, verbose_name='how to get in')),
                ('is_active', models.BooleanField(default=True)),
                ('client', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='locations', to='clients.client')),
                ('customer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='locations', to='clients.customer')),
            ],
            options={
                'ordering': ['name', 'id'],
                'constraints': [models.UniqueConstraint(models.F('client'), django.db.models.functions.text.Lower('name'), models.F('number'), name='clients_location_once')],
            },
        ),
        migrations.CreateModel(
            name='Member',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('administrator', 'Administrator'), ('manager', 'Manager'), ('controller', 'Controller'), ('user', 'User'), ('view_only', 'View Only')], default='user', max_length=16)),
                ('max_budget_minor', models.BigIntegerField(blank=True, null=True, verbose_name='maximum budget of one assignment')),
                ('is_active', models.BooleanField(default=True)),
                ('joined_at', models.DateTimeField(default=common.clock.now)),
                ('client', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='members', to='clients.client')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['user__name', 'id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('is_active', True)), fields=('user',), name='clients_one_active_company'), models.UniqueConstraint(fields=('client', 'user'), name='clients_member_once'), models.CheckConstraint(condition=models.Q(('role__in', ['administrator', 'manager', 'controller', 'user', 'view_only'])), name='clients_role_known'), models.CheckConstraint(condition=models.Q(('max_budget_minor__isnull', True), ('max_budget_minor__gte', 0), _connector='OR'), name='clients_max_budget_not_negative')],
            },
        ),
        migrations.CreateModel(
            name='Project',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120)),
                ('is_active', models.BooleanField(default=True)),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='projects', to='clients.customer')),
            ],
            options={
                'ordering': ['name'],
                'constraints': [models.UniqueConstraint(models.F('customer'), django.db.models.functions.text.Lower('name'), name='clients_project_once')],
            },
        ),
        migrations.CreateModel(
            name='RequirementSet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80)),
                ('is_default', models.BooleanField(default=False, verbose_name='ask it on every new assignment')),
                ('is_active', models.BooleanField(default=True)),
                ('client', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='requirement_sets', to='clients.client')),
            ],
            options={
                'ordering': ['name', 'id'],
                'constraints': [models.UniqueConstraint(models.F('client'), django.db.models.functions.text.Lower('name'), name='clients_requirement_set_once')],
            },
        ),
        migrations.CreateModel(
            name='Pool',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80)),
                ('description', models.TextField(blank=True, max_length=2000)),
                ('visibility', models.CharField(choices=[('public', 'Public: any worker can find and join it'), ('invite_only', 'Invite only: only invited workers see it'), ('private', 'Private: only your company knows it')], default='private', max_length=12, verbose_name='who can see it')),
                ('is_active', models.BooleanField(default=True)),
                ('created_at', models.DateTimeField(default=common.clock.now)),
                ('client', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pools', to='clients.client')),
                ('requirements', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='pools', to='clients.requirementset')),
            ],
            options={
                'ordering': ['name', 'id'],
                'constraints': [models.UniqueConstraint(models.F('client'), django.db.models.functions.text.Lower('name'), name='clients_pool_once'), models.CheckConstraint(condition=models.Q(('visibility__in', ['public', 'invite_only', 'private'])), name='clients_pool_visibility_known')],
            },
        ),
        migrations.CreateModel(
            name='PoolMember',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('invited', 'Invited'), ('requested', 'Override requested'), ('active', 'Member'), ('declined', 'Declined'), ('removed', 'Removed'), ('left', 'Left')], default='invited', max_length=24)),
                ('reason', models.TextField(blank=True, max_length=1000, verbose_name='why an override is asked')),
                ('since', models.DateTimeField(default=common.clock.now)),
                ('joined_at', models.DateTimeField(blank=True, null=True)),
                ('added_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('pool', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='members', to='clients.pool')),
                ('worker', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pool_places', to='workers.worker')),
            ],
            options={
                'ordering': ['pool', 'worker'],
                'constraints': [models.UniqueConstraint(fields=('pool', 'worker'), name='clients_pool_member_once'), models.CheckConstraint(condition=models.Q(('state__in', ['invited', 'requested', 'active', 'declined', 'removed', 'left'])), name='clients_pool_member_state_known')],
            },
        ),
        migrations.CreateModel(
            name='PoolMessage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(max_length=5000, verbose_name='message')),
                ('sent_at', models.DateTimeField(default=common.clock.now)),
                ('told', models.PositiveIntegerField(default=0, verbose_name='members told')),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('pool', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='messages', to='clients.pool')),
            ],
            options={
                'ordering': ['-sent_at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='Signature',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('typed_name', models.CharField(max_length=120)),
                ('signed_at', models.DateTimeField(default=common.clock.now)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='signatures', to='clients.agreementversion')),
                ('worker', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='signatures', to='workers.worker')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('version', 'worker'), name='clients_signed_once')],
            },
        ),
        migrations.CreateModel(
            name='Test',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120)),
                ('about', models.TextField(blank=True, max_length=2000, verbose_name='what it is and where to take it')),
                ('pass_percent', models.PositiveSmallIntegerField(default=80, validators=[django.core.validators.MaxValueValidator(100)], verbose_name='passed from, in percent')),
                ('is_active', models.BooleanField(default=True)),
                ('client', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tests', to='clients.client')),
            ],
            options={
                'ordering': ['name', 'id'],
                'constraints': [models.UniqueConstraint(models.F('client'), django.db.models.functions.text.Lower('name'), name='clients_test_once'), models.CheckConstraint(condition=models.Q(('pass_percent__lte', 100)), name='clients_test_mark')],
            },
        ),
        migrations.CreateModel(
            name='Requirement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('satisfaction', 'Satisfaction at least'), ('on_time', 'On time at least'), ('cancelled', 'Cancelled at most'), ('abandoned', 'Abandoned at most'), ('credential', 'Certificate, licence, insurance or check'), ('agreement', 'Signed agreement'), ('test', 'Passed test'), ('pool', 'Member of a talent pool')], max_length=14)),
                ('number', models.PositiveIntegerField(blank=True, null=True, verbose_name='percent or count')),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('agreement', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clients.agreement')),
                ('credential', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workers.credential')),
                ('pool', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clients.pool')),
                ('set', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='clients.requirementset')),
                ('test', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='clients.test')),
            ],
            options={
                'ordering': ['position', 'id'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('agreement__isnull', True), ('credential__isnull', True), ('kind', 'satisfaction'), ('number__isnull', False), ('pool__isnull', True), ('test__isnull', True)), models.Q(('agreement__isnull', True), ('credential__isnull', True), ('kind', 'on_time'), ('number__isnull', False), ('pool__isnull', True), ('test__isnull', True)), models.Q(('agreement__isnull', True), ('credential__isnull', True), ('kind', 'cancelled'), ('number__isnull', False), ('pool__isnull', True), ('test__isnull', True)), models.Q(('agreement__isnull', True), ('credential__isnull', True), ('kind', 'abandoned'), ('number__isnull', False), ('pool__isnull', True), ('test__isnull', True)), models.Q(('agreement__isnull', True), ('credential__isnull', False), ('kind', 'credential'), ('number__isnull', True), ('pool__isnull', True), ('test__isnull', True)), models.Q(('agreement__isnull', False), ('credential__isnull', True), ('kind', 'agreement'), ('number__isnull', True), ('pool__isnull', True), ('test__isnull', True)), models.Q(('agreement__isnull', True), ('credential__isnull', True), ('kind', 'test'), ('number__isnull', True), ('pool__isnull', True), ('test__isnull', False)), models.Q(('agreement__isnull', True), ('credential__isnull', True), ('kind', 'pool'), ('number__isnull', True), ('pool__isnull', False), ('test__isnull', True)), _connector='OR'), name='clients_requirement_shape'), models.CheckConstraint(condition=models.Q(models.Q(('kind__in', ('satisfaction', 'on_time')), _negated=True), ('number__lte', 100), _connector='OR'), name='clients_requirement_percent')],
            },
        ),
        migrations.CreateModel(
            name='TestResult',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('percent', models.PositiveSmallIntegerField(validators=[django.core.validators.MaxValueValidator(100)])),
                ('taken_on', models.DateField()),
                ('recorded_at', models.DateTimeField(default=common.clock.now)),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('test', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='results', to='clients.test')),
                ('worker', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='test_results', to='workers.worker')),
            ],
            options={
                'ordering': ['-taken_on', '-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('percent__lte', 100)), name='clients_test_percent')],
            },
        ),
    ]
