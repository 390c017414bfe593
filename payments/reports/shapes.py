"""A report as data: columns, and lines in blocks of one currency each. Page, picture and file draw the same."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Final

from common.money import Money
from common.when import minutes

Cell = Money | int | str | timedelta | Decimal | None
MOST_BARS: Final = 12
"""So many lines of a block without a calendar are drawn, the largest ones."""
LONGEST: Final = 30
"""Characters of a label in a picture: what fits at 390 px beside an amount. The table has the whole."""
ROW: Final = 40
"""Height of one line of a picture, in px."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row: its words, its cells, and the length of its bar (the value that the picture shows)."""

    label: str
    cells: tuple[Cell, ...]
    size: float
    shown: str = ""

    @property
    def is_zero(self) -> bool:
        """Whether there is nothing in it: on a phone the picture says so, and the table leaves it out."""
        return not any(self.cells)


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: `width` is an attribute such as "43.2%"; `y` values are px from the top."""

    label: str
    whole: str
    value: str
    width: str
    text_y: int
    bar_y: int


@dataclass(frozen=True, slots=True)
class Block:
    """The lines of one currency ("" where no money is counted). Sums are never made across blocks."""

    currency: str
    lines: tuple[Line, ...]
    total: tuple[Cell, ...] = ()
    by_time: bool = False

    @property
    def drawn(self) -> tuple[Line, ...]:
        """What is in the picture: all of a calendar, else the largest."""
        if self.by_time or len(self.lines) <= MOST_BARS:
            return self.lines
        return tuple(sorted(self.lines, key=lambda line: -line.size)[:MOST_BARS])

    @property
    def left_out(self) -> int:
        return len(self.lines) - len(self.drawn)

    @property
    def height(self) -> int:
        """Of the picture, in px."""
        return ROW * len(self.drawn)

    @property
    def bars(self) -> list[Bar]:
        most = max((line.size for line in self.drawn), default=0) or 1
        return [
            Bar(
                label=short(line.label),
                whole=line.label,
                value=line.shown or written(line.cells[-1]),
                width=f"{max(line.size, 0) / most * 100:.1f}%",
                text_y=n * ROW + 15,
                bar_y=n * ROW + 22,
            )
            for n, line in enumerate(self.drawn)
        ]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: (column, words) of each cell."""

    label: str
    cells: tuple[tuple[str, str], ...]
    is_zero: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """`key` names it in addresses. `said` is the sentence above it; `empty` the one in its place without lines."""

    key: str
    title: str
    said: str
    first: str
    columns: tuple[str, ...]
    blocks: tuple[Block, ...]
    empty: str
    drawn: str
    """What the bars of its picture show, in words."""

    @property
    def tables(self) -> list[tuple[Block, list[Row], Row]]:
        """Each block with its lines and its total as the page writes them."""
        return [
            (
                block,
                [self._row(line.label, line.cells, is_zero=line.is_zero) for line in block.lines],
                self._row("Total", block.total),
            )
            for block in self.blocks
        ]

    def _row(self, label: str, cells: Sequence[Cell], *, is_zero: bool = False) -> Row:
        return Row(label, tuple(zip(self.columns, map(written, cells), strict=True)), is_zero)

    @property
    def has_money(self) -> bool:
        return any(block.currency for block in self.blocks)

    def header(self) -> list[str]:
        """The first row of its file."""
        return [self.first, *self.columns, *(["Currency"] if self.has_money else [])]

    def rows(self) -> Iterator[Sequence[object]]:
        """Its file: amounts as numbers, lengths in minutes, without totals."""
        for block in self.blocks:
            for line in block.lines:
                cells = [plain(cell) for cell in line.cells]
                yield [line.label, *cells, *([block.currency] if self.has_money else [])]


def written(cell: Cell) -> str:
    """A cell in words."""
    match cell:
        case None:
            return "–"
        case Money():
            return str(cell).replace("-", "−")
        case Decimal():
            return f"{cell} %"
        case timedelta():
            return minutes(int(cell.total_seconds()) // 60)
        case _:
            return str(cell)


def plain(cell: Cell) -> object:
    """A cell for a file."""
    match cell:
        case None:
            return ""
        case Money():
            return cell.decimal()
        case timedelta():
            return int(cell.total_seconds()) // 60
        case _:
            return cell


def short(label: str) -> str:
    """A label that fits into a picture."""
    return label if len(label) <= LONGEST else label[: LONGEST - 1].rstrip() + "…"


def share(part: int, whole: int) -> Decimal | None:
    """So many percent with one decimal; None of nothing."""
    if not whole:
        return None
    return (Decimal(part * 100) / Decimal(whole)).quantize(Decimal("0.1"))
