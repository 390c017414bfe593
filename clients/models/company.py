"""Client companies: their people, their own customers and sites, and what ties them to workers."""

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Lower
from simple_history.models import HistoricalRecords

from accounts.models import User, validate_time_zone
from clients.models.change_default import ChangeDefault, change_default_constraints
from clients.roles import Role
from common.clock import now
from workers.models import Worker

TERMS_DAYS = [
    (0, "Immediate"),
    (7, "7 days"),
    (15, "15 days"),
    (21, "21 days"),
    (30, "30 days"),
    (45, "45 days"),
    (90, "90 days"),
]
"""Payment terms that exist (domain.md 5.3), in days from the day of invoicing."""


class Client(ChangeDefault):
    """A company that has work done and pays for it."""

    name = models.CharField("company name", max_length=120)
    industry = models.CharField(max_length=60, blank=True)
    currency = models.CharField(max_length=3, default="USD")
    time_zone = models.CharField(max_length=64, default="America/New_York", validators=[validate_time_zone])
    street = models.CharField("billing address", max_length=160, blank=True)
    city = models.CharField(max_length=80, blank=True)
    region = models.CharField("state or region", max_length=80, blank=True)
    postcode = models.CharField(max_length=16, blank=True)
    country = models.CharField(max_length=2, default="US")
    fee_bps = models.PositiveIntegerField(
        "platform fee in hundredths of a percent", default=0, validators=[MaxValueValidator(5000)]
    )
    default_terms_days = models.PositiveSmallIntegerField(
        "usual payment terms", choices=TERMS_DAYS, default=30
    )
    fastfunds_allowed = models.BooleanField("allow FastFunds on new assignments", default=True)
    auto_pay = models.BooleanField("pay invoices on their due date", default=False)
    monthly_statements = models.BooleanField("put each month's open invoices on a statement", default=False)
    auto_approve_days = models.PositiveSmallIntegerField(
        "days after which silence approves finished work",
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(30)],
    )
    support_access = models.BooleanField("let Onsite support open our assignments", default=False)
    created_at = models.DateTimeField(default=now)

    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(default_terms_days__in=[days for days, _ in TERMS_DAYS]),
                name="clients_terms_known",
            ),
            models.CheckConstraint(condition=models.Q(fee_bps__lte=5000), name="clients_fee_at_most_half"),
            models.CheckConstraint(
                condition=models.Q(auto_approve_days__isnull=True)
                | models.Q(auto_approve_days__range=(1, 30)),
                name="clients_auto_approve_days",
            ),
            *change_default_constraints("clients"),
        ]

    def __str__(self) -> str:
        return self.name


class Member(models.Model):
    """A person's place in a company. One active place a person."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="members")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=16, choices=Role, default=Role.USER)
    max_budget_minor = models.BigIntegerField("maximum budget of one assignment", null=True, blank=True)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(default=now)

    history = HistoricalRecords()

    class Meta:
        ordering: ClassVar = ["user__name", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user"], condition=models.Q(is_active=True), name="clients_one_active_company"
            ),
            models.UniqueConstraint(fields=["client", "user"], name="clients_member_once"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="clients_role_known"),
            models.CheckConstraint(
                condition=models.Q(max_budget_minor__isnull=True) | models.Q(max_budget_minor__gte=0),
                name="clients_max_budget_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.get_role_display()})"


class Invite(models.Model):
    """An invitation of a colleague by mail. Only the hash of the link's token is kept."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="invites")
    email = models.EmailField("e-mail address")
    role = models.CharField(max_length=16, choices=Role, default=Role.USER)
    max_budget_minor = models.BigIntegerField(null=True, blank=True)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-created_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                "client",
                Lower("email"),
                condition=models.Q(accepted_at__isnull=True, withdrawn_at__isnull=True),
                name="clients_one_open_invite",
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values), name="clients_invite_role_known"
            ),
        ]

    def __str__(self) -> str:
        return self.email


class Customer(models.Model):
    """The company's own customer: an address-book record, never a user (domain.md 0)."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="customers")
    name = models.CharField(max_length=120)
    notes = models.TextField(max_length=2000, blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint("client", Lower("name"), name="clients_customer_once")
        ]

    def __str__(self) -> str:
        return self.name


class Project(models.Model):
    """A project for one customer."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="projects")
    name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint("customer", Lower("name"), name="clients_project_once")
        ]

    def __str__(self) -> str:
        return self.name


