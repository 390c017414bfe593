"""What is asked of workers, and how each of them stands to it: one judge for assignments and pools (domain.md 3.4).

Whoever holds lines of requirements (clients.models.RequirementColumns) asks `judge`. Scores are counted by a room
above, which registers how. Nothing here says why a proof does not count: a screening is never shown as failed.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from clients.blocks import between
from clients.models import (
    Agreement,
    AgreementVersion,
    Pool,
    PoolMember,
    PoolMemberState,
    PoolVisibility,
    Requirement,
    RequirementColumns,
    RequirementKind,
    RequirementSet,
    Signature,
    Test,
    TestResult,
)
from clients.models.requirements import NUMBER_KINDS, PERCENT_KINDS
from clients.pools import CURRENT, seen_by_worker
from common import clock
from common.beside import Rows
from common.context import address
from workers.evidence import Proof, last_day, proof_rows, proofs
from workers.models import Worker

Kind = RequirementKind
CHOSEN: Final = "For workers whom the client chose"
"""What others than its people read of a pool that they may not know of (domain.md 10, row 37)."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One requirement and how one worker stands to it.

    `note` says what is known, such as "85% of 20". `link` leads the worker to where it can be cleared, with
    `link_words`; "" where nothing can be done. `is_told` is off for what this worker must not read (a private pool).
    """

    words: str
    met: bool
    overridden: bool = False
    link: str = ""
    link_words: str = ""
    note: str = ""
    is_told: bool = True

    @property
    def counts(self) -> bool:
        """Whether it stands in nobody's way."""
        return self.met or self.overridden


@dataclass(frozen=True, slots=True)
class Score:
    """Figures of a worker: shares as (good, counted), numbers over the time that PERIODS names."""

    satisfaction: tuple[int, int] = (0, 0)
    on_time: tuple[int, int] = (0, 0)
    cancelled: int = 0
    abandoned: int = 0


@dataclass(frozen=True, slots=True)
class Scores:
    """How a room above counts the figures: columns beside rows of Worker at an instant, and what they say."""

    beside: Callable[[datetime], Mapping[str, Rows]]
    read: Callable[[Mapping[str, Any]], Score]


_scores: list[Scores] = []
PERIODS: Final = {Kind.CANCELLED: "last 3 months", Kind.ABANDONED: "all time"}
FIGURES: Final = {
    Kind.SATISFACTION: "satisfaction",
    Kind.ON_TIME: "on-time",
    Kind.CANCELLED: "cancelled",
    Kind.ABANDONED: "abandoned",
}


def register_scores(provider: Scores) -> None:
    """Let the room that knows the work done count the figures."""
    _scores.append(provider)


@dataclass(frozen=True)
class Standing:
    """What one worker has. `proofs` by credential, `tests` the newest percent by test, pools by state."""

    score: Score = Score()
    proofs: Mapping[int, Proof] = field(default_factory=dict)
    signed: frozenset[int] = frozenset()
    tests: Mapping[int, int] = field(default_factory=dict)
    passed: frozenset[int] = frozenset()
    pools: Mapping[int, str] = field(default_factory=dict)

    @property
    def member_of(self) -> list[int]:
        return [pk for pk, state in self.pools.items() if state == PoolMemberState.ACTIVE]

    @property
    def proved(self) -> list[int]:
        return [pk for pk, proof in self.proofs.items() if proof.counts]


Asker = Callable[[int, Q], bool]
_askers: list[Asker] = []


def register_asker(asks: Asker) -> None:
    """Let an upper room say whether something that a worker may see asks for lines of this kind: (worker id, lines)."""
    _askers.append(asks)


def may_read(worker: Worker, what: Agreement | Test) -> bool:
    """Whether a worker may open an agreement or a test: it is asked where the worker may look, or was done before."""
    if isinstance(what, Agreement):
        lines = Q(agreement=what)
        was_done = Signature.objects.filter(worker=worker, version__agreement=what).exists()
    else:
        lines = Q(test=what)
        was_done = TestResult.objects.filter(worker=worker, test=what).exists()
    if was_done:
        return True
    sets = Requirement.objects.filter(lines).values("set")
    by_pool = seen_by_worker(worker).filter(requirements__in=sets)
    return by_pool.exists() or any(asks(worker.pk, lines) for asks in _askers)


