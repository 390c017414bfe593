"""What both sides agreed on, kept for good: the sheet that assigning writes, its amendments, and the client's proposals
of another scope (mission.md N2). Sheets and amendments are append-only: triggers of the database refuse the rest.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from accounts.models import User
from assignments.models.engagement import Engagement
from assignments.models.requests import Decidable
from assignments.sheets import Parts, read, sealed
from assignments.states import RequestState


class Sealed(models.Model):
    """A document in three parts of canonical JSON: `shared` for both sides, and what only one side may read (D20).

    `sha256` is over the head (number, instant, the document before it) and the hashes of the parts. It holds ids, not
    the data of people (decisions.md D17); the words of the scope and the address of the work are in it.
    """

    made_at = models.DateTimeField()
    shared = models.TextField()
    client_part = models.TextField()
    worker_part = models.TextField()
    sha256 = models.CharField(max_length=64)
    before_sha256 = models.CharField("hash of the document before it", max_length=64, blank=True)

    class Meta:
        abstract = True

    @property
    def number(self) -> str:
        """The number that people use."""
        raise NotImplementedError

    @property
    def head(self) -> dict[str, str | int | None]:
        """What the hash covers beside the parts."""
        return {"number": self.number, "made_at": self.made_at.isoformat(), "before": self.before_sha256}

    @property
    def parts(self) -> Parts:
        return read(self.shared, self.client_part, self.worker_part)

    @property
    def recomputed(self) -> str:
        """The hash of what is stored now; equal to `sha256` unless somebody changed it past the triggers."""
        return sealed(self.head, self.shared, self.client_part, self.worker_part)

    @property
    def matches(self) -> bool:
        return self.recomputed == self.sha256


class AgreementSheet(Sealed):
    """The agreement of one worker's time on an assignment: A-10482/1 is the first one of A-10482."""

    assignment = models.ForeignKey("assignments.Assignment", on_delete=models.PROTECT, related_name="sheets")
    engagement = models.OneToOneField(Engagement, on_delete=models.PROTECT, related_name="sheet")
    turn = models.PositiveIntegerField("which agreement of the assignment")

    class Meta:
        ordering: ClassVar = ["assignment", "turn"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["assignment", "turn"], name="assignments_sheet_turn_once"),
            models.CheckConstraint(condition=Q(turn__gte=1), name="assignments_sheet_turn_from_one"),
        ]
        indexes: ClassVar = [models.Index(fields=["sha256"], name="assignments_sheet_sha256")]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """A-10482/1."""
        return f"A-{self.assignment_id}/{self.turn}"


class Amendment(Sealed):
    """A change that both sides agreed to, with the whole agreement as it is from then on: A-10482/1.2 is the second.

    Two kinds may come without a second name: money that the client adds unasked, and extra work that was accepted by
    the default that the client chose beforehand.
    """

    class Kind(models.TextChoices):
        SCHEDULE = "schedule", "New date"
        INCREASE = "increase", "Budget increase"
        EXPENSE = "expense", "Expense reimbursement"
        BONUS = "bonus", "Bonus"
        SCOPE = "scope", "Change of scope"
        CHANGE_ORDER = "change_order", "Extra work"

    sheet = models.ForeignKey(AgreementSheet, on_delete=models.PROTECT, related_name="amendments")
    position = models.PositiveIntegerField("which amendment of the sheet")
    kind = models.CharField(max_length=12, choices=Kind)
    source_id = models.PositiveBigIntegerField("the request or proposal that it comes from")
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    accepted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["sheet", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sheet", "position"], name="assignments_amendment_once"),
            models.CheckConstraint(condition=Q(position__gte=1), name="assignments_amendment_from_one"),
            models.CheckConstraint(
                condition=Q(kind__in=["schedule", "increase", "expense", "bonus", "scope", "change_order"]),
                name="assignments_amendment_kind",
            ),
            models.CheckConstraint(
                condition=Q(accepted_by__isnull=False)
                | Q(kind__in=["increase", "expense", "bonus", "change_order"]),
                name="assignments_amendment_accepted",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["sha256"], name="assignments_amendment_sha256")]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """A-10482/1.2. Needs `sheet` loaded."""
        return f"{self.sheet.number}.{self.position}"

    @property
    def head(self) -> dict[str, str | int | None]:
        return {
            **super().head,
            "kind": self.kind,
            "source": self.source_id,
            "proposed_by": self.proposed_by_id,
            "accepted_by": self.accepted_by_id,
        }


class ScopeProposal(Decidable):
    """The client proposes other words, deliverables or planned time. Until the worker accepts, the old ones hold."""

    assignment = models.ForeignKey(
        "assignments.Assignment", on_delete=models.CASCADE, related_name="scope_proposals"
    )
    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="scope_proposals")
    description = models.TextField("description of work", max_length=10_000)
    special_instructions = models.TextField(
        "instructions for the assigned worker", max_length=5_000, blank=True
    )
    duration_minutes = models.PositiveIntegerField("planned time on site")
    deliverables = models.JSONField("deliverables asked", default=list)
    note = models.TextField("why it should change", max_length=1_000)

    class Meta:
        ordering: ClassVar = ["asked_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["assignment"],
                condition=Q(state=RequestState.OPEN),
                name="assignments_one_open_proposal",
            ),
            models.CheckConstraint(
                condition=Q(state__in=RequestState.values), name="assignments_proposal_state"
            ),
            models.CheckConstraint(
                condition=Q(duration_minutes__gte=1), name="assignments_proposal_duration"
            ),
        ]

    def __str__(self) -> str:
        return self.note[:60]
