"""How the portal itself is: what each timer did last, which rows failed, what the checks of the books found, and
which alerts were told. Read by /readyz, /metrics and the Operations page."""

from typing import ClassVar

from django.db import models


class Heartbeat(models.Model):
    """One timer: the last run that ended well (`at`), what it did, and the last one that broke off (`failed_at`).

    `rows` is what the run returned, `seconds` how long it took. The totals only grow: Prometheus reads them.
    """

    name = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField(null=True, blank=True)
    rows = models.PositiveIntegerField(default=0)
    seconds = models.FloatField(default=0)
    failed_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True)
    runs = models.PositiveBigIntegerField(default=0)
    failures = models.PositiveBigIntegerField(default=0)
    rows_total = models.PositiveBigIntegerField(default=0)
    seconds_total = models.FloatField(default=0)

    class Meta:
        ordering: ClassVar = ["name"]
        verbose_name = "timer"
        verbose_name_plural = "operations"
        permissions: ClassVar = [("operate", "Can try parked rows and failed mails again")]

    def __str__(self) -> str:
        return self.name


class Parked(models.Model):
    """One row whose timer failed: what was said, where, how often, and when it is tried next (`until`).

    It is parked as long as `until` is ahead; afterwards this is only what is known of the last failure.
    """

    model = models.CharField(max_length=64)
    subject_id = models.PositiveBigIntegerField()
    task = models.CharField(max_length=100, blank=True)
    error = models.CharField(max_length=500)
    trace = models.TextField(blank=True)
    times = models.PositiveIntegerField(default=1)
    first_at = models.DateTimeField()
    at = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        verbose_name = "parked row"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["model", "subject_id"], name="config_parked_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["until", "id"], name="config_parked_until")]

    def __str__(self) -> str:
        return f"{self.model} {self.subject_id}"


class Check(models.Model):
    """The last run of a nightly proof: of the ledger, or of the history's hash chains. `sentences` names findings."""

    class Name(models.TextChoices):
        LEDGER = "ledger", "Ledger audit"
        HISTORY = "history", "History verification"

    name = models.CharField(max_length=16, unique=True, choices=Name)
    at = models.DateTimeField()
    seconds = models.FloatField()
    findings = models.PositiveIntegerField()
    sentences = models.JSONField(default=list)
    looked_at = models.PositiveBigIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["-name"]

    def __str__(self) -> str:
        return self.get_name_display()


class Alert(models.Model):
    """One cause for alarm: since when, when staff were last told, and when it was over."""

    cause = models.CharField(max_length=100, unique=True)
    sentence = models.CharField(max_length=300)
    since = models.DateTimeField()
    told_at = models.DateTimeField(null=True, blank=True)
    over_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-since", "cause"]

    def __str__(self) -> str:
        return self.cause
