"""The assignment: one piece of on-site work for one worker, and its private site."""

from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from accounts.models import User, validate_time_zone
from assignments.models.lifecycle import Lifecycle
from assignments.models.terms import PriceColumns, ScheduleColumns, price_constraints, schedule_constraints
from assignments.pricing import Cost, cost, worker_total
from assignments.states import (
    WITH_WORKER,
    BackOutReason,
    CancelReason,
    HoldReason,
    State,
)
from clients.models import (
    TERMS_DAYS,
    ChangeAnswer,
    Client,
    Customer,
    Project,
    change_default_constraints,
)
from common.clock import now
from common.money import Money
from workers.models import Skill, Worker


class Assignment(Lifecycle, PriceColumns, ScheduleColumns):
    """All that viewers may see by their level; what is private before assignment sits in Site (S06, S07).

    `version` grows with each timeline entry. Columns named `*_due_at` and `*_from_at` are timers: the row is the
    timer (house.md). Facts from payments (last block) are written only by that room (decisions.md D13).
    """

    # Client and worker lead composite indexes below, and nothing is looked for by who made it: no index of their own.
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="assignments", db_index=False)
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="owned_assignments")
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    create_key = models.UUIDField("key of the form that made it", null=True, blank=True, editable=False)
    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, null=True, blank=True, related_name="assignments"
    )
    project = models.ForeignKey(
        Project, on_delete=models.PROTECT, null=True, blank=True, related_name="assignments"
    )
    external_id = models.CharField("your own number", max_length=60, blank=True)
    created_at = models.DateTimeField(default=now)
    updated_at = models.DateTimeField(default=now)
    version = models.PositiveIntegerField(default=0)

    title = models.CharField(max_length=120)
    industry = models.CharField(max_length=60, blank=True)
    description = models.TextField("description of work", max_length=10_000, blank=True)
    special_instructions = models.TextField(
        "instructions for the assigned worker", max_length=5_000, blank=True
    )
    skills = models.ManyToManyField(Skill, blank=True, related_name="assignments")

    is_virtual = models.BooleanField("done remotely", default=False)
    city = models.CharField(max_length=80, blank=True)
    region = models.CharField("state or region", max_length=80, blank=True)
    postcode = models.CharField(max_length=16, blank=True)
    country = models.CharField(max_length=2, default="US")
    area_lat = models.FloatField("latitude, rounded to two decimals", null=True, blank=True)
    area_lon = models.FloatField("longitude, rounded to two decimals", null=True, blank=True)
    time_zone = models.CharField(max_length=64, default="America/New_York", validators=[validate_time_zone])

    duration_minutes = models.PositiveIntegerField("planned time on site", default=120)
    confirm_hours = models.PositiveSmallIntegerField(
        "worker confirms this many hours before", null=True, blank=True
    )
    checkin_required = models.BooleanField("check-in and check-out required", default=True)
    deliverables_due_at = models.DateTimeField(null=True, blank=True)

    non_negotiable = models.BooleanField("the price is not negotiable", default=False)
    requests_allowed = models.BooleanField("the worker may ask for more money", default=True)
    change_answer = models.CharField(
        "extra work that nobody answers; empty is the company's way",
        max_length=8,
        choices=ChangeAnswer,
        blank=True,
        default="",
    )
    change_limit_minor = models.BigIntegerField("extra work approved unanswered up to", default=0)
    change_minutes = models.PositiveSmallIntegerField("minutes to answer extra work", null=True, blank=True)
    expenses_minor = models.BigIntegerField("approved expenses", default=0)
    bonus_minor = models.BigIntegerField("approved bonus", default=0)
    fee_bps = models.PositiveIntegerField("platform fee, frozen when sent", default=0)
    terms_days = models.PositiveSmallIntegerField("payment terms", choices=TERMS_DAYS, default=30)
    fastfunds_eligible = models.BooleanField("FastFunds eligible", default=False)
    posted_terms = models.JSONField("price and schedule as they were sent", null=True, blank=True)

    is_marketplace = models.BooleanField("posted to the marketplace", default=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    worker = models.ForeignKey(
        Worker, on_delete=models.PROTECT, null=True, blank=True, related_name="assignments", db_index=False
    )
    engagement = models.ForeignKey(
        "assignments.Engagement", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    assigned_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    set_out_at = models.DateTimeField("on the way since", null=True, blank=True)
    eta_at = models.DateTimeField("expected arrival", null=True, blank=True)
    delayed_at = models.DateTimeField("delay reported", null=True, blank=True)
    delay_reason = models.CharField(max_length=300, blank=True)
    calendar_sequence = models.PositiveIntegerField("changes of stage or schedule, for calendars", default=0)
    first_check_in_at = models.DateTimeField(null=True, blank=True)
    deliverables_fulfilled = models.BooleanField(default=True)
    open_by_default = models.BooleanField("a missing file has no due time of its own", default=True)
    open_due_minutes = models.PositiveIntegerField(
        "earliest own due time of a missing file, from the start", null=True, blank=True
    )
    resolution = models.TextField("closing summary", max_length=5_000, blank=True)
    units_done = models.PositiveIntegerField(default=0)
    reduced_minor = models.BigIntegerField("base pay as the worker lowered it", null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    sent_back_at = models.DateTimeField(null=True, blank=True)
    sent_back_reason = models.TextField(max_length=2_000, blank=True)
    proposed_minor = models.BigIntegerField(
        "base pay that the client proposes with Not Satisfied", null=True, blank=True
    )
    approved_at = models.DateTimeField(null=True, blank=True)

    hold_reason = models.CharField(max_length=24, choices=HoldReason, blank=True)
    hold_note = models.TextField(max_length=2_000, blank=True)
    held_at = models.DateTimeField(null=True, blank=True)
    hold_lifted_at = models.DateTimeField("new date sent, the worker's answer is open", null=True, blank=True)
    cancel_reason = models.CharField(max_length=24, choices=CancelReason, blank=True)
    cancel_note = models.TextField(max_length=2_000, blank=True)
    cancelled_pay_minor = models.BigIntegerField("pay in spite of cancelling", default=0)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    back_out_reason = models.CharField(max_length=24, choices=BackOutReason, blank=True)

    auto_start_due_at = models.DateTimeField(null=True, blank=True)
    flags_due_at = models.DateTimeField(null=True, blank=True)
    confirm_due_at = models.DateTimeField(null=True, blank=True)
    late_from_at = models.DateTimeField(null=True, blank=True)
    files_late_from_at = models.DateTimeField(null=True, blank=True)
    escalate_from_at = models.DateTimeField(null=True, blank=True)
    auto_approve_days = models.PositiveSmallIntegerField(
        "silence approves after so many days, frozen when assigned", null=True, blank=True
    )
    auto_approve_due_at = models.DateTimeField(null=True, blank=True)
    auto_approve_reminded_at = models.DateTimeField(null=True, blank=True)
    parked_until = models.DateTimeField("timers wait after a failure", null=True, blank=True)
    failures = models.PositiveSmallIntegerField("timer failures in a row", default=0)

    pay_minor = models.BigIntegerField("worker's pay as invoiced", null=True, blank=True)
    payment_due_on = models.DateField(null=True, blank=True)
    past_due_at = models.DateTimeField(null=True, blank=True)
    paid_at = models.DateTimeField(null=True, blank=True)
    advanced_at = models.DateTimeField("FastFunds taken", null=True, blank=True)
    disputed_at = models.DateTimeField(null=True, blank=True)
    answer_due_at = models.DateTimeField("dispute answer due", null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="assignments_state_known"),
            models.CheckConstraint(
                condition=Q(state__in=sorted(WITH_WORKER), worker__isnull=False, engagement__isnull=False)
                | Q(state__in=[State.DRAFT, State.SENT], worker__isnull=True, engagement__isnull=True)
                | Q(state=State.CANCELLED),
                name="assignments_worker_by_stage",
            ),
            models.CheckConstraint(
                condition=Q(state=State.DRAFT) | Q(start_at__isnull=False),
                name="assignments_scheduled_once_sent",
            ),
            models.CheckConstraint(
                condition=Q(expenses_minor__gte=0, bonus_minor__gte=0, cancelled_pay_minor__gte=0),
                name="assignments_sums_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(proposed_minor__isnull=True)
                | Q(proposed_minor__gte=0, sent_back_at__isnull=False),
                name="assignments_figure_with_sent_back",
            ),
            models.CheckConstraint(
                condition=Q(terms_days__in=[days for days, _ in TERMS_DAYS]), name="assignments_terms_known"
            ),
            models.CheckConstraint(
                condition=Q(auto_approve_days__isnull=True) | Q(auto_approve_days__range=(1, 30)),
                name="assignments_auto_approve_days",
            ),
            models.CheckConstraint(
                condition=Q(auto_approve_due_at__isnull=True) | Q(state=State.PENDING_APPROVAL),
                name="assignments_silence_only_pending",
            ),
            models.CheckConstraint(
                condition=Q(state=State.PAID, paid_at__isnull=False)
                | Q(state=State.CANCELLED)
                | (~Q(state__in=[State.PAID, State.CANCELLED]) & Q(paid_at__isnull=True)),
                name="assignments_paid_at_by_stage",
            ),
            models.UniqueConstraint(
                fields=["client", "external_id"],
                condition=~Q(external_id=""),
                name="assignments_external_id_once",
            ),
            models.UniqueConstraint(fields=["client", "create_key"], name="assignments_create_key_once"),
            models.CheckConstraint(
                condition=Q(state=State.ASSIGNED)
                | Q(set_out_at__isnull=True, eta_at__isnull=True, delayed_at__isnull=True, delay_reason=""),
                name="assignments_on_the_way_only_assigned",
            ),
            *change_default_constraints(
                "assignments", Q(change_answer="", change_limit_minor=0, change_minutes__isnull=True)
            ),
            *price_constraints("assignments"),
            *schedule_constraints("assignments"),
        ]
        indexes: ClassVar = [
            # The list of a company by its last change, of all stages and of one: a page reads its own rows only.
            models.Index(fields=["client", "-updated_at", "-id"], name="assignments_client_changed"),
            models.Index(fields=["client", "state", "-updated_at", "-id"], name="assignments_client_list"),
            models.Index(fields=["worker", "state", "-start_at", "-id"], name="assignments_worker_list"),
            models.Index(
                F("start_at").asc(),
                F("id").asc(),
                condition=Q(state=State.SENT, is_marketplace=True),
                name="assignments_feed",
            ),
            models.Index(
                fields=["auto_start_due_at", "id"],
                condition=Q(auto_start_due_at__isnull=False),
                name="assignments_start_due",
            ),
            models.Index(
                fields=["flags_due_at", "id"],
                condition=Q(flags_due_at__isnull=False),
                name="assignments_flags_due",
            ),
            models.Index(
                fields=["auto_approve_due_at", "id"],
                condition=Q(auto_approve_due_at__isnull=False),
                name="assignments_silence_due",
            ),
            models.Index(
                fields=["client", "past_due_at"],
                condition=Q(past_due_at__isnull=False, paid_at__isnull=True),
                name="assignments_past_due",
            ),
            models.Index(
                fields=["client"], condition=Q(disputed_at__isnull=False), name="assignments_disputed"
            ),
            # Reports read a year of a company's work from these alone, without its wide rows.
            models.Index(
                fields=["client", "sent_at"],
                include=["assigned_at"],
                condition=Q(sent_at__isnull=False),
                name="assignments_sent_report",
            ),
            models.Index(
                fields=["client", "approved_at"],
                include=["submitted_at"],
                condition=Q(approved_at__isnull=False),
                name="assignments_approved_report",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def number(self) -> str:
        """The number that people use: A-10482."""
        return f"A-{self.pk}"

    @property
    def has_check_in(self) -> bool:
        return self.first_check_in_at is not None

    @property
    def site_name(self) -> str:
        """What may be shown of the place before assignment."""
        if self.is_virtual:
            return "Remote"
        return ", ".join(part for part in (self.city, self.region) if part)

    def money(self, minor: int) -> Money:
        return Money(minor, self.currency)

    @property
    def budget(self) -> Money:
        """The most base pay that the terms allow."""
        return self.terms.budget

    @property
    def worker_most(self) -> Money:
        """The most that the worker can get now: budget + approved expenses + bonus."""
        return worker_total(
            self.budget, expenses=self.money(self.expenses_minor), bonus=self.money(self.bonus_minor)
        )

    @property
    def cost_most(self) -> Cost:
        """What that means for the client, with the fee: this is what is reserved."""
        return cost(self.worker_most, self.fee_bps)

    @property
    def duration(self) -> timedelta:
        return timedelta(minutes=self.duration_minutes)


class Site(models.Model):
    """Where the work is, exactly, and whom to ask for. Read only by viewers who may see it (visibility.py)."""

    assignment = models.OneToOneField(Assignment, on_delete=models.CASCADE, related_name="site")
    name = models.CharField("location name", max_length=120, blank=True)
    number = models.CharField("location number", max_length=40, blank=True)
    street = models.CharField(max_length=160, blank=True)
    lat = models.FloatField("latitude", null=True, blank=True)
    lon = models.FloatField("longitude", null=True, blank=True)
    contact_name = models.CharField("site contact", max_length=120, blank=True)
    contact_phone = models.CharField("site contact's phone", max_length=40, blank=True)
    contact_email = models.EmailField("site contact's e-mail", blank=True)
    instructions = models.TextField("how to get in", max_length=2_000, blank=True)

    def __str__(self) -> str:
        return self.name or self.street
