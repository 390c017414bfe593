"""What a worker can prove: certificates, licences, insurance, screenings, each with its file and its review."""

import uuid
from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django_fsm import transition

from accounts.models import User
from common.clock import now
from common.fsm import StateField, StateModel
from workers.models.worker import Worker


class CredentialKind(models.TextChoices):
    """The kinds of proof that a client may ask for (domain.md 3.4)."""

    CERTIFICATE = "certificate", "Certificate"
    LICENCE = "licence", "Licence"
    INSURANCE = "insurance", "Insurance"
    BACKGROUND_CHECK = "background_check", "Background check"
    DRUG_TEST = "drug_test", "Drug test"


SCREENINGS = frozenset({CredentialKind.BACKGROUND_CHECK, CredentialKind.DRUG_TEST})
"""Proofs that count only while the worker chooses to show them (domain.md 3.4)."""


class EvidenceState(models.TextChoices):
    SUBMITTED = "submitted", "In review"
    ACCEPTED = "accepted", "Accepted"
    REJECTED = "rejected", "Not accepted"
    REMOVED = "removed", "Removed"


def evidence_path(evidence: "Evidence", filename: str) -> str:
    """A path that tells nothing: the name people see is a column."""
    return f"evidence/{evidence.uuid.hex[:2]}/{evidence.uuid.hex}"


class Credential(models.Model):
    """One thing that can be proved, named once for all clients and workers: "Licence: Electrician, Ohio"."""

    kind = models.CharField(max_length=20, choices=CredentialKind)
    name = models.CharField(max_length=120)

    class Meta:
        ordering: ClassVar = ["kind", "name"]
        constraints: ClassVar = [
            models.UniqueConstraint("kind", Lower("name"), name="workers_credential_once"),
            models.CheckConstraint(
                condition=Q(kind__in=CredentialKind.values), name="workers_credential_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.name}"


class Evidence(StateModel):
    """A worker's proof of one credential. An admin accepts or rejects it; it counts until the end of `expires_on`."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    worker = models.ForeignKey(Worker, on_delete=models.CASCADE, related_name="evidence")
    credential = models.ForeignKey(Credential, on_delete=models.PROTECT, related_name="evidence")
    state = StateField(choices=EvidenceState.choices, default=EvidenceState.SUBMITTED)
    number = models.CharField("number on the document", max_length=80, blank=True)
    issuer = models.CharField("issued by", max_length=120, blank=True)
    issued_on = models.DateField(null=True, blank=True)
    expires_on = models.DateField("valid until", null=True, blank=True)
    is_shown = models.BooleanField("show it to clients", default=True)
    file = models.FileField(upload_to=evidence_path, max_length=200)
    name = models.CharField(max_length=130)
    size = models.PositiveIntegerField()
    content_type = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    submitted_at = models.DateTimeField(default=now)
    reviewed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True, blank=True)
    reject_reason = models.CharField(max_length=500, blank=True)
    warn_due_at = models.DateTimeField("when the worker is told that it runs out", null=True, blank=True)

    class Meta:
        verbose_name_plural: ClassVar = "evidence"
        ordering: ClassVar = ["credential__kind", "credential__name", "-submitted_at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=EvidenceState.values), name="workers_evidence_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[EvidenceState.SUBMITTED, EvidenceState.REMOVED])
                | Q(reviewed_by__isnull=False, reviewed_at__isnull=False),
                name="workers_evidence_review_has_author",
            ),
            models.CheckConstraint(
                condition=Q(issued_on__isnull=True)
                | Q(expires_on__isnull=True)
                | Q(expires_on__gte=models.F("issued_on")),
                name="workers_evidence_dates_in_order",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["warn_due_at", "id"],
                condition=Q(warn_due_at__isnull=False),
                name="workers_evidence_warn_due",
            )
        ]

    def __str__(self) -> str:
        return f"{self.credential} of {self.worker}"

    def counts_on(self, day: date) -> bool:
        """Whether it proves the credential on a day: accepted, shown, and not run out."""
        return (
            self.state == EvidenceState.ACCEPTED
            and self.is_shown
            and (self.expires_on is None or self.expires_on >= day)
        )

    @transition(field=state, source=EvidenceState.SUBMITTED, target=EvidenceState.ACCEPTED)
    def accept(self, by: User) -> None:
        self.reviewed_by, self.reviewed_at = by, now()

    @transition(
        field=state,
        source=[EvidenceState.SUBMITTED, EvidenceState.ACCEPTED],
        target=EvidenceState.REJECTED,
    )
    def reject(self, by: User, reason: str) -> None:
        self.reviewed_by, self.reviewed_at, self.reject_reason = by, now(), reason

    @transition(
        field=state,
        source=[EvidenceState.SUBMITTED, EvidenceState.ACCEPTED, EvidenceState.REJECTED],
        target=EvidenceState.REMOVED,
    )
    def remove(self) -> None:
        """Taken back by the worker; the row stays for the record of what a client relied on."""
        self.warn_due_at = None
