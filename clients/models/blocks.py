"""Blocks, by either side; silent to the blocked (domain.md 10, row 34)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from accounts.models import User
from clients.models.company import Client
from common.clock import now
from workers.models import Worker


class BlockSide(models.TextChoices):
    CLIENT = "client", "Client"
    WORKER = "worker", "Worker"


class Block(models.Model):
    """One side wants no new work with the other. Running assignments go on; a lifted block stays as a record."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="blocks")
    worker = models.ForeignKey(Worker, on_delete=models.CASCADE, related_name="blocks")
    side = models.CharField("blocked by", max_length=8, choices=BlockSide)
    blocked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    note = models.CharField("for your own side only", max_length=500, blank=True)
    blocked_at = models.DateTimeField(default=now)
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-blocked_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["client", "worker", "side"],
                condition=Q(lifted_at__isnull=True),
                name="clients_one_open_block",
            ),
            models.CheckConstraint(condition=Q(side__in=BlockSide.values), name="clients_block_side_known"),
        ]

    def __str__(self) -> str:
        return f"{self.client} and {self.worker}, by the {self.side}"
