"""What an assignment asks, as the page of its details lists it: six kinds of rows, in one statement."""

from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Model, OuterRef, QuerySet

from assignments.closeout_words import in_order
from assignments.models import (
    Assignment,
    AssignmentRequirement,
    Attachment,
    CustomField,
    DeliverableRequirement,
    WorkDay,
)
from assignments.requirements import line_rows, skill_rows
from common import prepared
from common.beside import Rows, columns, put, read, revived
from workers.models import Skill

Row = TypeVar("Row", bound=Model)
FIELDS = (
    "id",
    "label",
    "kind",
    "count",
    "is_required",
    "group_id",
    "group__id",
    "group__title",
    "group__is_required",
)


@dataclass(frozen=True, slots=True)
class Asked:
    """`wanted` are files, `fields` come with their groups, `lines` are the requirements of the worker."""

    skills: list[Skill]
    wanted: list[DeliverableRequirement]
    fields: list[CustomField]
    lines: list[AssignmentRequirement]
    documents: list[Attachment]


def asked(row: Assignment, *, with_documents: bool) -> Asked:
    """All of it, each kind in its order; further days and skills are put on the row too. No documents for those who may
    not see them (S07)."""
    (raw,) = prepared.rows(_with_documents if with_documents else _beside, row.pk)
    skills, wanted, fields, lines, days, documents = (read(one) for one in (*raw, "[]")[:6])
    put(row, "work_days", _all(WorkDay, days))
    put(row, "skills", _all(Skill, skills))
    return Asked(
        list(row.skills.all()),
        _all(DeliverableRequirement, wanted),
        _all(CustomField, fields),
        _all(AssignmentRequirement, lines),
        _all(Attachment, documents),
    )


def _beside(pk: int) -> "QuerySet[Assignment, Any]":
    own = {"assignment": OuterRef("pk")}
    wanted = DeliverableRequirement.objects.filter(**own).order_by("position", "id")
    days = WorkDay.objects.filter(**own).order_by("after_minutes")
    return Assignment.objects.filter(pk=pk).values_list(
        skill_rows(),
        Rows(wanted, columns(DeliverableRequirement)),
        Rows(in_order(CustomField.objects.filter(**own)), FIELDS),
        line_rows(),
        Rows(days, columns(WorkDay)),
    )


def _with_documents(pk: int) -> "QuerySet[Assignment, Any]":
    documents = Attachment.objects.filter(assignment=OuterRef("pk"), removed_at__isnull=True)
    shown = Rows(documents.order_by("uploaded_at", "id"), columns(Attachment))
    return _beside(pk).annotate(document_rows=shown)


def _all(model: type[Row], rows: list[dict[str, Any]]) -> list[Row]:
    return [revived(model, one) for one in rows]
