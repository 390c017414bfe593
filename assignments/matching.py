"""Best match, with its reasons: what is looked at, how much each thing weighs, and what it gave this worker.

No black box: the page shows every factor in words with its weight. The core is pure and monotone: more of a good
thing never lowers anybody's points (tests/assignments/test_matching.py). Nothing else about a person is looked at.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q

from assignments.candidates import distance
from assignments.models import Assignment, Engagement
from assignments.requirements import Lines, Mark, marks, marks_of
from assignments.scorecard import NONE, Scorecard, Share, cards
from assignments.states import EngagementEnd
from common.money import Money
from common.when import miles
from workers.models import Skill, Worker

VERSION = 1
"""Grows when a weight or a rule below changes; the page names it."""
FAR_MILES = 100.0
"""From here on distance gives nothing."""
DEAR = 0.5
"""A total that is so much above the posted one gives nothing for cost: 0.5 is half again."""
FAMILIAR = 5
"""Completed assignments in the industry that count in full."""


@dataclass(frozen=True, slots=True)
class Ask:
    """What an offer would mean: the client's total at most, and whether it keeps the posted schedule."""

    total: Money
    keeps_schedule: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one worker for one assignment. `miles_away` is None where a place is not known."""

    skills: Share = NONE
    requirements: Share = NONE
    on_time: Share = NONE
    satisfaction: Share = NONE
    in_industry: int = 0
    for_client: int = 0
    is_remote: bool = False
    miles_away: float | None = None
    ask: Ask | None = None
    posted_total: Money | None = None


@dataclass(frozen=True, slots=True)
class Factor:
    """One reason: its weight among all, the part of it that the worker gets (0 to 1), and why."""

    name: str
    weight: int
    share: float
    words: str

    @property
    def tenths(self) -> int:
        """Tenths of a point that it gives: whole ones, so that what the page shows adds up to what is ranked."""
        return int(10 * self.weight * self.share + 1e-9)

    @property
    def gave(self) -> float:
        return self.tenths / 10


@dataclass(frozen=True, slots=True)
class Match:
    """How well a worker fits an assignment: 0 to 100 points, the facts they rest on, and the factors, the heaviest
    first."""

    worker: Worker
    points: int
    facts: Facts
    factors: tuple[Factor, ...]
    marks: tuple[Mark, ...] = ()
    """How the worker stands to each requirement."""

    @property
    def gave(self) -> float:
        """All that the factors gave, of `weight`."""
        return sum(one.tenths for one in self.factors) / 10

    @property
    def weight(self) -> int:
        return sum(one.weight for one in self.factors)


def rank(
    row: Assignment,
    workers: Sequence[Worker],
    asks: Mapping[int, Ask] | None = None,
    lines: Lines | None = None,
) -> list[Match]:
    """The workers, best match first; ties by distance, then by who came first. A constant number of queries.

    `asks` by worker id: with offers cost and schedule count too. Workers need `user` and `skills` loaded. `lines`: the
    requirements, where they are read already.
    """
    met, by_id = marks(row, workers, lines), {worker.pk: worker for worker in workers}
    known = _facts(row, workers, asks or {}, met)
    return [_match(by_id[pk], known[pk], met[pk]) for pk in ordered(known)]


def fits(worker: Worker, rows: Sequence[Assignment]) -> dict[int, Match]:
    """How well one worker fits each of these rows, best first, by assignment id: the same rule, asked for Find Work.

    A constant number of queries; rows need `skills` loaded, and requirements.with_lines. Ties by distance, then by the
    older assignment.
    """
    met = marks_of(worker, rows)
    known = _own_facts(worker, rows, met)
    return {pk: _match(worker, known[pk], met[pk]) for pk in ordered(known)}


def ordered(known: Mapping[int, Facts]) -> list[int]:
    """The keys (ids of workers, or of assignments), best match first."""
    return sorted(known, key=lambda pk: (-exact(factors(known[pk])), _far(known[pk]), pk))


def _match(worker: Worker, facts: Facts, met: Iterable[Mark]) -> Match:
    found = factors(facts)
    return Match(worker, points(found), facts, found, tuple(met))


def points(found: Sequence[Factor]) -> int:
    """0 to 100, rounded down so that 100 is only said of all."""
    return int(100 * exact(found) + 1e-9)


def exact(found: Sequence[Factor]) -> float:
    """The part that was given of all that could be: 0 to 1."""
    return sum(one.tenths for one in found) / sum(10 * one.weight for one in found)


def factors(facts: Facts) -> tuple[Factor, ...]:
    """The reasons for one worker. Cost and schedule only count where there is an offer."""
    rules = [*_OFFER_RULES, *_RULES] if facts.ask is not None else _RULES
    found = [Factor(name, weight, *rule(facts)) for name, weight, rule in rules]
    return tuple(sorted(found, key=lambda one: -one.weight))


def _far(facts: Facts) -> float:
    return FAR_MILES * 100 if facts.miles_away is None else facts.miles_away


def smoothed(share: Share) -> float:
    """A share that starts at one half and needs some work to get far from it: one good job is no proof yet."""
    return (share.good + 1) / (share.counted + 2)


def _cost(facts: Facts) -> tuple[float, str]:
    if facts.ask is None or facts.posted_total is None or facts.posted_total.minor <= 0:
        return 1.0, "Nothing to compare"
    over = facts.ask.total - facts.posted_total
    if over.minor <= 0:
        return 1.0, f"Costs you {-over} less than posted" if over.minor else "Costs you no more than posted"
    share = max(0.0, 1 - over.minor / (facts.posted_total.minor * DEAR))
    return share, f"Costs you {over} more than posted"


def _schedule(facts: Facts) -> tuple[float, str]:
    keeps = facts.ask is not None and facts.ask.keeps_schedule
    return float(keeps), "Keeps your schedule" if keeps else "Asks for another schedule"


def _distance(facts: Facts) -> tuple[float, str]:
    if facts.is_remote:
        return 1.0, "Remote work: distance does not count"
    if facts.miles_away is None:
        return 0.0, "Distance not known"
    return max(0.0, 1 - facts.miles_away / FAR_MILES), f"{miles(facts.miles_away)} from the site"


def _on_time(facts: Facts) -> tuple[float, str]:
    return smoothed(facts.on_time), _of(facts.on_time, "On time", "No work to count for On-Time yet")


def _satisfaction(facts: Facts) -> tuple[float, str]:
    return smoothed(facts.satisfaction), _of(facts.satisfaction, "Satisfaction", "No ratings yet")


def _skills(facts: Facts) -> tuple[float, str]:
    good, asked = facts.skills.good, facts.skills.counted
    if not asked:
        return 1.0, "No skills asked"
    return good / asked, f"{good} of {asked} skills"


def _requirements(facts: Facts) -> tuple[float, str]:
    good, asked = facts.requirements.good, facts.requirements.counted
    if not asked:
        return 1.0, "No requirements"
    return good / asked, f"{good} of {asked} requirements met"


def _industry(facts: Facts) -> tuple[float, str]:
    n = facts.in_industry
    words = f"{n} completed in this industry" if n else "Nothing completed in this industry"
    return min(n, FAMILIAR) / FAMILIAR, words


def _known(facts: Facts) -> tuple[float, str]:
    n = facts.for_client
    return float(n > 0), f"{n} completed together" if n else "Nothing completed together yet"


def _of(share: Share, what: str, none: str) -> str:
    return f"{what} {share.words} of {share.counted}" if share.counted else none


_OFFER_RULES: list[tuple[str, int, Callable[[Facts], tuple[float, str]]]] = [
    ("Cost", 25, _cost),
    ("Schedule", 10, _schedule),
]
_RULES: list[tuple[str, int, Callable[[Facts], tuple[float, str]]]] = [
    ("Distance", 15, _distance),
    ("On-Time", 15, _on_time),
    ("Satisfaction", 10, _satisfaction),
    ("Skills", 10, _skills),
    ("Requirements", 5, _requirements),
    ("Industry", 5, _industry),
    ("Worked together", 5, _known),
]


def _facts(
    row: Assignment, workers: Sequence[Worker], asks: Mapping[int, Ask], met: Mapping[int, list[Mark]]
) -> dict[int, Facts]:
    """What the core needs to know of each worker, in a constant number of queries."""
    ids = [worker.pk for worker in workers]
    asked, scores = list(row.skills.all()), cards(ids)
    industry, client = _completed(row, ids)
    return {
        worker.pk: Facts(
            skills=_shared(asked, worker.skills.all()),
            requirements=_share_of(met[worker.pk]),
            on_time=_newest(scores[worker.pk], "on_time"),
            satisfaction=scores[worker.pk].all_time.satisfaction,
            in_industry=industry.get(worker.pk, 0),
            for_client=client.get(worker.pk, 0),
            is_remote=row.is_virtual,
            miles_away=distance(worker, row),
            ask=asks.get(worker.pk),
            posted_total=row.cost_most.total,
        )
        for worker in workers
    }


def _own_facts(worker: Worker, rows: Sequence[Assignment], met: Mapping[int, list[Mark]]) -> dict[int, Facts]:
    """The same of one worker for many rows."""
    score, own = cards([worker.pk])[worker.pk], list(worker.skills.all())
    done = Engagement.objects.filter(worker=worker, end=EngagementEnd.COMPLETED).order_by()
    industry = dict(done.values_list("assignment__industry").annotate(n=Count("pk")))
    client = dict(done.values_list("assignment__client_id").annotate(n=Count("pk")))
    return {
        row.pk: Facts(
            skills=_shared(row.skills.all(), own),
            requirements=_share_of(met[row.pk]),
            on_time=_newest(score, "on_time"),
            satisfaction=score.all_time.satisfaction,
            in_industry=industry.get(row.industry, 0) if row.industry else 0,
            for_client=client.get(row.client_id, 0),
            is_remote=row.is_virtual,
            miles_away=distance(worker, row),
        )
        for row in rows
    }


def _shared(asked: Iterable[Skill], own: Iterable[Skill]) -> Share:
    """How many of the asked skills are among the own ones."""
    wanted = {skill.pk for skill in asked}
    return Share(len(wanted & {skill.pk for skill in own}), len(wanted))


def _share_of(met: Iterable[Mark]) -> Share:
    """An override lets apply; it does not make a requirement met."""
    found = [mark.met for mark in met]
    return Share(sum(found), len(found))


def _newest(score: Scorecard, key: str) -> Share:
    """The last three months, or all time for somebody who rested (domain.md 6.1 shows both)."""
    recent = score.recent.share(key)
    return recent if recent and recent.counted else (score.all_time.share(key) or NONE)


def _completed(row: Assignment, ids: Sequence[int]) -> tuple[dict[int, int], dict[int, int]]:
    """Completed assignments by worker: in this industry, and for this client."""
    rows = Engagement.objects.filter(worker_id__in=ids, end=EngagementEnd.COMPLETED).order_by()
    counted = rows.values_list("worker_id").annotate(
        industry=Count("pk", filter=Q(assignment__industry=row.industry) & ~Q(assignment__industry="")),
        client=Count("pk", filter=Q(assignment__client_id=row.client_id)),
    )
    found = list(counted)
    return {pk: industry for pk, industry, _ in found}, {pk: client for pk, _, client in found}
