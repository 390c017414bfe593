"""P13: both systems side by side. Each round asks each side once, one after the other, after a warm-up."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final, TypeVar

from benchmarks.measure import LEAST_ROUNDS, Result, at_least, median
from benchmarks.peers.sides import Change, Helpdesk, Onsite, Side

Found = TypeVar("Found")
WARM: Final = 3
LISTS: Final = {
    "as it opens": "the list as it opens (peer: open tickets only)",
    "all stages": "the list over all stages, newest first",
    "one stage": "the list of one stage",
    "one word": "one word over all stages",
}
CHANGES: Final = 5
"""Changes of each side in a round."""


def in_turn(
    sides: tuple[Side, Side], step: Callable[[Side], Found], rounds: int, warm: int = WARM
) -> dict[str, list[Found]]:
    """What each side's step returned in each round that counts: a busy moment meets both."""
    found: dict[str, list[Found]] = {side.name: [] for side in sides}
    for number in range(warm + max(rounds, LEAST_ROUNDS)):
        for side in sides:
            value = step(side)
            if number >= warm:
                found[side.name].append(value)
    return found


def lists(sides: tuple[Side, Side], rounds: int) -> list[Result]:
    """Until 50 rows are there: Onsite's page holds them, the peer's asks for them in a second request."""
    return [
        at_least("P13", words, *_medians(in_turn(sides, partial(_rows, which=which), rounds)), 10)
        for which, words in LISTS.items()
    ]


def _rows(side: Side, which: str) -> float:
    return side.rows(which)


def detail(sides: tuple[Side, Side], rounds: int) -> list[Result]:
    """One row's page, of another row each time."""
    found = in_turn(sides, lambda side: side.detail(), rounds * 3)
    return [at_least("P13", "the page of one row", *_medians(found), 1.5)]


def changes(sides: tuple[Side, Side], rounds: int) -> list[Result]:
    """Changes a second by one person, each looked up in the database: the form's page, sending it, the page after."""
    found = in_turn(sides, lambda side: [side.change() for _ in range(CHANGES)], rounds)
    return [
        rate(
            "verified changes of state, with the form's page and the page after", found, lambda one: one.whole
        ),
        rate("the same, sending alone", found, lambda one: one.sent),
    ]


def rate(what: str, found: Mapping[str, list[list[Change]]], part: Callable[[Change], float]) -> Result:
    """Changes a second: the median over the rounds, of each side."""
    ours, other = (
        median([len(some) * 1_000 / sum(map(part, some)) for some in found[name]])
        for name in (Onsite.name, Helpdesk.name)
    )
    ratio = ours / other
    return Result("P13", what, f"{ours:.1f}/s", f"{other:.1f}/s", f"{ratio:.2f}x", ">= 5x", ratio >= 5)


def _medians(found: Mapping[str, list[float]]) -> tuple[float, float]:
    return median(found[Onsite.name]), median(found[Helpdesk.name])
