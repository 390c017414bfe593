import common.clock
import django.db.models.deletion
import payments.models.claims
import uuid
from django.conf import settings
from django.db import migrations, models

from common.append_only import run_sql
from payments import dispute_triggers


def keep_statements(apps, schema_editor):
    """What each side said until now becomes its first statement: by whoever opened it, else by the other side."""
    statement = apps.get_model("payments", "Statement")
    for dispute in apps.get_model("payments", "Dispute").objects.select_related("worker", "assignment").iterator():
        other = {"client": dispute.assignment.owner_id, "worker": dispute.worker.user_id}
        for side in ("client", "worker"):
            text = getattr(dispute, f"statement_{side}")
            if text:
                mine = dispute.side == side
                statement.objects.create(
                    dispute=dispute, side=side, text=text,
                    author_id=dispute.opened_by_id if mine else other[side],
                    said_at=dispute.opened_at if mine else dispute.answered_at or dispute.opened_at,
                )  # fmt: skip
    schema_editor.connection.check_constraints()


def give_statements_back(apps, schema_editor):
    """The reverse: the statements of a side as one text."""
    statement = apps.get_model("payments", "Statement")
    for dispute in apps.get_model("payments", "Dispute").objects.iterator():
        for side in ("client", "worker"):
            said = statement.objects.filter(dispute=dispute, side=side).order_by("said_at", "id")
            setattr(dispute, f"statement_{side}", "\n\n".join(one.text for one in said)[:5_000])
        dispute.save(update_fields=["statement_client", "statement_worker"])