def lines_of(some: RequirementSet) -> list[Requirement]:
    """The lines of a set with what they name. One query."""
    return list(named(Requirement.objects.filter(set=some)))


def named(lines: Any) -> Any:
    """The lines with what they name, for `judge` and `words_of`."""
    return lines.select_related("credential", "agreement", "test", "pool")


def set_marks(some: RequirementSet | None, workers: Iterable[Worker]) -> dict[int, list[Mark]]:
    """How these workers stand to a set, by worker id; without a set nothing is asked."""
    return judge(lines_of(some) if some else [], [worker.pk for worker in workers])


def of_set(set_id: int, worker: Worker) -> list[Mark]:
    """How a worker stands to a set, as this worker may read it: for the doors of pools."""
    return told(judge(list(named(Requirement.objects.filter(set=set_id))), [worker.pk])[worker.pk])


def told(marks: Iterable[Mark]) -> list[Mark]:
    """The marks as their worker may read them. A pool that is a secret is nothing when it is met, and says nothing
    when it is not."""
    return [
        mark if mark.is_told else Mark(CHOSEN, met=False, overridden=mark.overridden)
        for mark in marks
        if mark.is_told or not mark.met
    ]


def judge(lines: Sequence[RequirementColumns], worker_ids: Iterable[int]) -> dict[int, list[Mark]]:
    """How each of these workers stands to each of these lines, in one query whatever their number."""
    ids = list(worker_ids)
    if not lines:
        return {pk: [] for pk in ids}
    found = standings(ids, {Kind(line.kind) for line in lines})
    return {pk: [_mark(line, found[pk]) for line in lines] for pk in ids}


def standings(ids: Sequence[int], kinds: Iterable[Kind] = tuple(Kind)) -> dict[int, Standing]:
    """What each of these workers has, as far as these kinds ask: one query."""
    asked, now = set(kinds), clock.now()
    columns = {name: made() for kind, (name, made) in HELD.items() if kind in asked}
    providers = _scores if asked & set(NUMBER_KINDS) else []
    for provider in providers:
        columns |= provider.beside(now)
    found = {}
    for held in Worker.objects.filter(pk__in=ids).values("pk", **columns):
        score = next((provider.read(held) for provider in providers), Score())
        found[held["pk"]] = _standing(score, held, last_day(now))
    return {pk: found.get(pk, Standing()) for pk in ids}


def _standing(score: Score, held: Mapping[str, Any], today: date) -> Standing:
    results = held.get("results_rows", ())
    newest = {one["test_id"]: one for one in results}
    return Standing(
        score,
        proofs(held.get("proofs_rows", ()), today),
        frozenset(one["version__agreement_id"] for one in held.get("signed_rows", ())),
        {pk: one["percent"] for pk, one in newest.items()},
        frozenset(pk for pk, one in newest.items() if one["percent"] >= one["test__pass_percent"]),
        {one["pool_id"]: one["state"] for one in held.get("pools_rows", ())},
    )


def _signed_rows() -> Rows:
    """Agreements whose newest version the worker signed: a new version asks again (domain.md 10, row 39)."""
    newer = AgreementVersion.objects.filter(
        agreement=OuterRef("version__agreement"), number__gt=OuterRef("version__number")
    )
    signed = Signature.objects.filter(worker=OuterRef("pk")).exclude(Exists(newer))
    return Rows(signed, ("version__agreement_id",))


def _result_rows() -> Rows:
    """The attempts at each test, the newest last."""
    rows = TestResult.objects.filter(worker=OuterRef("pk")).order_by("taken_on", "pk")
    return Rows(rows, ("test_id", "percent", "test__pass_percent"))


def _pool_rows() -> Rows:
    rows = PoolMember.objects.filter(worker=OuterRef("pk"), pool__is_active=True)
    return Rows(rows.exclude(between("pool__client", "worker")), ("pool_id", "state"))


HELD: Final[dict[Kind, tuple[str, Callable[[], Rows]]]] = {
    Kind.CREDENTIAL: ("proofs_rows", proof_rows),
    Kind.AGREEMENT: ("signed_rows", _signed_rows),
    Kind.TEST: ("results_rows", _result_rows),
    Kind.POOL: ("pools_rows", _pool_rows),
}
"""What a worker holds of each kind that is no figure: the column's name, and its rows."""


