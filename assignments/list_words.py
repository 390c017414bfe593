"""The search of a company's own list: what is found, and the row of words beside each assignment that it asks.

A word that is typed finds the assignments in which it begins some word of the title or of the company's own number,
whatever the order, capitals and accents; digits alone also find the assignment of exactly that number (docs/lists.md).
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Func, Q, QuerySet

from assignments import word_index
from assignments.models import Assignment, ListWords
from assignments.models.search import WordsField
from assignments.search import LONGEST_QUERY, MOST_WORDS, words

FEW: Final = 1_000
"""As many rows are looked up by their ids and sorted; where more match, the list is walked in its order instead, and
the page is soon full."""
READ: Final = ("title", "external_id")
"""The columns that the words are made of."""


def text_of(client_id: int, title: str, external_id: str) -> str:
    """The words of one assignment as its row holds them."""
    return " ".join(f"{client_id}:{word}" for word in words(f"{title} {external_id}"))


def keep(row: Assignment, *, is_new: bool = False) -> None:
    """Write the row of an assignment."""
    made = ListWords(assignment=row, text=text_of(row.client_id, row.title, row.external_id))
    made.save(force_insert=is_new)


def follow(row: Assignment, before: Mapping[str, Any]) -> None:
    """Bring the row in line with a changed assignment; `before` has its columns as they were."""
    if any(before[name] != getattr(row, name) for name in READ):
        keep(row)


def matching(rows: "QuerySet[Assignment]", client_id: int, text: str) -> "QuerySet[Assignment]":
    """The company's rows that these words find. Only the first 100 characters and eight words count; a text without any
    letter or digit finds nothing. Asks the index at once how many there are."""
    typed = words(text[:LONGEST_QUERY], most=MOST_WORDS)
    if not typed:
        return rows.none()
    wanted, number = [f"{client_id}:{word}" for word in typed], _number(text)
    ids = word_index.listed(wanted, FEW)
    if ids is not None:
        return rows.filter(pk__in=[*ids, *number])
    plain = Func(*READ, template="(%(expressions)s)", arg_joiner=" || ' ' || ", output_field=WordsField())
    rows = rows.alias(plain=plain)
    found = Q(plain__may_hold=typed, list_words__text__passes_words=wanted)
    return rows.filter(found | Q(pk__in=number) if number else found)


def _number(text: str) -> list[int]:
    """The id that a text of digits says, with or without "A-" before it."""
    digits = text.strip().lower().removeprefix("a-")
    return [int(digits)] if digits.isascii() and digits.isdigit() and len(digits) <= 18 else []


def mend(now: datetime, within: timedelta = timedelta(days=2), batch: int = 1_000) -> int:
    """Write the rows that are missing, and of what changed lately those that differ: the version before this one may
    still have been at work beside the migration, or somebody wrote by hand. Returns how many were wrong."""
    doubted = Assignment.objects.filter(Q(list_words__isnull=True) | Q(updated_at__gte=now - within))
    mended, last = 0, 0
    columns = ("pk", "client_id", *READ, "list_words__text")
    while part := list(doubted.filter(pk__gt=last).order_by("pk").values_list(*columns)[:batch]):
        wrong = [
            ListWords(assignment_id=pk, text=text)
            for pk, client_id, title, external_id, kept in part
            if (text := text_of(client_id, title, external_id)) != kept
        ]
        write(wrong)
        mended, last = mended + len(wrong), part[-1][0]
    return mended


def write(made: list[ListWords]) -> None:
    """Write these rows, over those that are there."""
    ListWords.objects.bulk_create(
        made, update_conflicts=True, unique_fields=["assignment"], update_fields=["text"]
    )
