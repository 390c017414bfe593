"""A CSV file as rows of text, whatever spreadsheet wrote it. Whatever cannot be read is refused in a sentence."""

import codecs
import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from itertools import islice
from typing import Any, Final

from common.errors import Invalid
from common.tables import unsafe

LARGEST_BYTES: Final = 5 * 1024 * 1024
MOST_ROWS: Final = 10_000
MOST_COLUMNS: Final = 100
LONGEST_CELL: Final = 10_000
SEPARATORS: Final = {",": "commas", ";": "semicolons", "\t": "tabs"}
ENCODINGS: Final = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "cp1252": "Windows-1252",
}
NO_TEXT: Final = "This is not a CSV file. In your spreadsheet, save it as “CSV UTF-8”, then choose that file."
_KNOWN: Final = (
    (b"PK\x03\x04", "This is a workbook, not a CSV file. In Excel choose Save As, then “CSV UTF-8”."),
    (
        b"\xd0\xcf\x11\xe0",
        "This is an old Excel file, not a CSV file. In Excel choose Save As, then “CSV UTF-8”.",
    ),
    (b"%PDF", "This is a PDF, not a CSV file. Save the table itself as “CSV UTF-8”."),
)
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SEP_LINE: Final = re.compile(r"\s*sep=(.)\s*")
_LOOKED_AT: Final = 50
"""Lines by which the separator is found."""


class Unreadable(Invalid):
    """The file cannot be taken; the sentence says what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, "file")


@dataclass(frozen=True, slots=True)
class Line:
    """A row below the headers. `number` is a spreadsheet's own; `surplus` are filled cells beyond the headers."""

    number: int
    cells: list[str]
    surplus: int = 0


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file that was read."""

    headers: list[str]
    lines: list[Line]
    encoding: str
    separator: str


def read(data: bytes) -> Sheet:
    """All rows of the file. Raises Unreadable."""
    text, encoding = decoded(data)
    separator, text = separator_of(text)
    records = _records(text, separator)
    headers = _headers(records)
    lines: list[Line] = []
    for number, cells in records:
        if not any(cell.strip() for cell in cells):
            continue
        if len(lines) == MOST_ROWS:
            raise Unreadable(f"The file has more than {MOST_ROWS:,} rows. Split it into several files.")
        lines.append(_line(number, cells, len(headers)))
    if not lines:
        raise Unreadable("The file has a first row with names, but no row below it.")
    return Sheet(headers, lines, ENCODINGS[encoding], separator)


def decoded(data: bytes) -> tuple[str, str]:
    """(text, encoding): by the mark at the start, else UTF-8 where it fits, else Windows-1252. Raises Unreadable."""
    if not data.strip():
        raise Unreadable("The file is empty. Choose another file.")
    if len(data) > LARGEST_BYTES:
        raise Unreadable("The file is larger than 5 MB. Split it into several files.")
    for mark, sentence in _KNOWN:
        if data.startswith(mark):
            raise Unreadable(sentence)
    if data.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise Unreadable(NO_TEXT)
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strictly(data[len(mark) :], encoding), encoding
    guessed = _without_mark(data)
    if guessed:
        return _strictly(data, guessed), guessed
    try:
        return _clean(data.decode("utf-8")), "utf-8"
    except UnicodeDecodeError:
        return _strictly(data, "cp1252"), "cp1252"


def _without_mark(data: bytes) -> str:
    """UTF-16 without its mark: every second byte of Western text is zero."""
    head = data[:4096]
    if len(head) < 4 or len(data) % 2:
        return ""
    odd, even = head[1::2].count(0) / len(head[1::2]), head[::2].count(0) / len(head[::2])
    if odd > 0.4 and even < 0.1:
        return "utf-16-le"
    return "utf-16-be" if even > 0.4 and odd < 0.1 else ""


def _strictly(data: bytes, encoding: str) -> str:
    try:
        return _clean(data.decode(encoding.removesuffix("-sig")))
    except UnicodeDecodeError:
        raise Unreadable(NO_TEXT) from None


def _clean(text: str) -> str:
    """The text without stray control signs. Many of them, or a NUL, mean that it is no text at all."""
    if "\x00" in text:
        line = text[: text.index("\x00")].count("\n") + 1
        raise Unreadable(
            f"Line {line} has signs that no text has (NUL). Save the table as “CSV UTF-8” again."
        )
    if len(_CONTROL.findall(text)) > max(8, len(text) // 200):
        raise Unreadable(NO_TEXT)
    return _CONTROL.sub(" ", text)


def separator_of(text: str) -> tuple[str, str]:
    """(separator, text without Excel's "sep=" line): that line, else what divides the first lines most evenly."""
    first, _, rest = text.partition("\n")
    said = _SEP_LINE.fullmatch(first)
    if said and said[1] in SEPARATORS:
        return said[1], "\n" + rest  # the line stays counted
    best, most = ",", (0.0, 0)
    for one in SEPARATORS:
        counts = Counter(len(cells) for cells in _sample(text, one))
        if not counts:
            continue
        columns, times = counts.most_common(1)[0]
        if columns > 1 and (times / counts.total(), columns) > most:
            best, most = one, (times / counts.total(), columns)
    return best, text


def _sample(text: str, separator: str) -> list[list[str]]:
    """The first records as they would be read, as far as that goes without an error."""
    found: list[list[str]] = []
    try:
        for cells in islice(csv.reader(StringIO(text, newline=""), delimiter=separator), _LOOKED_AT):
            if any(cell.strip() for cell in cells):
                found.append(cells)
    except csv.Error:
        pass
    return found


def _records(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """(number, cells) of every record; empty ones are counted too. Raises Unreadable where quotes do not match."""
    reader: Any = csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True)
    number = 0
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error:
            raise Unreadable(
                f"The quotes in line {line} do not match. Close them, and double each quote inside a text."
            ) from None
        if cells is None:
            return
        number += 1
        yield number, cells


def _headers(records: Iterator[tuple[int, list[str]]]) -> list[str]:
    """The words of the first row that is not empty."""
    for _, read in records:
        cells = list(read)
        if not any(cell.strip() for cell in cells):
            continue
        while cells and not cells[-1].strip():
            cells.pop()
        if len(cells) > MOST_COLUMNS:
            raise Unreadable(f"The first row has {len(cells)} columns. Up to {MOST_COLUMNS} are taken.")
        return [_header(cell, i) for i, cell in enumerate(cells)]
    raise Unreadable("The file is empty. Choose another file.")


def _header(cell: str, i: int) -> str:
    return " ".join(unsafe(cell).split())[:120] or f"Column {i + 1}"


def _line(number: int, cells: list[str], width: int) -> Line:
    """As many cells as there are headers. A cell that our own export made safe is taken back to what it was."""
    bare = [unsafe(cell.strip())[: LONGEST_CELL + 1] for cell in cells]
    surplus = sum(bool(cell) for cell in bare[width:])
    return Line(number, (bare + [""] * width)[:width], surplus)
