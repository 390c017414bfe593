"""Proof packs that were issued, and the keys that signed them (mission.md N8). Both tables only grow (triggers.py).

No pack is kept: it is made again from the rows for each download. What is kept is what proves it later.
"""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from accounts.models import User
from assignments.models import Assignment
from common.clock import now


class ProofKey(models.Model):
    """A public key of this installation, in hex. An older one still proves the packs that it signed."""

    public_hex = models.CharField("public key, Ed25519, in hex", max_length=64, unique=True)
    since = models.DateTimeField(default=now)

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return self.public_hex


class ProofPack(models.Model):
    """One pack as one person asked for it: whose sight it holds, its hashes, and where the history ended then.

    `sums_sha256` is of the signed list inside, so that a pack is known again after its archive was packed anew.
    `head` and `length` are those of the sealed chain of the assignment: they stay here, because the hash of an entry
    that a side may not read would let its facts be guessed.
    """

    class Scope(models.TextChoices):
        CLIENT = "client", "Client"
        WORKER = "worker", "Worker"
        ADMIN = "admin", "Onsite"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="proof_packs")
    scope = models.CharField("made for", max_length=8, choices=Scope)
    sha256 = models.CharField(max_length=64, db_index=True)
    sums_sha256 = models.CharField("hash of the signed list", max_length=64, db_index=True)
    size = models.PositiveBigIntegerField("bytes")
    files = models.PositiveIntegerField("files inside")
    head = models.CharField("end of the sealed history", max_length=64)
    length = models.PositiveIntegerField("sealed entries")
    key = models.ForeignKey(ProofKey, on_delete=models.PROTECT, related_name="packs")
    issued_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField(default=now)

    class Meta:
        ordering: ClassVar = ["-issued_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["assignment", "scope", "issued_by", "sha256"], name="payments_pack_once"
            ),
            models.CheckConstraint(
                condition=Q(scope__in=["client", "worker", "admin"]), name="payments_pack_scope_known"
            ),
            models.CheckConstraint(
                condition=Q(size__gt=0, files__gt=0, length__gt=0), name="payments_pack_not_empty"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sha256[:12]} of A-{self.assignment_id}"

    @property
    def name(self) -> str:
        """How the file is called."""
        return f"A-{self.assignment_id}-proof-{self.sha256[:8]}.zip"
