"""Templates, and the rules by which drafts are made from them again and again (domain.md 3.3; 10, rows 35 and 36)."""

from datetime import date, datetime
from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django_fsm import transition

from accounts.models import User, validate_time_zone
from assignments.models.assignment import Assignment
from assignments.recurring import ALL_DAYS, Rule, Unit
from assignments.states import RecurrenceState
from clients.models import Client, Customer
from common.clock import now
from common.fsm import StateField, StateModel


class Template(models.Model):
    """What a company's assignments start from: the defaults of every part of the form, without dates, worker, files.

    `content` is a Content of drafting in plain JSON (actions/contents.py). Drafts copy it: a later change of the
    template touches no draft.
    """

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="templates")
    name = models.CharField(max_length=80)
    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, null=True, blank=True, related_name="templates"
    )
    content = models.JSONField(default=dict)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=now)
    updated_at = models.DateTimeField(default=now)

    class Meta:
        ordering: ClassVar = ["name", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint("client", Lower("name"), name="assignments_template_once")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def title(self) -> str:
        """The title that its drafts get."""
        return str(self.content.get("columns", {}).get("title", ""))


class Recurrence(StateModel):
    """A rule by which Onsite makes drafts from a template. The row is the timer: `due_at` says when to look.

    Days and times are those on the clocks of `time_zone`, the site's. `next_on` is the next day that was not looked
    at; its draft is made `lead_days` before. `left` counts down the days that are still to come, None without end.
    """

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="recurrences")
    template = models.ForeignKey(Template, on_delete=models.SET_NULL, null=True, related_name="recurrences")
    name = models.CharField(max_length=80)
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    state = StateField(choices=RecurrenceState.choices, default=RecurrenceState.ACTIVE)
    state_since = models.DateTimeField(default=now)
    why = models.CharField("why it is paused", max_length=200, blank=True)

    unit = models.CharField(max_length=5, choices=Unit)
    every = models.PositiveSmallIntegerField(
        default=1, validators=[MinValueValidator(1), MaxValueValidator(52)]
    )
    weekdays = models.PositiveSmallIntegerField("days of the week, a bit each, Monday is 1", default=0)
    month_day = models.PositiveSmallIntegerField("day of the month, 0 is the last", default=0)
    at = models.TimeField("time of the start")
    time_zone = models.CharField(max_length=64, validators=[validate_time_zone])
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    left = models.PositiveSmallIntegerField("drafts still to come", null=True, blank=True)
    lead_days = models.PositiveSmallIntegerField(default=7, validators=[MaxValueValidator(60)])

    next_on = models.DateField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    parked_until = models.DateTimeField("waits after a failure", null=True, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=now)

    class Meta:
        ordering: ClassVar = ["name", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=RecurrenceState.values), name="assignments_recurrence_state_known"
            ),
            models.CheckConstraint(
                condition=Q(unit__in=Unit.values, every__gte=1), name="assignments_recurrence_unit_known"
            ),
            models.CheckConstraint(
                condition=Q(unit=Unit.WEEK, weekdays__gte=1, weekdays__lte=ALL_DAYS)
                | (~Q(unit=Unit.WEEK) & Q(weekdays=0)),
                name="assignments_recurrence_weekdays",
            ),
            models.CheckConstraint(condition=Q(month_day__lte=31), name="assignments_recurrence_month_day"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=models.F("starts_on")),
                name="assignments_recurrence_ends_later",
            ),
            models.CheckConstraint(
                condition=Q(state=RecurrenceState.ACTIVE, due_at__isnull=False, next_on__isnull=False)
                | (~Q(state=RecurrenceState.ACTIVE) & Q(due_at__isnull=True)),
                name="assignments_recurrence_due_while_active",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["due_at", "id"], condition=Q(due_at__isnull=False), name="assignments_recurrence_due"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @transition(field=state, source=RecurrenceState.ACTIVE, target=RecurrenceState.PAUSED)
    def pause(self, at: datetime, why: str = "") -> None:
        """No drafts until it goes on: by a person, or by Onsite when a draft could not be made (`why`)."""
        self.state_since, self.why, self.due_at = at, why, None

    @transition(field=state, source=RecurrenceState.PAUSED, target=RecurrenceState.ACTIVE)
    def resume(self, at: datetime) -> None:
        """Goes on with the days that still lie ahead; the caller sets `next_on` and `due_at`."""
        self.state_since, self.why = at, ""

    @transition(
        field=state,
        source=[RecurrenceState.ACTIVE, RecurrenceState.PAUSED],
        target=RecurrenceState.ENDED,
    )
    def end(self, at: datetime) -> None:
        """By a person, or because its end was reached. Its drafts stay."""
        self.state_since, self.due_at, self.next_on = at, None, None

    @property
    def rule(self) -> Rule:
        return Rule(
            unit=Unit(self.unit),
            every=self.every,
            weekdays=self.weekdays,
            month_day=self.month_day,
            at=self.at,
            time_zone=self.time_zone,
            starts_on=self.starts_on,
            ends_on=self.ends_on,
        )

    def aim(self, on: date | None) -> None:
        """Let the timer look for that day next; None when none is left."""
        self.next_on = on
        self.due_at = None if on is None else self.rule.due(on, self.lead_days)


class RecurrenceChild(models.Model):
    """One day of a recurrence: its draft, or why there is none. The constraint makes each day happen once."""

    recurrence = models.ForeignKey(Recurrence, on_delete=models.CASCADE, related_name="children")
    on = models.DateField()
    assignment = models.OneToOneField(
        Assignment, on_delete=models.SET_NULL, null=True, blank=True, related_name="recurred"
    )
    is_missed = models.BooleanField("its start had passed when Onsite looked", default=False)
    made_at = models.DateTimeField(default=now)

    class Meta:
        ordering: ClassVar = ["-on", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["recurrence", "on"], name="assignments_recurrence_day_once")
        ]

    def __str__(self) -> str:
        return f"{self.recurrence} on {self.on}"
