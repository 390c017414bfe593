"""Figures about workers that rooms above compute (ratings, assignments done): asked once for a whole page."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure ready for a page: "On time", "98%", and the icon in front where there is one."""

    label: str
    value: str
    icon: str = ""


Provider = Callable[[Sequence[int]], dict[int, list[Figure]]]

_providers: list[Provider] = []


def register(provider: Provider) -> None:
    """Let an upper room add figures; it gets worker ids and answers for those it knows, in few queries."""
    _providers.append(provider)


def figures(worker_ids: Sequence[int]) -> dict[int, list[Figure]]:
    """All figures of these workers, in the order of registration."""
    found: dict[int, list[Figure]] = {worker_id: [] for worker_id in worker_ids}
    for provider in _providers:
        for worker_id, rows in provider(worker_ids).items():
            found[worker_id] += rows
    return found