class Migration(migrations.Migration):

    dependencies = [
        ('assignments', '0003_find_words'),
        ('clients', '0001_initial'),
        ('payments', '0001_initial'),
        ('workers', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AutoFastFunds',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('agreed_bps', models.PositiveIntegerField()),
                ('on_at', models.DateTimeField(default=common.clock.now)),
                ('off_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='AutoSkip',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('skipped_at', models.DateTimeField(default=common.clock.now)),
            ],
        ),
        migrations.CreateModel(
            name='Precedent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ground', models.CharField(choices=[('overdue_approval', 'Approval is overdue'), ('past_due', 'The payment is past due'), ('no_explanation', 'Cancelled without an explanation'), ('work_done', 'Cancelled after work was done'), ('amount', 'The amount is wrong'), ('quality', 'The work is not as agreed'), ('other', 'Something else')], max_length=20, verbose_name='reason')),
                ('decision', models.CharField(choices=[('full', 'Pay in full'), ('part', 'Pay a part'), ('none', 'Pay nothing')], max_length=4)),
                ('summary', models.TextField(max_length=2000)),
                ('published_at', models.DateTimeField(default=common.clock.now)),
            ],
            options={
                'ordering': ['-published_at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='Ruling',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level', models.PositiveSmallIntegerField(default=1)),
                ('decision', models.CharField(choices=[('full', 'Pay in full'), ('part', 'Pay a part'), ('none', 'Pay nothing')], max_length=4)),
                ('currency', models.CharField(max_length=3)),
                ('amount_minor', models.BigIntegerField(verbose_name="worker's pay as decided")),
                ('ruled_at', models.DateTimeField(default=common.clock.now)),
                ('reason_to_client', models.TextField(max_length=2000)),
                ('reason_to_worker', models.TextField(max_length=2000)),
                ('internal_note', models.TextField(blank=True, max_length=2000)),
                ('summary', models.TextField(blank=True, max_length=2000, verbose_name='summary to publish')),
            ],
            options={
                'ordering': ['level'],
            },
        ),
        migrations.CreateModel(
            name='SealedFigure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('side', models.CharField(choices=[('client', 'Client'), ('worker', 'Worker')], max_length=8)),
                ('given_at', models.DateTimeField(default=common.clock.now)),
                ('sealed', models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name='SettlementOffer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('side', models.CharField(choices=[('client', 'Client'), ('worker', 'Worker')], max_length=8)),
                ('state', models.CharField(choices=[('open', 'Open'), ('accepted', 'Accepted'), ('declined', 'Declined'), ('withdrawn', 'Withdrawn'), ('expired', 'Expired'), ('closed', 'Closed with the dispute')], default='open', max_length=24)),
                ('currency', models.CharField(max_length=3)),
                ('amount_minor', models.BigIntegerField(verbose_name="worker's pay")),
                ('note', models.CharField(blank=True, max_length=1000)),
                ('made_at', models.DateTimeField(default=common.clock.now)),
                ('expires_at', models.DateTimeField()),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ['made_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Statement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('side', models.CharField(choices=[('client', 'Client'), ('worker', 'Worker')], max_length=8)),
                ('text', models.TextField(max_length=5000)),
                ('is_appeal', models.BooleanField(default=False)),
                ('said_at', models.DateTimeField(default=common.clock.now)),
            ],
            options={
                'ordering': ['said_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='StatementFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', models.CharField(blank=True, max_length=130)),
                ('size', models.PositiveIntegerField()),
                ('content_type', models.CharField(max_length=100)),
                ('sha256', models.CharField(max_length=64)),
                ('file', models.FileField(blank=True, max_length=200, upload_to=payments.models.claims.statement_file_path)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='dispute',
            name='payments_one_open_dispute',
        ),
        migrations.RemoveConstraint(
            model_name='dispute',
            name='payments_dispute_state_known',
        ),
        migrations.RemoveConstraint(
            model_name='dispute',
            name='payments_dispute_decided_says_how',
        ),
        migrations.AddField(
            model_name='advance',
            name='agreed_bps',
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name='fee that the worker agreed to, where it was taken by itself'),
        ),
        migrations.AddField(
            model_name='dispute',
            name='appeal_until',
            field=models.DateTimeField(blank=True, null=True, verbose_name='can be appealed until'),
        ),
        migrations.AddField(
            model_name='dispute',
            name='appealed_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='dispute',
            name='appealed_side',
            field=models.CharField(blank=True, choices=[('client', 'Client'), ('worker', 'Worker')], max_length=8, verbose_name='appealed by'),
        ),
        migrations.AddField(
            model_name='dispute',
            name='by_silence',
            field=models.BooleanField(default=False, verbose_name='decided by the rule of silence'),
        ),
        migrations.AddField(
            model_name='dispute',
            name='figures_opened_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='sealed figures opened'),
        ),
        migrations.AddField(
            model_name='dispute',
            name='is_small',
            field=models.BooleanField(default=False, verbose_name='small claim'),
        ),
        migrations.AddField(
            model_name='dispute',
            name='ruled_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='first decision'),
        ),
        migrations.AddField(
            model_name='dispute',
            name='waived_client_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='client waived the appeal'),
        ),
        migrations.AddField(
            model_name='dispute',
            name='waived_worker_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='worker waived the appeal'),
        ),
        migrations.AlterField(
            model_name='dispute',
            name='state',
            field=models.CharField(choices=[('open', 'Opened'), ('in_thread', 'Asked on the assignment'), ('with_manager', 'With the manager'), ('with_account', 'With the account manager'), ('figures', 'Small claims: sealed figures'), ('named', 'Small claims: with a named admin'), ('ruled', 'Decided, can be appealed'), ('appealed', 'Appealed'), ('decided', 'Decided'), ('settled', 'Settled by both sides'), ('closed', 'Closed without a decision'), ('withdrawn', 'Withdrawn')], default='open', max_length=24),
        ),
        migrations.AddConstraint(
            model_name='dispute',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['open', 'in_thread', 'with_manager', 'with_account', 'figures', 'named', 'ruled', 'appealed'])), fields=('assignment',), name='payments_one_open_dispute'),
        ),
        migrations.AddConstraint(
            model_name='dispute',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['open', 'in_thread', 'with_manager', 'with_account', 'figures', 'named', 'ruled', 'appealed', 'decided', 'settled', 'closed', 'withdrawn'])), name='payments_dispute_state_known'),
        ),
        migrations.AddConstraint(
            model_name='dispute',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', True), ('decision', ''), ('state__in', ['open', 'in_thread', 'with_manager', 'with_account', 'figures', 'named'])), models.Q(('decided_minor__isnull', False), ('decision__in', ['full', 'part', 'none']), models.Q(models.Q(('closed_at__isnull', True), ('state__in', ['ruled', 'appealed'])), models.Q(('closed_at__isnull', False), ('state', 'decided')), _connector='OR'), models.Q(('decided_by__isnull', False), ('by_silence', True), _connector='OR')), models.Q(('closed_at__isnull', False), ('decided_minor__isnull', False), ('decision__in', ['full', 'part', 'none']), ('state', 'settled')), models.Q(('closed_at__isnull', False), ('decision', ''), ('state__in', ['closed', 'withdrawn'])), _connector='OR'), name='payments_dispute_decided_says_how'),
        ),
        migrations.AddConstraint(
            model_name='dispute',
            constraint=models.CheckConstraint(condition=models.Q(('decided_minor__isnull', True), ('decided_minor__lte', models.F('amount_minor')), _connector='OR'), name='payments_dispute_at_most_in_dispute'),
        ),
        migrations.AddConstraint(
            model_name='dispute',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('appeal_until__isnull', False), ('ruled_at__isnull', False), ('state', 'ruled'), ('appealed_at__isnull', True), ('step_due_at__isnull', False)), models.Q(('state', 'ruled'), _negated=True), _connector='OR'), name='payments_dispute_ruled_can_be_appealed'),
        ),
        migrations.AddConstraint(
            model_name='dispute',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('appealed_at__isnull', True), ('appealed_side', ''), models.Q(('state', 'appealed'), _negated=True)), models.Q(('appealed_at__isnull', False), ('appealed_side__in', ['client', 'worker']), ('appealed_at__lte', models.F('appeal_until')), ('ruled_at__isnull', False)), _connector='OR'), name='payments_dispute_appealed_in_time'),
        ),
        migrations.AddConstraint(
            model_name='dispute',
            constraint=models.CheckConstraint(condition=models.Q(('is_small', True), models.Q(('figures_opened_at__isnull', True), models.Q(('state__in', ['figures', 'named']), _negated=True)), _connector='OR'), name='payments_dispute_lane_is_small'),
        ),
        migrations.AddConstraint(
            model_name='dispute',
            constraint=models.CheckConstraint(condition=models.Q(('figures_opened_at__isnull', False), ('state', 'figures'), _negated=True), name='payments_dispute_sealed_until_opened'),
        ),
        migrations.AddField(
            model_name='autofastfunds',
            name='worker',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='auto_fastfunds', to='workers.worker'),
        ),
        migrations.AddField(
            model_name='autoskip',
            name='assignment',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='auto_skips', to='assignments.assignment'),
        ),
        migrations.AddField(
            model_name='autoskip',
            name='worker',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='auto_skips', to='workers.worker'),
        ),
        migrations.AddField(
            model_name='precedent',
            name='dispute',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='precedent', to='payments.dispute'),
        ),
        migrations.AddField(
            model_name='precedent',
            name='published_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='ruling',
            name='dispute',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rulings', to='payments.dispute'),
        ),
        migrations.AddField(
            model_name='ruling',
            name='ruled_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='sealedfigure',
            name='dispute',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='figures', to='payments.dispute'),
        ),
        migrations.AddField(
            model_name='sealedfigure',
            name='given_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='settlementoffer',
            name='closed_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='settlementoffer',
            name='dispute',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='offers', to='payments.dispute'),
        ),
        migrations.AddField(
            model_name='settlementoffer',
            name='made_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='statement',
            name='author',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='statement',
            name='dispute',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='statements', to='payments.dispute'),
        ),
        migrations.AddField(
            model_name='statementfile',
            name='statement',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='files', to='payments.statement'),
        ),
        migrations.AddConstraint(
            model_name='autofastfunds',
            constraint=models.CheckConstraint(condition=models.Q(('off_at__isnull', True), ('off_at__gte', models.F('on_at')), _connector='OR'), name='payments_auto_off_after_on'),
        ),
        migrations.AddConstraint(
            model_name='autofastfunds',
            constraint=models.CheckConstraint(condition=models.Q(('agreed_bps__lt', 10000)), name='payments_auto_fee_below_all'),
        ),
        migrations.AddConstraint(
            model_name='autoskip',
            constraint=models.UniqueConstraint(fields=('assignment', 'worker'), name='payments_auto_skip_once'),
        ),
        migrations.AddIndex(
            model_name='precedent',
            index=models.Index(fields=['ground', '-published_at'], name='payments_precedent_ground'),
        ),
        migrations.AddConstraint(
            model_name='precedent',
            constraint=models.CheckConstraint(condition=models.Q(('decision__in', ['full', 'part', 'none']), ('ground__in', ['overdue_approval', 'past_due', 'no_explanation', 'work_done', 'amount', 'quality', 'other'])), name='payments_precedent_words_known'),
        ),
        migrations.AddConstraint(
            model_name='precedent',
            constraint=models.CheckConstraint(condition=models.Q(('summary', ''), _negated=True), name='payments_precedent_says_something'),
        ),
        migrations.AddConstraint(
            model_name='ruling',
            constraint=models.UniqueConstraint(fields=('dispute', 'level'), name='payments_one_ruling_a_level'),
        ),
        migrations.AddConstraint(
            model_name='ruling',
            constraint=models.UniqueConstraint(fields=('dispute', 'ruled_by'), name='payments_appeal_by_another_admin'),
        ),
        migrations.AddConstraint(
            model_name='ruling',
            constraint=models.CheckConstraint(condition=models.Q(('level__in', [1, 2])), name='payments_ruling_level_known'),
        ),
        migrations.AddConstraint(
            model_name='ruling',
            constraint=models.CheckConstraint(condition=models.Q(('level', 1), ('ruled_by__isnull', False), _connector='OR'), name='payments_appeal_by_an_admin'),
        ),
        migrations.AddConstraint(
            model_name='ruling',
            constraint=models.CheckConstraint(condition=models.Q(('amount_minor__gte', 0)), name='payments_ruling_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='ruling',
            constraint=models.CheckConstraint(condition=models.Q(('decision__in', ['full', 'part', 'none'])), name='payments_ruling_decision_known'),
        ),
        migrations.AddConstraint(
            model_name='sealedfigure',
            constraint=models.UniqueConstraint(fields=('dispute', 'side'), name='payments_one_figure_each'),
        ),
        migrations.AddConstraint(
            model_name='sealedfigure',
            constraint=models.CheckConstraint(condition=models.Q(('side__in', ['client', 'worker'])), name='payments_figure_side_known'),
        ),
        migrations.AddIndex(
            model_name='settlementoffer',
            index=models.Index(condition=models.Q(('state', 'open')), fields=['expires_at', 'id'], name='payments_offer_expires'),
        ),
        migrations.AddConstraint(
            model_name='settlementoffer',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('dispute', 'side'), name='payments_one_open_offer'),
        ),
        migrations.AddConstraint(
            model_name='settlementoffer',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'accepted')), fields=('dispute',), name='payments_one_accepted_offer'),
        ),
        migrations.AddConstraint(
            model_name='settlementoffer',
            constraint=models.CheckConstraint(condition=models.Q(('amount_minor__gte', 0)), name='payments_offer_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='settlementoffer',
            constraint=models.CheckConstraint(condition=models.Q(('side__in', ['client', 'worker'])), name='payments_offer_side_known'),
        ),
        migrations.AddConstraint(
            model_name='settlementoffer',
            constraint=models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('made_at'))), name='payments_offer_has_time'),
        ),
        migrations.AddConstraint(
            model_name='settlementoffer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', True), ('state', 'open')), models.Q(('closed_at__isnull', False), ('state__in', ['accepted', 'declined', 'withdrawn', 'expired', 'closed'])), _connector='OR'), name='payments_offer_closed_has_time'),
        ),
        migrations.AddConstraint(
            model_name='statement',
            constraint=models.CheckConstraint(condition=models.Q(('side__in', ['client', 'worker'])), name='payments_statement_side_known'),
        ),
        migrations.AddConstraint(
            model_name='statement',
            constraint=models.UniqueConstraint(condition=models.Q(('is_appeal', True)), fields=('dispute',), name='payments_one_appeal'),
        ),
        migrations.RunPython(keep_statements, give_statements_back),
        migrations.RemoveField(
            model_name='dispute',
            name='statement_client',
        ),
        migrations.RemoveField(
            model_name='dispute',
            name='statement_worker',
        ),
        migrations.RunPython(run_sql(dispute_triggers.install_sql), run_sql(dispute_triggers.remove_sql)),
    ]
