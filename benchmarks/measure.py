"""How two sides are compared: interleaved, warmed up, the median of at least five rounds, both sides told."""

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

LEAST_ROUNDS: Final = 5


@dataclass(frozen=True)
class Result:
    """One line of the table. `ratio` is compared with the goal; `met` None where there is no goal for this line."""

    goal: str
    what: str
    ours: str
    other: str
    ratio: str
    wanted: str
    met: bool | None = None

    @property
    def line(self) -> str:
        verdict = "" if self.met is None else "yes" if self.met else "**no**"
        return f"| {self.goal} | {self.what} | {self.ours} | {self.other} | {self.ratio} | {self.wanted} | {verdict} |"


HEAD: Final = "| goal | what | ours | other side | ratio | wanted | met |\n|---|---|---:|---:|---:|---|---|"


def interleaved(
    sides: Mapping[str, Callable[[], object]], rounds: int, warm: int = 2
) -> dict[str, list[float]]:
    """Milliseconds of each side, one after the other in each round, so that a busy moment meets them all."""
    took: dict[str, list[float]] = {name: [] for name in sides}
    for number in range(warm + max(rounds, LEAST_ROUNDS)):
        for name, step in sides.items():
            began = time.perf_counter()
            step()
            spent = (time.perf_counter() - began) * 1_000
            if number >= warm:
                took[name].append(spent)
    return took


def median(found: list[float]) -> float:
    return statistics.median(found)


def p95(found: list[float]) -> float:
    return sorted(found)[min(int(len(found) * 0.95), len(found) - 1)]


def ms(value: float) -> str:
    return f"{value:,.1f} ms"


def at_most(goal: str, what: str, ours: float, other: float, limit: float) -> Result:
    """A ratio of times that may not be larger than the limit."""
    ratio = ours / other
    return Result(goal, what, ms(ours), ms(other), f"{ratio:.2f}x", f"<= {limit:g}x", ratio <= limit)


def at_least(goal: str, what: str, ours: float, other: float, limit: float) -> Result:
    """How many times as fast as the other side, from the times of both."""
    ratio = other / ours
    return Result(goal, what, ms(ours), ms(other), f"{ratio:.2f}x", f">= {limit:g}x", ratio >= limit)
