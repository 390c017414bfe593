"""Workers: what they can do, where, and when. The person's own words and address live here and nowhere else."""

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Lower
from simple_history.models import HistoricalRecords

from accounts.models import User
from common.clock import now


class Skill(models.Model):
    """One skill word, shared by profiles and assignments; written once whatever the case."""

    name = models.CharField(max_length=60)

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [models.UniqueConstraint(Lower("name"), name="workers_skill_once")]

    def __str__(self) -> str:
        return self.name


class Worker(models.Model):
    """The worker side of an account (domain.md 4.11)."""

    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="worker")
    phone = models.CharField(max_length=40, blank=True)
    city = models.CharField(max_length=80)
    region = models.CharField("state or region", max_length=80, blank=True)
    postcode = models.CharField(max_length=16)
    country = models.CharField(max_length=2, default="US")
    lat = models.FloatField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)
    radius_miles = models.PositiveIntegerField(
        "travel radius in miles", default=50, validators=[MinValueValidator(1), MaxValueValidator(1000)]
    )
    about = models.TextField(max_length=2000, blank=True)
    skills = models.ManyToManyField(Skill, blank=True, related_name="workers")
    is_available = models.BooleanField("open to new work", default=True)
    created_at = models.DateTimeField(default=now)

    # Personal words stay out of the copies, so that erasing this row erases them (decisions.md D17).
    history = HistoricalRecords(
        excluded_fields=["phone", "city", "region", "postcode", "lat", "lon", "about", "skills"]
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(radius_miles__gte=1), name="workers_radius_positive"),
        ]

    def __str__(self) -> str:
        return str(self.user)

    @property
    def area(self) -> str:
        """City and region: what may be shown to clients."""
        return ", ".join(part for part in (self.city, self.region) if part)


class Availability(models.Model):
    """Usual working hours on one weekday, in the worker's own time zone; minutes from midnight."""

    class Weekday(models.IntegerChoices):
        MONDAY = 0, "Monday"
        TUESDAY = 1, "Tuesday"
        WEDNESDAY = 2, "Wednesday"
        THURSDAY = 3, "Thursday"
        FRIDAY = 4, "Friday"
        SATURDAY = 5, "Saturday"
        SUNDAY = 6, "Sunday"

    worker = models.ForeignKey(Worker, on_delete=models.CASCADE, related_name="availability")
    weekday = models.PositiveSmallIntegerField(choices=Weekday)
    from_minute = models.PositiveSmallIntegerField()
    to_minute = models.PositiveSmallIntegerField()

    class Meta:
        ordering: ClassVar = ["weekday", "from_minute"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["worker", "weekday"], name="workers_one_span_a_weekday"),
            models.CheckConstraint(condition=models.Q(weekday__lte=6), name="workers_weekday_known"),
            models.CheckConstraint(
                condition=models.Q(to_minute__gt=models.F("from_minute"), to_minute__lte=1440),
                name="workers_hours_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.from_minute}-{self.to_minute}"
