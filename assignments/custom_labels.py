"""Own labels of the client, as lists and pages read them: one rule for the filter, the row and the page."""

from django.db.models import Exists, Max, OuterRef, QuerySet

from assignments.models import Assignment, CustomLabel
from common.beside import Rows

ROWS = "own_labels"
"""Where the labels of a loaded row are kept: a list of {"text": ...}."""


def key_of(text: str) -> str:
    """How two texts are compared: small letters, single spaces."""
    return " ".join(text.split()).casefold()


def holding(side: str) -> "QuerySet[CustomLabel]":
    """The labels that hold and that this side may see: the client all, everybody else those shown to the worker."""
    rows = CustomLabel.objects.filter(removed_at__isnull=True)
    return rows if side == "client" else rows.filter(is_shown_to_worker=True)


def beside(rows: "QuerySet[Assignment]", side: str) -> "QuerySet[Assignment]":
    """The rows with their own labels, in the same query."""
    own = holding(side).filter(assignment=OuterRef("pk")).order_by("id")
    return rows.annotate(**{ROWS: Rows(own, ["text"])})


def filtered(rows: "QuerySet[Assignment]", key: str) -> "QuerySet[Assignment]":
    """The client's rows that carry the label now."""
    return rows.filter(Exists(holding("client").filter(assignment=OuterRef("pk"), key=key)))


def of_row(row: Assignment) -> list[str]:
    """The labels of a row that came out of `beside`, in the order in which they were added."""
    return [one["text"] for one in getattr(row, ROWS, [])]


def known(client_id: int) -> list[tuple[str, str]]:
    """(key, text) of every label that the company ever used, by text. A filter by one that is gone finds nothing."""
    rows = CustomLabel.objects.filter(client_id=client_id).order_by("key")
    return list(rows.values_list("key").annotate(text=Max("text")))
