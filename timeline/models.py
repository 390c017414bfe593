"""Everything that happened, in rows that are only ever added. The audit log is the same rows."""

from typing import ClassVar

from django.conf import settings
from django.db import models


class Entry(models.Model):
    """One thing that happened to one subject. Database triggers refuse UPDATE and DELETE."""

    class Role(models.TextChoices):
        CLIENT = "client", "Client"
        WORKER = "worker", "Worker"
        ADMIN = "admin", "Platform admin"
        SYSTEM = "system", "Onsite"

    class Visibility(models.TextChoices):
        ALL = "all", "Both sides"
        CLIENT = "client", "Client only"
        WORKER = "worker", "Worker only"
        STAFF = "staff", "Platform admins only"

    kind = models.CharField(max_length=64)
    subject_type = models.CharField(max_length=32)
    subject_id = models.PositiveBigIntegerField()
    sequence = models.PositiveBigIntegerField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="who"
    )
    role = models.CharField(max_length=8, choices=Role)
    at = models.DateTimeField()
    facts = models.JSONField(default=dict)
    visibility = models.CharField(max_length=8, choices=Visibility, default=Visibility.ALL)

    class Meta:
        verbose_name = "history entry"
        verbose_name_plural = "history"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["subject_type", "subject_id", "sequence"], name="timeline_entry_sequence_once"
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=["client", "worker", "admin", "system"]),
                name="timeline_entry_role_known",
            ),
            models.CheckConstraint(
                condition=models.Q(visibility__in=["all", "client", "worker", "staff"]),
                name="timeline_entry_visibility_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_type} {self.subject_id}#{self.sequence}"


class Seal(models.Model):
    """The hash that fixes an entry's content and its place in its subject's chain. Append-only as well.

    Each previous hash is used once (a subject's first one is derived from the subject), so a chain cannot
    fork.
    """

    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="seal")
    hash = models.CharField(max_length=64, unique=True)
    previous_hash = models.CharField(max_length=64, unique=True)

    def __str__(self) -> str:
        return f"{self.hash[:12]} of entry {self.entry_id}"


class Redaction(models.Model):
    """Personal words were taken out of an entry's facts: what they are since then, and the hash of what they were.

    Append-only. With that hash the seal of the entry can still be recomputed, so nothing else of it can have changed.
    """

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="redactions")
    at = models.DateTimeField()
    facts = models.JSONField()
    facts_before_sha256 = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"entry {self.entry_id} without personal words"


class Chain(models.Model):
    """Where a subject's chain ends: removing its newest entry with its seal would go unseen without it."""

    subject_type = models.CharField(max_length=32)
    subject_id = models.PositiveBigIntegerField()
    length = models.PositiveIntegerField()
    head = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["subject_type", "subject_id"], name="timeline_chain_subject_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject_type} {self.subject_id}: {self.length} sealed"
