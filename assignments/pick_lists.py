"""What the client's list offers to choose from: owners, own labels and saved views, in one query."""

from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, Max, QuerySet, Value
from django.db.models.functions import Cast

from assignments.models import CustomLabel, SavedView
from clients.models import Member


@dataclass(frozen=True, slots=True)
class View:
    """One saved set of filters."""

    pk: int
    name: str
    query: str


@dataclass(frozen=True, slots=True)
class Picks:
    """`owners`: (user id, name). `tags`: (key, text), also labels that nobody carries any more. `views`: the own."""

    owners: list[tuple[int, str]]
    tags: list[tuple[str, str]]
    views: list[View]


def picks(member: Member) -> Picks:
    """The lists of a member of a company, each by name."""
    people = _rows(
        Member.objects.filter(client_id=member.client_id).order_by(), "owner", _text("user_id"), "user__name"
    )
    tags = CustomLabel.objects.filter(assignment__client_id=member.client_id).order_by().values("key")
    labels = tags.annotate(what=Value("tag"), one=_text("key"), two=Max("text"), three=Value(""))
    views = SavedView.objects.filter(member=member).order_by()
    rows = people.union(
        labels.values_list("what", "one", "two", "three"),
        _rows(views, "view", _text("pk"), "name", "query"),
        all=True,
    )
    found: dict[str, list[tuple[str, str, str]]] = {"owner": [], "tag": [], "view": []}
    for what, key, text, more in rows:
        found[what].append((key, text, more))
    return Picks(
        [(int(key), text) for key, text, _ in sorted(found["owner"], key=_by_name)],
        [(key, text) for key, text, _ in sorted(found["tag"])],
        [View(int(key), text, more) for key, text, more in sorted(found["view"], key=_by_name)],
    )


def _by_name(row: tuple[str, str, str]) -> tuple[str, int]:
    return row[1].lower(), int(row[0])


def _text(column: str) -> Cast:
    return Cast(column, CharField())


def _rows(rows: "QuerySet[Any]", what: str, key: Cast, text: str, more: str = "") -> "QuerySet[Any]":
    shown = {"what": Value(what), "one": key, "two": _text(text), "three": _text(more) if more else Value("")}
    found: QuerySet[Any] = rows.annotate(**shown).values_list(*shown)
    return found
