"""Talent pools: named groups of workers (domain.md 3.4). Membership of a private pool is the company's secret."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django_fsm import transition

from accounts.models import User
from clients.models.company import Client
from clients.models.requirements import RequirementSet
from common.clock import now
from common.fsm import StateField, StateModel
from workers.models import Worker


class PoolVisibility(models.TextChoices):
    PUBLIC = "public", "Public: any worker can find and join it"
    INVITE_ONLY = "invite_only", "Invite only: only invited workers see it"
    PRIVATE = "private", "Private: only your company knows it"


class PoolMemberState(models.TextChoices):
    INVITED = "invited", "Invited"
    REQUESTED = "requested", "Override requested"
    ACTIVE = "active", "Member"
    DECLINED = "declined", "Declined"
    REMOVED = "removed", "Removed"
    LEFT = "left", "Left"


class Pool(models.Model):
    """A named group of workers of one company."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="pools")
    name = models.CharField(max_length=80)
    description = models.TextField(max_length=2_000, blank=True)
    visibility = models.CharField(
        "who can see it", max_length=12, choices=PoolVisibility, default=PoolVisibility.PRIVATE
    )
    requirements = models.ForeignKey(
        RequirementSet, on_delete=models.PROTECT, null=True, blank=True, related_name="pools"
    )
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=now)

    class Meta:
        ordering: ClassVar = ["name", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint("client", Lower("name"), name="clients_pool_once"),
            models.CheckConstraint(
                condition=Q(visibility__in=PoolVisibility.values), name="clients_pool_visibility_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PoolMember(StateModel):
    """A worker's place in a pool. In a private pool the worker is never told of it."""

    pool = models.ForeignKey(Pool, on_delete=models.CASCADE, related_name="members")
    worker = models.ForeignKey(Worker, on_delete=models.CASCADE, related_name="pool_places")
    state = StateField(choices=PoolMemberState.choices, default=PoolMemberState.INVITED)
    reason = models.TextField("why an override is asked", max_length=1_000, blank=True)
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    since = models.DateTimeField(default=now)
    joined_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["pool", "worker"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["pool", "worker"], name="clients_pool_member_once"),
            models.CheckConstraint(
                condition=Q(state__in=PoolMemberState.values), name="clients_pool_member_state_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.worker} in {self.pool}"

    @transition(
        field=state,
        source=[
            PoolMemberState.DECLINED,
            PoolMemberState.REMOVED,
            PoolMemberState.LEFT,
        ],
        target=PoolMemberState.INVITED,
    )
    def invite(self) -> None:
        self.since = now()

    @transition(
        field=state,
        source=[PoolMemberState.INVITED, PoolMemberState.LEFT, PoolMemberState.DECLINED],
        target=PoolMemberState.REQUESTED,
    )
    def request(self, reason: str) -> None:
        """The worker lacks a requirement and asks to be let in all the same."""
        self.reason, self.since = reason, now()

    @transition(
        field=state,
        source=[
            PoolMemberState.INVITED,
            PoolMemberState.REQUESTED,
            PoolMemberState.DECLINED,
            PoolMemberState.REMOVED,
            PoolMemberState.LEFT,
        ],
        target=PoolMemberState.ACTIVE,
    )
    def join(self) -> None:
        self.since = self.joined_at = now()

    @transition(
        field=state,
        source=[PoolMemberState.INVITED, PoolMemberState.REQUESTED],
        target=PoolMemberState.DECLINED,
    )
    def decline(self) -> None:
        """The worker turned the invitation down, or the company the request."""
        self.since = now()

    @transition(field=state, source=PoolMemberState.ACTIVE, target=PoolMemberState.LEFT)
    def leave(self) -> None:
        self.since = now()

    @transition(
        field=state,
        source=[PoolMemberState.ACTIVE, PoolMemberState.INVITED, PoolMemberState.REQUESTED],
        target=PoolMemberState.REMOVED,
    )
    def remove(self) -> None:
        self.since = now()


class PoolMessage(models.Model):
    """A message from the company to all members of a pool at once."""

    pool = models.ForeignKey(Pool, on_delete=models.CASCADE, related_name="messages")
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    text = models.TextField("message", max_length=5_000)
    sent_at = models.DateTimeField(default=now)
    told = models.PositiveIntegerField("members told", default=0)

    class Meta:
        ordering: ClassVar = ["-sent_at", "-id"]

    def __str__(self) -> str:
        return self.text[:60]
