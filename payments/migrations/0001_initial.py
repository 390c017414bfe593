import common.clock
import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

from common.append_only import run_sql
from payments import triggers


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('assignments', '0002_paid_is_final'),
        ('clients', '0001_initial'),
        ('workers', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Counter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('issuer', models.CharField(max_length=32, unique=True)),
                ('value', models.PositiveBigIntegerField(default=0)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('value__gte', 0)), name='payments_counter_forward')],
            },
        ),
        migrations.CreateModel(
            name='Invoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=24, unique=True)),
                ('state', models.CharField(choices=[('open', 'Open'), ('paid', 'Paid'), ('withdrawn', 'Withdrawn')], default='open', max_length=24)),
                ('currency', models.CharField(max_length=3)),
                ('worker_minor', models.BigIntegerField(verbose_name="worker's pay")),
                ('fee_minor', models.BigIntegerField(verbose_name='platform fee')),
                ('total_minor', models.BigIntegerField(verbose_name='total')),
                ('lines', models.JSONField(default=list, verbose_name="lines of the worker's pay")),
                ('issued_at', models.DateTimeField(default=common.clock.now)),
                ('issued_on', models.DateField()),
                ('due_on', models.DateField()),
                ('past_due_at', models.DateTimeField()),
                ('past_due_noted_at', models.DateTimeField(blank=True, null=True)),
                ('autopay_due_at', models.DateTimeField(blank=True, null=True)),
                ('next_try_at', models.DateTimeField(blank=True, null=True)),
                ('failures', models.PositiveSmallIntegerField(default=0)),
                ('locked_at', models.DateTimeField(blank=True, null=True, verbose_name='downloaded')),
                ('advanced_at', models.DateTimeField(blank=True, null=True, verbose_name='FastFunds taken')),
                ('paid_at', models.DateTimeField(blank=True, null=True)),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('assignment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invoices', to='assignments.assignment')),
                ('client', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invoices', to='clients.client')),
                ('worker', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invoices', to='workers.worker')),
            ],
            options={
                'ordering': ['due_on', 'id'],
                'indexes': [models.Index(fields=['client', 'state', 'due_on', 'id'], name='payments_invoice_client'), models.Index(fields=['worker', 'state', 'due_on', 'id'], name='payments_invoice_worker'), models.Index(fields=['client', '-paid_at'], name='payments_invoice_paid'), models.Index(condition=models.Q(('autopay_due_at__isnull', False), ('state', 'open')), fields=['autopay_due_at', 'id'], name='payments_autopay_due'), models.Index(condition=models.Q(('past_due_noted_at__isnull', True), ('state', 'open')), fields=['past_due_at', 'id'], name='payments_past_due')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'withdrawn'), _negated=True), fields=('assignment',), name='payments_one_invoice'), models.CheckConstraint(condition=models.Q(('state__in', ['open', 'paid', 'withdrawn'])), name='payments_invoice_state_known'), models.CheckConstraint(condition=models.Q(('fee_minor__gte', 0), ('worker_minor__gte', 0)), name='payments_invoice_not_negative'), models.CheckConstraint(condition=models.Q(('total_minor', django.db.models.expressions.CombinedExpression(models.F('worker_minor'), '+', models.F('fee_minor')))), name='payments_invoice_adds_up'), models.CheckConstraint(condition=models.Q(('due_on__gte', models.F('issued_on'))), name='payments_invoice_due_after_issue'), models.CheckConstraint(condition=models.Q(models.Q(('paid_at__isnull', True), ('state', 'open'), ('withdrawn_at__isnull', True)), models.Q(('paid_at__isnull', False), ('state', 'paid'), ('withdrawn_at__isnull', True)), models.Q(('paid_at__isnull', True), ('state', 'withdrawn'), ('withdrawn_at__isnull', False)), _connector='OR'), name='payments_invoice_times_by_state'), models.CheckConstraint(condition=models.Q(('advanced_at__isnull', True), models.Q(('state', 'withdrawn'), _negated=True), _connector='OR'), name='payments_advanced_stays')],
            },
        ),
        migrations.CreateModel(
            name='Advance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('currency', models.CharField(max_length=3)),
                ('amount_minor', models.BigIntegerField()),
                ('fee_minor', models.BigIntegerField()),
                ('quoted_at', models.DateTimeField()),
                ('taken_at', models.DateTimeField(default=common.clock.now)),
                ('worker', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='advances', to='workers.worker')),
                ('invoice', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='advance', to='payments.invoice')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('amount_minor__gt', 0), ('fee_minor__gte', 0), ('fee_minor__lt', models.F('amount_minor'))), name='payments_advance_leaves_something'), models.CheckConstraint(condition=models.Q(('taken_at__gte', models.F('quoted_at'))), name='payments_advance_was_quoted')],
            },
        ),
        migrations.CreateModel(
            name='PaymentRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=64, unique=True)),
                ('request_hash', models.CharField(max_length=64)),
                ('currency', models.CharField(max_length=3)),
                ('total_minor', models.BigIntegerField()),
                ('started_at', models.DateTimeField(default=common.clock.now)),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('actor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('client', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='payment_runs', to='clients.client')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('total_minor__gt', 0)), name='payments_run_positive')],
            },
        ),
        migrations.CreateModel(
            name='PaymentItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveIntegerField()),
                ('result', models.CharField(choices=[('waiting', 'Waiting'), ('paid', 'Paid'), ('failed', 'Not paid')], default='waiting', max_length=8)),
                ('sentence', models.CharField(blank=True, max_length=300, verbose_name='why not')),
                ('invoice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='payment_items', to='payments.invoice')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='payments.paymentrun')),
            ],
            options={
                'ordering': ['position'],
                'constraints': [models.UniqueConstraint(fields=('run', 'invoice'), name='payments_item_once'), models.UniqueConstraint(condition=models.Q(('result', 'paid')), fields=('invoice',), name='payments_item_paid_once'), models.CheckConstraint(condition=models.Q(('result__in', ['waiting', 'paid', 'failed'])), name='payments_item_result_known')],
            },
        ),
        migrations.CreateModel(
            name='PayoutAccount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('holder', models.CharField(max_length=120, verbose_name='name on the account')),
                ('bank_name', models.CharField(max_length=80, verbose_name='bank')),
                ('routing', models.CharField(max_length=34, verbose_name='routing number')),
                ('last4', models.CharField(max_length=4)),
                ('sealed_number', models.TextField()),
                ('added_at', models.DateTimeField(default=common.clock.now)),
                ('removed_at', models.DateTimeField(blank=True, null=True)),
                ('worker', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='payout_accounts', to='workers.worker')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='TermsGrant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('currency', models.CharField(max_length=3)),
                ('limit_minor', models.BigIntegerField()),
                ('key', models.CharField(max_length=64, unique=True)),
                ('granted_at', models.DateTimeField(default=common.clock.now)),
                ('client', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='terms_grants', to='clients.client')),
                ('granted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'terms limit',
                'ordering': ['-granted_at', '-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('limit_minor__gte', 0)), name='payments_terms_not_negative')],
            },
        ),
        migrations.CreateModel(
            name='Withdrawal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('requested', 'Requested'), ('sent', 'Sent to the bank'), ('paid', 'Paid out'), ('failed', 'Failed')], default='requested', max_length=24)),
                ('currency', models.CharField(max_length=3)),
                ('amount_minor', models.BigIntegerField()),
                ('key', models.CharField(max_length=64, unique=True)),
                ('requested_at', models.DateTimeField(default=common.clock.now)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('reference', models.CharField(blank=True, max_length=80, verbose_name='reference of the bank')),
                ('failure', models.CharField(blank=True, max_length=200, verbose_name='why it failed')),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='withdrawals', to='payments.payoutaccount')),
                ('worker', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='withdrawals', to='workers.worker')),
            ],
            options={
                'ordering': ['-requested_at', '-id'],
                'indexes': [models.Index(fields=['worker', '-requested_at'], name='payments_withdrawal_worker')],
                'constraints': [models.CheckConstraint(condition=models.Q(('amount_minor__gt', 0)), name='payments_withdrawal_positive'), models.CheckConstraint(condition=models.Q(('state__in', ['requested', 'sent', 'paid', 'failed'])), name='payments_withdrawal_state_known'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', True), ('state__in', ['requested', 'sent'])), models.Q(('closed_at__isnull', False), ('state__in', ['paid', 'failed'])), _connector='OR'), name='payments_withdrawal_closed_has_time')],
            },
        ),
        migrations.CreateModel(
            name='Deposit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('pending', 'On its way'), ('received', 'Received'), ('failed', 'Failed')], default='pending', max_length=24)),
                ('source', models.CharField(choices=[('bank_transfer', 'Bank transfer'), ('demo', 'Demo gateway')], default='bank_transfer', max_length=16)),
                ('currency', models.CharField(max_length=3)),
                ('amount_minor', models.BigIntegerField()),
                ('key', models.CharField(max_length=64, unique=True)),
                ('reference', models.CharField(blank=True, max_length=80, verbose_name='reference of the bank')),
                ('recorded_at', models.DateTimeField(default=common.clock.now)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('failure', models.CharField(blank=True, max_length=200)),
                ('client', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deposits', to='clients.client')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-recorded_at', '-id'],
                'indexes': [models.Index(fields=['client', '-recorded_at'], name='payments_deposit_client')],
                'constraints': [models.CheckConstraint(condition=models.Q(('amount_minor__gt', 0)), name='payments_deposit_positive'), models.CheckConstraint(condition=models.Q(('state__in', ['pending', 'received', 'failed'])), name='payments_deposit_state_known'), models.CheckConstraint(condition=models.Q(('source__in', ['bank_transfer', 'demo'])), name='payments_deposit_source_known'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', True), ('state', 'pending')), models.Q(('closed_at__isnull', False), ('state__in', ['received', 'failed'])), _connector='OR'), name='payments_deposit_closed_has_time')],
            },
        ),
        migrations.CreateModel(
            name='Dispute',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('open', 'Opened'), ('in_thread', 'Asked on the assignment'), ('with_manager', 'With the manager'), ('with_account', 'With the account manager'), ('decided', 'Decided'), ('closed', 'Closed without a decision'), ('withdrawn', 'Withdrawn')], default='open', max_length=24)),
                ('ground', models.CharField(choices=[('overdue_approval', 'Approval is overdue'), ('past_due', 'The payment is past due'), ('no_explanation', 'Cancelled without an explanation'), ('work_done', 'Cancelled after work was done'), ('amount', 'The amount is wrong'), ('quality', 'The work is not as agreed'), ('other', 'Something else')], max_length=20, verbose_name='reason')),
                ('side', models.CharField(choices=[('client', 'Client'), ('worker', 'Worker')], max_length=8, verbose_name='opened by')),
                ('opened_at', models.DateTimeField(default=common.clock.now)),
                ('currency', models.CharField(max_length=3)),
                ('amount_minor', models.BigIntegerField(verbose_name="worker's pay in dispute")),
                ('statement_client', models.TextField(blank=True, max_length=5000, verbose_name='what the client says')),
                ('statement_worker', models.TextField(blank=True, max_length=5000, verbose_name='what the worker says')),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('answer_due_at', models.DateTimeField(blank=True, null=True, verbose_name='answer due')),
                ('step_due_at', models.DateTimeField(blank=True, null=True)),
                ('parked_until', models.DateTimeField(blank=True, null=True)),
                ('failures', models.PositiveSmallIntegerField(default=0)),
                ('decision', models.CharField(blank=True, choices=[('full', 'Pay in full'), ('part', 'Pay a part'), ('none', 'Pay nothing')], max_length=4)),
                ('decided_minor', models.BigIntegerField(blank=True, null=True, verbose_name="worker's pay as decided")),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('reason_to_client', models.TextField(blank=True, max_length=2000)),
                ('reason_to_worker', models.TextField(blank=True, max_length=2000)),
                ('internal_note', models.TextField(blank=True, max_length=2000)),
                ('assignee', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='owner')),
                ('assignment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='disputes', to='assignments.assignment')),
                ('client', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='disputes', to='clients.client')),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('opened_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('worker', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='disputes', to='workers.worker')),
            ],
            options={
                'ordering': ['answer_due_at', 'id'],
                'permissions': [('settle_dispute', 'Can decide a dispute')],
                'indexes': [models.Index(condition=models.Q(('step_due_at__isnull', False)), fields=['step_due_at', 'id'], name='payments_dispute_step_due'), models.Index(fields=['client', '-closed_at'], name='payments_dispute_client')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ['open', 'in_thread', 'with_manager', 'with_account'])), fields=('assignment',), name='payments_one_open_dispute'), models.CheckConstraint(condition=models.Q(('state__in', ['open', 'in_thread', 'with_manager', 'with_account', 'decided', 'closed', 'withdrawn'])), name='payments_dispute_state_known'), models.CheckConstraint(condition=models.Q(('ground__in', ['overdue_approval', 'past_due', 'no_explanation', 'work_done', 'amount', 'quality', 'other'])), name='payments_dispute_ground_known'), models.CheckConstraint(condition=models.Q(('side__in', ['client', 'worker'])), name='payments_dispute_side_known'), models.CheckConstraint(condition=models.Q(('amount_minor__gte', 0), models.Q(('decided_minor__isnull', True), ('decided_minor__gte', 0), _connector='OR')), name='payments_dispute_not_negative'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', True), ('decision', ''), ('state__in', ['open', 'in_thread', 'with_manager', 'with_account'])), models.Q(('closed_at__isnull', False), ('decided_by__isnull', False), ('decided_minor__isnull', False), ('decision__in', ['full', 'part', 'none']), ('state', 'decided')), models.Q(('closed_at__isnull', False), ('decision', ''), ('state__in', ['closed', 'withdrawn'])), _connector='OR'), name='payments_dispute_decided_says_how')],
            },
        ),
        migrations.RunPython(run_sql(triggers.install_sql), run_sql(triggers.remove_sql)),
    ]
