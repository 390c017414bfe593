"""Columns that an assignment and an offer share: the price and the schedule."""

from typing import Any

from django.db import models

from assignments.pricing import Terms
from assignments.states import PricingType, ScheduleKind


class PriceColumns(models.Model):
    """A price as columns; `terms` is the same as a value."""

    pricing_type = models.CharField(max_length=8, choices=PricingType, default=PricingType.FLAT)
    currency = models.CharField(max_length=3, default="USD")
    price_minor = models.BigIntegerField("price or rate", default=0)
    max_minutes = models.PositiveIntegerField("most minutes paid", default=0)
    max_units = models.PositiveIntegerField("most units paid", default=0)
    extra_price_minor = models.BigIntegerField("rate after the first hours", default=0)
    extra_max_minutes = models.PositiveIntegerField("most minutes at that rate", default=0)

    class Meta:
        abstract = True

    @property
    def terms(self) -> Terms:
        return Terms(**{name: getattr(self, name) for name in TERMS_FIELDS})

    def set_terms(self, terms: Terms) -> None:
        for name in TERMS_FIELDS:
            setattr(self, name, getattr(terms, name))


TERMS_FIELDS = (
    "pricing_type",
    "currency",
    "price_minor",
    "max_minutes",
    "max_units",
    "extra_price_minor",
    "extra_max_minutes",
)


def price_constraints(prefix: str) -> list[models.CheckConstraint]:
    """The checks that every price keeps: known type, nothing negative."""
    return [
        models.CheckConstraint(
            condition=models.Q(pricing_type__in=PricingType.values), name=f"{prefix}_pricing_known"
        ),
        models.CheckConstraint(
            condition=models.Q(price_minor__gte=0, extra_price_minor__gte=0),
            name=f"{prefix}_price_not_negative",
        ),
    ]


class ScheduleColumns(models.Model):
    """When the work is: `start_at` is the one instant that timers use (decisions.md D3). All in UTC."""

    schedule_kind = models.CharField(max_length=12, choices=ScheduleKind, default=ScheduleKind.FIXED)
    start_at = models.DateTimeField(null=True, blank=True)
    window_end_at = models.DateTimeField("end of the arrival window, or complete by", null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def schedule(self) -> tuple[str, Any, Any]:
        return self.schedule_kind, self.start_at, self.window_end_at


def schedule_constraints(prefix: str) -> list[models.CheckConstraint]:
    return [
        models.CheckConstraint(
            condition=models.Q(schedule_kind__in=ScheduleKind.values), name=f"{prefix}_schedule_known"
        ),
        models.CheckConstraint(
            condition=models.Q(window_end_at__isnull=True)
            | models.Q(start_at__isnull=True)
            | models.Q(window_end_at__gt=models.F("start_at")),
            name=f"{prefix}_window_in_order",
        ),
    ]
