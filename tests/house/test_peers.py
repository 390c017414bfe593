"""How `make bench-peers` reads what it measured."""

from typing import Any

import pytest

from benchmarks.peers.compare import rate
from benchmarks.peers.phone import lines, look
from benchmarks.peers.sides import Change, Helpdesk, Onsite

PAGE = "http://127.0.0.1:8000/home/"


def report(**more: Any) -> dict[str, Any]:
    """A report of Lighthouse, cut to what is read."""
    items = [
        {"url": PAGE, "transferSize": 9_000},
        {"url": f"{PAGE}portal.97930458241a.css", "transferSize": 50_500},
        {"url": "data:"},
    ]
    audits = {
        "network-requests": {"details": {"items": items}},
        "cumulative-layout-shift": {"numericValue": 0.0},
    }
    categories = {"performance": {"score": 0.97}}
    return {
        "requestedUrl": PAGE,
        "finalDisplayedUrl": PAGE,
        "audits": audits,
        "categories": categories,
        **more,
    }


def test_a_report_gives_score_bytes_and_shift() -> None:
    found = look(report())
    assert (found.score, found.sent, found.shift) == (97, 59_500, 0.0)
    assert found.largest[:2] == [("portal.css", 50_500), ("the page", 9_000)]
    assert [one.met for one in lines("home", [found])] == [True, True, True]


@pytest.mark.parametrize(
    "more", [{"runtimeError": {"code": "NO_FCP"}}, {"finalDisplayedUrl": f"{PAGE}login/"}]
)
def test_another_page_than_the_asked_one_is_no_figure(more: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="/home/"):
        look(report(**more))


def test_a_rate_is_the_median_of_the_rounds_over_the_wire() -> None:
    ours = [[Change(10, 30, 10)] * 2, [Change(10, 15, 0)] * 2, [Change(100, 100, 50)] * 2]
    theirs = [[Change(100, 100, 50)] * 2] * 3
    found = rate("changes", {Onsite.name: ours, Helpdesk.name: theirs}, lambda one: one.whole)
    assert (found.ours, found.other, found.ratio, found.met) == ("20.0/s", "4.0/s", "5.00x", True)
