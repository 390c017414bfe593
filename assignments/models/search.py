"""What Find Work reads: one narrow row beside each assignment that workers can find.

It stands apart from the assignment because an index over words would make each change of stage several times
dearer (benchmarks/find.py), and because filters and orders of a long list need every value in one row.
"""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from assignments.models.assignment import Assignment
from assignments.states import ScheduleKind
from clients.models import Client

TABLE = "assignments_findable"
FULL_TEXT = f"{TABLE}_words"
"""On PostgreSQL a generated tsvector column's index, on SQLite an FTS5 table (assignments/word_index.py)."""


LIST_TABLE = "assignments_listwords"
LIST_FULL_TEXT = f"{LIST_TABLE}_words"
"""The same for the words of a company's own list."""


class WordsField(models.TextField):
    """Words in one case without accents, parted by single spaces, behind a full-text index of either database."""


@WordsField.register_lookup
class AllWords(models.Lookup):
    """`text__begins_words=["repl", "switch"]`: each is how some word of the row begins.

    The words hold letters and digits only (search.words makes them), so they are no syntax of an index or pattern.
    On SQLite this reads the rows that other conditions leave; word_index.few leads to rows by the index.
    """

    lookup_name = "begins_words"
    prepare_rhs = False

    def get_db_prep_lookup(self, value: Any, connection: Any) -> tuple[str, Any]:
        return "%s", [list(value)]

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        alias, _, _ = self.process_lhs(compiler, connection)[0].rpartition(".")
        query = " & ".join(f"'{word}':*" for word in self.rhs)
        return f'{alias}."words" @@ %s::tsquery', [query]

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, list[Any]]:
        column, _ = self.process_lhs(compiler, connection)
        patterns = [f"% {word}%" for word in self.rhs]
        return " AND ".join([f"(' ' || {column}) LIKE %s"] * len(patterns)), patterns


class _Passing(models.Lookup):
    """A condition on words that no index leads by: for rows that a walk passes anyway."""

    prepare_rhs = False

    def get_db_prep_lookup(self, value: Any, connection: Any) -> tuple[str, Any]:
        return "%s", [list(value)]


@WordsField.register_lookup
class PassesWords(_Passing):
    """`text__passes_words`: what begins_words says, asked of a row that is passed."""

    lookup_name = "passes_words"

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        column, _ = self.process_lhs(compiler, connection)
        find = "instr" if connection.vendor == "sqlite" else "strpos"
        words = [f" {one}" for one in self.rhs]
        return " AND ".join([f"{find}(' ' || {column}, %s) > 0"] * len(words)), words


@WordsField.register_lookup
class MayHold(_Passing):
    """`plain__may_hold=["repl", "switch"]`: whether plain text holds each of them anywhere, or is not so plain
    (accents, an apostrophe) that this could tell. It spares most rows of a walk the look at their words."""

    lookup_name = "may_hold"

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        text, params = self.process_lhs(compiler, connection)
        is_sqlite = connection.vendor == "sqlite"
        find, low = ("instr", text) if is_sqlite else ("strpos", f'({text}) COLLATE "C"')
        octets = f"length(CAST({text} AS BLOB))" if is_sqlite else f"octet_length({text})"
        odd = f"{octets} > length({text}) OR {find}({text}, '''') > 0"
        holds = " AND ".join([f"{find}(lower({low}), %s) > 0"] * len(self.rhs))
        each = [one for word in self.rhs for one in (*params, word)]
        return f"({odd} OR ({holds}))", [*params, *params, *params, *each]


class Findable(models.Model):
    """One assignment on the marketplace that is sent and has not expired; search.follow keeps it so, in the
    transaction of each change. Holds nothing that a worker may not see before assignment (S06, S07).

    `until_at` is when it expires. `rate_minor` is the budget per hour of the payable or planned time. `x`, `y`, `z`
    are the rounded place on a globe of radius 1, so that distances need no trigonometry of the database.
    `changed_at` is when it was last offered in other words or terms: saved searches look behind it.
    """

    assignment = models.OneToOneField(
        Assignment, on_delete=models.CASCADE, primary_key=True, related_name="findable"
    )
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="+", db_index=False)
    start_at = models.DateTimeField()
    until_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    schedule_kind = models.CharField(max_length=12, choices=ScheduleKind)
    is_virtual = models.BooleanField(default=False)
    lat = models.FloatField("latitude, rounded to two decimals", null=True, blank=True)
    lon = models.FloatField("longitude, rounded to two decimals", null=True, blank=True)
    x = models.FloatField(null=True, blank=True)
    y = models.FloatField(null=True, blank=True)
    z = models.FloatField(null=True, blank=True)
    town = models.CharField("city and region in lower case", max_length=164, blank=True)
    industry = models.CharField(max_length=60, blank=True)
    pay_minor = models.BigIntegerField("the most base pay")
    rate_minor = models.BigIntegerField("the same per hour, an estimate")
    has_fastfunds = models.BooleanField(default=False)
    text = WordsField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(until_at__gte=models.F("start_at")), name="assignments_findable_in_order"
            ),
            models.CheckConstraint(
                condition=Q(
                    lat__isnull=True, lon__isnull=True, x__isnull=True, y__isnull=True, z__isnull=True
                )
                | Q(
                    is_virtual=False,
                    lat__isnull=False,
                    lon__isnull=False,
                    x__isnull=False,
                    y__isnull=False,
                    z__isnull=False,
                ),
                name="assignments_findable_place",
            ),
        ]
        indexes: ClassVar = [
            # until_at is passed over in the index, so that a walk meets no row that it leaves out for it.
            models.Index(fields=["start_at", "assignment", "until_at"], name="assignments_find_soon"),
            models.Index(fields=["-pay_minor", "-assignment"], name="assignments_find_pay"),
            models.Index(fields=["-rate_minor", "-assignment"], name="assignments_find_rate"),
            models.Index(fields=["lat", "lon"], name="assignments_find_near"),
            models.Index(
                fields=["start_at", "assignment"],
                condition=Q(is_virtual=True),
                name="assignments_find_remote",
            ),
            models.Index(fields=["client", "start_at"], name="assignments_find_client"),
            models.Index(fields=["town"], name="assignments_find_town"),
            models.Index(fields=["changed_at", "assignment"], name="assignments_find_changed"),
            models.Index(fields=["until_at"], name="assignments_find_until"),
        ]

    def __str__(self) -> str:
        return f"A-{self.pk}"


class ListWords(models.Model):
    """The words by which one assignment is found in its company's own list: of its title and the company's number.

    Each has the company's id in front ("17:switch"), so that one index answers for one company. A row stands beside
    every assignment, in every stage; list_words.py writes it in the transaction of each change. Only that company's
    people are ever asked it: the number is theirs.
    """

    assignment = models.OneToOneField(
        Assignment, on_delete=models.CASCADE, primary_key=True, related_name="list_words"
    )
    text = WordsField(blank=True)

    class Meta:
        verbose_name_plural = "list words"

    def __str__(self) -> str:
        return f"A-{self.pk}"
