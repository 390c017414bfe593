"""CSV uploads: a file's rows, each of which becomes one draft exactly once (domain.md 3.3, WorkUpload)."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django_fsm import transition

from accounts.models import User
from assignments.models.assignment import Assignment
from assignments.models.templates import Template
from assignments.states import RowResult, UploadState
from clients.models import Client
from common.clock import now
from common.fsm import StateField, StateModel


class UploadMapping(models.Model):
    """Which column fills which field, saved by name for the next file: {field: words of the first row}."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="upload_mappings")
    name = models.CharField(max_length=80)
    columns = models.JSONField(default=dict)
    saved_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField(default=now)

    class Meta:
        ordering: ClassVar = ["name", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint("client", Lower("name"), name="assignments_mapping_once")
        ]

    def __str__(self) -> str:
        return self.name


class Upload(StateModel):
    """One file. `headers` are the words of its first row, `columns` says which field each column fills.

    `total`, `good` and `bad` count its rows: after matching as they were judged, at the end as it came out.
    """

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="uploads")
    uploader = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    label = models.CharField(max_length=60, blank=True)
    template = models.ForeignKey(
        Template, on_delete=models.SET_NULL, null=True, blank=True, related_name="uploads"
    )
    state = StateField(choices=UploadState.choices, default=UploadState.UPLOADED)
    state_since = models.DateTimeField(default=now)

    file_name = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    encoding = models.CharField(max_length=24)
    separator = models.CharField(max_length=1)
    headers = models.JSONField(default=list)
    columns = models.JSONField(default=dict)
    total = models.PositiveIntegerField(default=0)
    good = models.PositiveIntegerField(default=0)
    bad = models.PositiveIntegerField(default=0)

    created_at = models.DateTimeField(default=now)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    why = models.CharField("why it was stopped", max_length=200, blank=True)
    parked_until = models.DateTimeField("waits after a failure", null=True, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)
    emptied_at = models.DateTimeField("the typed cells were thrown away", null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=UploadState.values), name="assignments_upload_state_known"
            ),
            models.CheckConstraint(
                condition=Q(total__gte=F("good") + F("bad")), name="assignments_upload_counts"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[UploadState.DONE, UploadState.CANCELLED], finished_at__isnull=False)
                | (~Q(state__in=[UploadState.DONE, UploadState.CANCELLED]) & Q(finished_at__isnull=True)),
                name="assignments_upload_finished_at",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["client", "-id"], name="assignments_upload_client"),
            models.Index(
                fields=["id"], condition=Q(state=UploadState.RUNNING), name="assignments_upload_running"
            ),
        ]

    def __str__(self) -> str:
        return self.label or self.file_name

    @transition(field=state, source=[UploadState.UPLOADED, UploadState.MAPPED], target=UploadState.MAPPED)
    def match(self, at: datetime) -> None:
        """The columns are matched and every row was judged."""
        self.state_since = at

    @transition(field=state, source=UploadState.MAPPED, target=UploadState.RUNNING)
    def start(self, at: datetime) -> None:
        """The uploader asked for the drafts: from here on the sweep works."""
        self.state_since = self.started_at = at

    @transition(field=state, source=UploadState.RUNNING, target=UploadState.DONE)
    def finish(self, at: datetime) -> None:
        """No row waits any more."""
        self.state_since = self.finished_at = at

    @transition(
        field=state,
        source=[UploadState.UPLOADED, UploadState.MAPPED, UploadState.RUNNING],
        target=UploadState.CANCELLED,
    )
    def cancel(self, at: datetime, why: str = "") -> None:
        """Stopped by a person, or by Onsite when the uploader may no longer create. Drafts made so far stay."""
        self.state_since = self.finished_at = at
        self.why = why

    @property
    def done_count(self) -> int:
        """Rows that are settled."""
        return self.good + self.bad


class UploadRow(models.Model):
    """One row of the file. `number` is the row as a spreadsheet counts it: the first one below the headers is 2.

    `problems` is a list of [field, sentence]. Once its draft is made the cells are emptied: the draft holds them.
    """

    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    cells = models.JSONField(default=list)
    surplus = models.PositiveSmallIntegerField("filled cells beyond the headers", default=0)
    result = models.CharField(max_length=8, choices=RowResult, default=RowResult.WAITING)
    problems = models.JSONField(default=list)
    assignment = models.OneToOneField(
        Assignment, on_delete=models.SET_NULL, null=True, blank=True, related_name="upload_row"
    )

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["upload", "number"], name="assignments_upload_row_once"),
            models.CheckConstraint(
                condition=Q(result__in=RowResult.values), name="assignments_upload_result_known"
            ),
            models.CheckConstraint(
                condition=Q(result=RowResult.MADE) | Q(assignment__isnull=True),
                name="assignments_upload_draft_of_made_row",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["upload", "number"],
                condition=Q(result=RowResult.WAITING),
                name="assignments_upload_waiting",
            ),
            models.Index(
                fields=["upload", "number"], condition=Q(result=RowResult.BAD), name="assignments_upload_bad"
            ),
        ]

    def __str__(self) -> str:
        return f"row {self.number} of {self.upload_id}"

    @property
    def reason(self) -> str:
        """All that is wrong with it, as sentences."""
        return " ".join(sentence for _, sentence in self.problems)