def met_q(one: Standing) -> Q:
    """The lines that somebody who has this meets, as a condition: the same rules as `judge`, for lists."""
    met = (
        Q(kind=Kind.CREDENTIAL, credential__in=one.proved)
        | Q(kind=Kind.AGREEMENT, agreement__in=one.signed)
        | Q(kind=Kind.TEST, test__in=one.passed)
        | Q(kind=Kind.POOL, pool__in=one.member_of)
        | Q(kind=Kind.CANCELLED, number__gte=one.score.cancelled)
        | Q(kind=Kind.ABANDONED, number__gte=one.score.abandoned)
    )
    for kind in PERCENT_KINDS:
        good, counted = _share(kind, one.score)
        if counted:
            met |= Q(kind=kind, number__lte=100 * good // counted)
    return met


def words_of(line: RequirementColumns, *, to_others: bool = False) -> str:
    """One requirement in words, without anybody's standing. `to_others`: only public pools are named."""
    kind = Kind(line.kind)
    if line.number is not None:
        return f"{kind.label} {line.number}{' %' if kind in PERCENT_KINDS else ''}"
    if line.credential is not None:
        return str(line.credential)  # it says itself what kind it is
    if to_others and line.pool is not None and line.pool.visibility != PoolVisibility.PUBLIC:
        return str(kind.label)
    return f"{kind.label}: {line.agreement or line.test or line.pool}"


def _share(kind: Kind, score: Score) -> tuple[int, int]:
    return score.satisfaction if kind == Kind.SATISFACTION else score.on_time


def _mark(line: RequirementColumns, one: Standing) -> Mark:
    kind = Kind(line.kind)
    rule = {
        Kind.CREDENTIAL: _credential,
        Kind.AGREEMENT: _agreement,
        Kind.TEST: _test,
        Kind.POOL: _pool,
    }.get(kind, _number)
    return rule(line, one)


def _number(line: RequirementColumns, one: Standing) -> Mark:
    """Shares have a minimum, counts a maximum. A share of nothing meets no minimum: there is nothing to go by."""
    kind, number = Kind(line.kind), line.number or 0
    if kind in PERCENT_KINDS:
        good, counted = _share(kind, one.score)
        met = counted > 0 and 100 * good >= number * counted
        note = f"{100 * good // counted}% of {counted}" if counted else "nothing counted yet"
    else:
        count = one.score.cancelled if kind == Kind.CANCELLED else one.score.abandoned
        met, note = count <= number, f"{count}, {PERIODS[kind]}"
    link = address("assignments:scorecard")
    return Mark(
        words_of(line),
        met,
        link=f"{link}{FIGURES[kind]}/" if link else "",
        link_words="See what counts",
        note=note,
    )


def _credential(line: RequirementColumns, one: Standing) -> Mark:
    proof = one.proofs.get(line.credential_id or 0, Proof())
    return Mark(
        words_of(line),
        proof.counts,
        link=proof.link or f"{reverse('workers:add_evidence')}?credential={line.credential_id}",
        link_words=proof.link_words or "Add it",
        note=proof.note,
    )


def _agreement(line: RequirementColumns, one: Standing) -> Mark:
    link = reverse("clients:agreement_text", args=[line.agreement_id])
    return Mark(words_of(line), line.agreement_id in one.signed, link=link, link_words="Read and sign")


def _test(line: RequirementColumns, one: Standing) -> Mark:
    percent = one.tests.get(line.test_id or 0)
    link = reverse("clients:test_about", args=[line.test_id])
    note = "" if percent is None else f"{percent}%"
    return Mark(words_of(line), line.test_id in one.passed, link=link, link_words="How to take it", note=note)


def _pool(line: RequirementColumns, one: Standing) -> Mark:
    pool: Pool = line.pool  # type: ignore[assignment]
    state = one.pools.get(pool.pk)
    met = state == PoolMemberState.ACTIVE
    knows = pool.visibility == PoolVisibility.PUBLIC or (
        pool.visibility == PoolVisibility.INVITE_ONLY and state in CURRENT
    )
    link = reverse("clients:my_pool", args=[pool.pk]) if knows and pool.is_active else ""
    return Mark(words_of(line), met, link=link, link_words="See how to join", is_told=knows)
