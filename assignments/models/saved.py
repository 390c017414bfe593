"""What a worker keeps in Find Work: searches with a mail, and single assignments saved or hidden."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from assignments.models.assignment import Assignment
from common.clock import now
from workers.models import Worker


class MailRhythm(models.TextChoices):
    OFF = "off", "No mail"
    DAILY = "daily", "Every day at 7:00 AM"
    INSTANT = "instant", "As soon as something comes"


class SavedSearch(models.Model):
    """A search under a name. `query` is the address of its page behind the question mark, checked by the form.

    `looked_at`: what was offered up to then is known to the worker. `due_at`: when the next mail may go out; the row
    is the timer (house.md).
    """

    worker = models.ForeignKey(Worker, on_delete=models.CASCADE, related_name="saved_searches")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=1_000, blank=True)
    mail = models.CharField("mail", max_length=8, choices=MailRhythm, default=MailRhythm.DAILY)
    created_at = models.DateTimeField(default=now)
    looked_at = models.DateTimeField(default=now)
    due_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("worker", Lower("name"), name="assignments_search_name_once"),
            models.CheckConstraint(
                condition=Q(mail=MailRhythm.OFF, due_at__isnull=True)
                | Q(mail__in=[MailRhythm.DAILY, MailRhythm.INSTANT], due_at__isnull=False),
                name="assignments_search_due_by_mail",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["due_at", "id"],
                condition=Q(due_at__isnull=False),
                name="assignments_search_due",
            )
        ]

    def __str__(self) -> str:
        return self.name


class SearchHit(models.Model):
    """A saved search has told of this assignment: it does so once."""

    search = models.ForeignKey(SavedSearch, on_delete=models.CASCADE, related_name="hits")
    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="+", db_index=False)
    told_at = models.DateTimeField(default=now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["search", "assignment"], name="assignments_search_tells_once")
        ]

    def __str__(self) -> str:
        return f"{self.search_id}: A-{self.assignment_id}"


class MarkKind(models.TextChoices):
    SAVED = "saved", "Saved"
    HIDDEN = "hidden", "Hidden"


class WorkerMark(models.Model):
    """A worker saved or hid an assignment. `title` and `industry` are those of that moment: the worker has read them,
    so they may stay in the own list after the assignment itself has closed for the worker (S14)."""

    worker = models.ForeignKey(Worker, on_delete=models.CASCADE, related_name="marks")
    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="marks")
    kind = models.CharField(max_length=6, choices=MarkKind)
    title = models.CharField(max_length=120)
    industry = models.CharField(max_length=60, blank=True)
    marked_at = models.DateTimeField(default=now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["worker", "assignment"], name="assignments_marked_once"),
            models.CheckConstraint(condition=Q(kind__in=MarkKind.values), name="assignments_mark_kind_known"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["worker", "kind", "-marked_at", "-id"], name="assignments_mark_list")
        ]

    def __str__(self) -> str:
        return f"{self.worker_id}: {self.kind} A-{self.assignment_id}"
