"""A scorecard in words, for the pages that show one."""

from dataclasses import dataclass

from assignments.scorecard import RULES, Period, Rule, Scorecard

RECENT = "recent"
PERIODS = {RECENT: "Last 3 months", "all": "All time"}


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure of one period: the number in words, what it is made of, its percent where it is a share."""

    value: str
    note: str
    percent: int | None
    url: str


@dataclass(frozen=True, slots=True)
class Line:
    """One figure with its cells in the order of PERIODS."""

    rule: Rule
    cells: tuple[Cell, ...]

    @property
    def named(self) -> list[tuple[Cell, str]]:
        """Each cell with the words of its period."""
        return list(zip(self.cells, PERIODS.values(), strict=True))


def lines(card: Scorecard, base: str) -> list[Line]:
    """The card as the page draws it; `base` is the address below which the receipts are."""
    periods = {RECENT: card.recent, "all": card.all_time}
    return [
        Line(
            rule,
            tuple(cell(rule, period, f"{base}{rule.slug}/?period={key}") for key, period in periods.items()),
        )
        for rule in RULES.values()
    ]


def cell(rule: Rule, period: Period, url: str = "") -> Cell:
    """One figure of one period; `url` is where its receipts are."""
    share, waits = period.share(rule.key), period.waiting(rule.key)
    notes = [f"{waits} open, not counted yet"] if waits else []
    if share is None:
        count = period.count(rule.key)
        if rule.key == "cancelled":
            notes = [*_cancelled(period), *notes]
        return Cell(str(count), ", ".join(notes), None, url if count or notes else "")
    if share.percent is None:
        return Cell("–", ", ".join(notes) or "Nothing counted yet", None, url if notes else "")
    return Cell(share.words, ", ".join([f"{share.good} of {share.counted}", *notes]), int(share.percent), url)


def _cancelled(period: Period) -> list[str]:
    """Late ones where there are such, and those with notice, which do not count."""
    late = [f"{period.cancelled_late} late"] if period.cancelled_late else []
    return [*late, f"{period.noticed} with notice not counted"] if period.noticed else late
