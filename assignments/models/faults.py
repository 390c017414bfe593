"""The fault record (N5): to whom a written rule gives what went wrong, who contested it, and how it was settled."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django_fsm import transition

from accounts.models import User
from assignments.fault_states import PARTY_WORDS, FaultHow, FaultKind, FaultSide, FaultState, Party
from assignments.models.engagement import Engagement
from common.clock import now
from common.fsm import StateField, StateModel
from timeline.models import Entry

_PARTIES = [str(value) for value in Party.values]


class FaultEntry(StateModel):
    """One thing that went wrong in a worker's time on an assignment.

    `source` is the entry of the history that it comes from, `evidence` the ids of all entries that the rule read.
    `sentence` is the rule as it was then. `party` is the rule's answer and stays; `final_party` is what was settled.
    """

    assignment = models.ForeignKey("assignments.Assignment", on_delete=models.CASCADE, related_name="faults")
    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="faults")
    source = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="+")
    evidence = models.JSONField(default=list)
    kind = models.CharField(max_length=20, choices=FaultKind)
    party = models.CharField("whose it is by the rule", max_length=8, choices=Party)
    rule = models.CharField(max_length=32)
    rule_version = models.PositiveSmallIntegerField()
    sentence = models.TextField()
    at = models.DateTimeField("when it happened")
    due_at = models.DateTimeField("by when it was due", null=True, blank=True)
    contest_until = models.DateTimeField()

    state = StateField(choices=FaultState.choices, default=FaultState.STANDING)
    contested_by = models.CharField(max_length=8, choices=FaultSide, blank=True)
    contested_at = models.DateTimeField(null=True, blank=True)
    proposed_party = models.CharField(max_length=8, choices=Party, blank=True)
    answer_until = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    remind_due_at = models.DateTimeField("when admins are told next", null=True, blank=True)

    final_party = models.CharField("whose it is", max_length=8, choices=Party, blank=True)
    how = models.CharField("how it was settled", max_length=12, choices=FaultHow, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.TextField("reason of the decision", max_length=1_000, blank=True)

    failures = models.PositiveIntegerField(default=0)
    parked_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "fault record"
        verbose_name_plural = "fault record"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["engagement", "kind", "source"], name="assignments_fault_source_once"
            ),
            models.UniqueConstraint(
                fields=["engagement", "kind", "due_at"],
                condition=Q(due_at__isnull=False),
                name="assignments_fault_due_once",
            ),
            models.CheckConstraint(
                condition=Q(party__in=_PARTIES)
                & Q(final_party__in=["", *_PARTIES])
                & Q(proposed_party__in=["", *_PARTIES])
                & Q(kind__in=[str(value) for value in FaultKind.values]),
                name="assignments_fault_words_known",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["standing", "contested"], settled_at__isnull=True, how="", final_party=""
                )
                | (Q(state="settled", settled_at__isnull=False) & ~Q(how="") & ~Q(final_party="")),
                name="assignments_fault_settled_said",
            ),
            models.CheckConstraint(
                condition=Q(
                    contested_by="", contested_at__isnull=True, proposed_party="", answer_until__isnull=True
                )
                | (
                    Q(
                        contested_by__in=["client", "worker"],
                        contested_at__isnull=False,
                        answer_until__isnull=False,
                    )
                    & ~Q(proposed_party="")
                    & ~Q(proposed_party=models.F("party"))
                ),
                name="assignments_fault_contest_said",
            ),
            models.CheckConstraint(
                condition=Q(state="standing", contested_by="")
                | (Q(state="contested") & ~Q(contested_by=""))
                | (Q(state="settled", how="unopposed", contested_by="", final_party=models.F("party")))
                | (
                    Q(state="settled", how="agreed", final_party=models.F("proposed_party"))
                    & ~Q(contested_by="")
                )
                | (
                    Q(state="settled", how="decided", decided_by__isnull=False)
                    & ~Q(contested_by="")
                    & ~Q(reason="")
                ),
                name="assignments_fault_way",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["contest_until"], condition=Q(state="standing"), name="assignments_fault_settle"
            ),
            models.Index(
                fields=["remind_due_at"], condition=Q(state="contested"), name="assignments_fault_remind"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """F-120."""
        return f"F-{self.pk}"

    @property
    def rule_tag(self) -> str:
        """ "late_own, rule 1"."""
        return f"{self.rule}, rule {self.rule_version}"

    @property
    def whose(self) -> str:
        """Whose it is as it stands: what was settled, else the rule's answer."""
        return self.final_party or self.party

    @property
    def whose_words(self) -> str:
        """ "the worker"."""
        return PARTY_WORDS[self.whose]

    @property
    def proposed_words(self) -> str:
        return PARTY_WORDS.get(self.proposed_party, "")

    @property
    def mark(self) -> str:
        """What the engagement keeps for the figures: "open" while it may count against a side, else the party."""
        may_count = self.party in (Party.WORKER, Party.CLIENT) or self.state == FaultState.CONTESTED
        return "open" if self.state != FaultState.SETTLED and may_count else self.whose

    @transition(field=state, source=FaultState.STANDING, target=FaultState.CONTESTED)
    def contest(self, side: str, party: str, at: datetime, answer_until: datetime) -> None:
        """One side says that it is another party's."""
        self.contested_by, self.contested_at, self.proposed_party = side, at, party
        self.answer_until = self.remind_due_at = answer_until

    @transition(field=state, source=FaultState.STANDING, target=FaultState.SETTLED)
    def stand(self, at: datetime) -> None:
        """Nobody contested it in time."""
        self._settle(self.party, FaultHow.UNOPPOSED, at)

    @transition(field=state, source=FaultState.CONTESTED, target=FaultState.SETTLED)
    def agree(self, at: datetime) -> None:
        """The other side accepts what was proposed."""
        self._settle(self.proposed_party, FaultHow.AGREED, at)

    @transition(field=state, source=FaultState.CONTESTED, target=FaultState.SETTLED)
    def decide(self, by: User, party: str, reason: str, at: datetime) -> None:
        """An admin of Onsite decides."""
        self.decided_by, self.reason = by, reason
        self._settle(party, FaultHow.DECIDED, at)

    def _settle(self, party: str, how: str, at: datetime) -> None:
        self.final_party, self.how, self.settled_at, self.remind_due_at = party, how, at, None


class FaultStatement(models.Model):
    """What a side said of an entry, once. Append-only: triggers of the database refuse the rest."""

    fault = models.ForeignKey(FaultEntry, on_delete=models.PROTECT, related_name="statements")
    side = models.CharField(max_length=8, choices=FaultSide)
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(max_length=2_000)
    at = models.DateTimeField(default=now)

    class Meta:
        ordering: ClassVar = ["at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["fault", "side"], name="assignments_fault_statement_once"),
            models.CheckConstraint(
                condition=Q(side__in=["client", "worker", "admin"]), name="assignments_fault_statement_side"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.side} on {self.fault_id}"