class Location(models.Model):
    """A saved site with its contact. An assignment copies it, so that later edits change no agreed work."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="locations")
    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, null=True, blank=True, related_name="locations"
    )
    name = models.CharField("location name", max_length=120)
    number = models.CharField("location number", max_length=40, blank=True)
    street = models.CharField(max_length=160)
    city = models.CharField(max_length=80)
    region = models.CharField("state or region", max_length=80, blank=True)
    postcode = models.CharField(max_length=16)
    country = models.CharField(max_length=2, default="US")
    lat = models.FloatField("latitude", null=True, blank=True)
    lon = models.FloatField("longitude", null=True, blank=True)
    time_zone = models.CharField(max_length=64, default="America/New_York", validators=[validate_time_zone])
    contact_name = models.CharField("site contact", max_length=120, blank=True)
    contact_phone = models.CharField("site contact's phone", max_length=40, blank=True)
    contact_email = models.EmailField("site contact's e-mail", blank=True)
    instructions = models.TextField("how to get in", max_length=2000, blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar = ["name", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint("client", Lower("name"), "number", name="clients_location_once"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.city})"


class DirectConsent(models.Model):
    """A worker's word that this company may assign them directly, without an application (decisions.md D21)."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="direct_consents")
    worker = models.ForeignKey(Worker, on_delete=models.CASCADE, related_name="direct_consents")
    given_at = models.DateTimeField(default=now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["client", "worker"], name="clients_consent_once")
        ]

    def __str__(self) -> str:
        return f"{self.worker} for {self.client}"


class CompanyCard(models.Model):
    """Figures of the last 90 days, counted from the work done (N9) and refreshed by the rooms above (D13).

    Each share is a pair: what was counted, and those of it that speak against the company. What they mean is said in
    assignments/company_rules.py, how they are worded in clients/truth.py.
    """

    client = models.OneToOneField(Client, on_delete=models.CASCADE, related_name="card")
    approvals = models.PositiveIntegerField(default=0)
    average_approval_minutes = models.PositiveIntegerField(null=True, blank=True)
    median_approval_minutes = models.PositiveIntegerField(null=True, blank=True)
    payments = models.PositiveIntegerField(default=0)
    median_payment_minutes = models.PositiveIntegerField("approval to payment", null=True, blank=True)
    average_days_past_due = models.FloatField(null=True, blank=True)
    paid_late = models.PositiveIntegerField(default=0)
    handed_in = models.PositiveIntegerField("work handed in", default=0)
    pending = models.PositiveIntegerField("of it waiting for approval now", default=0)
    invoices = models.PositiveIntegerField("open or paid", default=0)
    past_due = models.PositiveIntegerField("of them past due now", default=0)
    rated = models.PositiveIntegerField(default=0)
    dissatisfied = models.PositiveIntegerField(default=0)
    site_answers = models.PositiveIntegerField(default=0)
    site_not_ready = models.PositiveIntegerField(default=0)
    scope_answers = models.PositiveIntegerField(default=0)
    scope_untrue = models.PositiveIntegerField(default=0)
    late_cancellations = models.PositiveIntegerField(default=0)
    disputes_lost = models.PositiveIntegerField(default=0)
    scope_changes = models.PositiveIntegerField(default=0)
    refreshed_at = models.DateTimeField(default=now)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(average_days_past_due__isnull=True)
                | models.Q(average_days_past_due__gte=0),
                name="clients_card_days_not_negative",
            ),
            models.CheckConstraint(
                condition=models.Q(paid_late__lte=models.F("payments"))
                & models.Q(pending__lte=models.F("handed_in"))
                & models.Q(past_due__lte=models.F("invoices"))
                & models.Q(dissatisfied__lte=models.F("rated"))
                & models.Q(site_not_ready__lte=models.F("site_answers"))
                & models.Q(scope_untrue__lte=models.F("scope_answers")),
                name="clients_card_parts_of_wholes",
            ),
        ]

    def __str__(self) -> str:
        return f"Card of {self.client}"
