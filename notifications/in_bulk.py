"""The outbox for sweeps: the database itself writes bell and mail rows for many people at once.

The rows are those of outbox.queue_all, column for column; tests/assignments/test_start_sweep.py holds the two equal.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Concat, JSONObject, Left, StrIndex, Substr
from django.template.base import TextNode, VariableNode
from django.template.loader import get_template

from common.insert_select import RandomUuid, insert_from
from notifications.events import event
from notifications.models import Message, Notice, Preference
from timeline.record import require_transaction

ODD_SPACE = "  |^\\s|\\s$|[\x01-\x1f\x7f-\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]"
"""White space that outbox.py brings to single blanks in Python: rows with it are not for this file."""


def queue_rows(
    kind: str,
    rows: "QuerySet[Any]",
    *,
    user: str,
    context: Mapping[str, Any],
    heading: Any,
    url: Any,
    subject: tuple[str, Any],
    entry_id: Any,
    at: datetime,
) -> None:
    """Tell one person for each row: a bell row and a mail row, as the person's switches say.

    `user`: the path from the row to the person; the other columns are expressions over the row, without odd white
    space (ODD_SPACE). Raises RuntimeError outside a transaction, UnknownEvent for an unregistered kind, ValueError
    for a subject template that is more than text and variables of the context.
    """
    require_transaction()
    words = {"name": first_name(user), "url": url, **context}
    told = JSONObject(**words)
    subject_type, subject_id = subject
    insert_from(
        Notice,
        _wanting(kind, rows, user, "portal"),
        {
            "user": F(f"{user}__pk"), "kind": kind, "subject_type": subject_type, "subject_id": subject_id,
            "title": Left(heading, 200), "sentence": Left(subject_expression(kind, words), 300), "url": url,
            "at": at, "entry_id": entry_id,
        },
    )  # fmt: skip
    insert_from(
        Message,
        _wanting(kind, rows, user, "email").filter(**{f"{user}__is_active": True}),
        {
            "id": RandomUuid(), "user": F(f"{user}__pk"), "to_email": F(f"{user}__email"), "kind": kind,
            "context": told, "queued_at": at, "due_at": at,
        },
    )  # fmt: skip


def _wanting(kind: str, rows: "QuerySet[Any]", user: str, channel: str) -> "QuerySet[Any]":
    """Without those who switched this channel off; must-have events ignore switches."""
    if event(kind).must_have:
        return rows
    off = Preference.objects.filter(kind=kind, user=OuterRef(f"{user}__pk"), **{channel: False})
    return rows.filter(~Exists(off))


def first_name(user: str) -> Case:
    """User.short_name in SQL, for names without odd white space."""
    name = f"{user}__name"
    return Case(
        When(Q(**{name: ""}), then=F(f"{user}__email")),
        When(
            Q(**{f"{name}__contains": " "}), then=Substr(F(name), 1, StrIndex(F(name), Value(" ")) - Value(1))
        ),
        default=F(name),
    )


def subject_expression(kind: str, words: Mapping[str, Any]) -> Any:
    """The subject template of an event as an expression: texts joined with the context's expressions."""
    template: Any = get_template(f"mail/{kind}.subject.txt")
    parts: list[Any] = []
    for node in template.template.nodelist:
        if isinstance(node, TextNode):
            parts.append(node.s)
        elif isinstance(node, VariableNode) and node.filter_expression.token in words:
            parts.append(words[node.filter_expression.token])
        else:
            raise ValueError(f"the subject of {kind} is more than text and known variables")
    if isinstance(parts[-1], str):
        parts[-1] = parts[-1].rstrip()
    made = [Value(part) if isinstance(part, str) else part for part in parts if part != ""]
    return Concat(*made) if len(made) > 1 else made[0]
