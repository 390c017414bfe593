"""Tables as CSV that a spreadsheet opens without running anything."""

import csv
import io
from collections.abc import Iterable, Sequence

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")


def safe(value: object) -> str:
    """A cell that no spreadsheet takes for a formula: such texts get an apostrophe in front."""
    text = str(value)
    return f"'{text}" if text.startswith(_DANGEROUS) else text


def as_csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A whole table; numbers stay numbers, texts are made safe."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([cell if isinstance(cell, int) or _is_number(cell) else safe(cell) for cell in row])
    return text.getvalue()


def _is_number(cell: object) -> bool:
    return type(cell).__name__ == "Decimal"
