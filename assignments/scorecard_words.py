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
    share = period.share(rule.key)
    if share is None:
        count = period.count(rule.key)
        note = f"{period.cancelled_late} late, {period.cancelled_with_notice} with notice"
        return Cell(str(count), note if rule.key == "cancelled" and count else "", None, url if count else "")
    if share.percent is None:
        return Cell("–", "Nothing counted yet", None, "")
    return Cell(share.words, f"{share.good} of {share.counted}", int(share.percent), url)
