"""Lists as files for a spreadsheet: CSV and XLSX, in constant memory, and no cell that a spreadsheet would run.

A row holds texts, numbers (int, Decimal) and instants; texts are made safe, numbers and instants stay what they are.
"""

import csv
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from io import StringIO
from typing import TYPE_CHECKING, Any, Final, TypeVar

from django.db.models import Model
from django.http import FileResponse, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from xlsxwriter import Workbook

from common import limits

if TYPE_CHECKING:
    from django.db.models import QuerySet

Response = TypeVar("Response", bound=HttpResponseBase)
Listed = TypeVar("Listed", bound=Model)
Rows = Iterable[Sequence[object]]
FORMATS: Final = {"csv": "CSV", "xlsx": "XLSX"}
MOST: Final = 50_000
"""Rows of one file. What lies beyond is not written, and the last line says so."""
CUT: Final = f"Only the first {MOST:,} rows are in this file. Narrow the list to get the others."
DANGEROUS: Final = "=+-@\t\r\n\x00＝＋－＠"
"""What makes a spreadsheet take a text for a formula when it stands first (OWASP, CSV injection)."""
LONGEST: Final = 32_767
"""Characters that a cell of a spreadsheet holds."""
READ_AT_ONCE: Final = 500
"""Rows that a list reads from the database at a time."""
EXPORTS: Final = 60
EXPORTS_WITHIN: Final = timedelta(minutes=10)
EXPORTS_FROM_ADDRESS: Final = 600
"""So many files a person, and an address, may ask for in that time."""
_CHUNK: Final = 200


def is_dangerous(text: str) -> bool:
    """Whether a spreadsheet might run a cell with this text. Leading spaces and apostrophes do not hide a formula."""
    bare = text.lstrip(" '")
    return bool(bare) and bare[0] in DANGEROUS


def safe(text: str) -> str:
    """The text of a CSV cell: an apostrophe stands before what could start a formula."""
    return f"'{text}" if is_dangerous(text) else text


def unsafe(text: str) -> str:
    """The reverse of `safe`, for files that come back: unsafe(safe(text)) == text for every text."""
    return text[1:] if text.startswith("'") and is_dangerous(text[1:]) else text


def asked(request: HttpRequest) -> str:
    """The format that a list's address asks for (`?format=csv`), "" when it asks for the page."""
    wanted = request.GET.get("format", "")
    return wanted if wanted in FORMATS else ""


def read(rows: "QuerySet[Listed]") -> "Iterator[Listed]":
    """The rows of a list for a file: no more than it holds and the one that tells of more, some hundred at a time."""
    return rows[: MOST + 1].iterator(chunk_size=READ_AT_ONCE)


def links(request: HttpRequest, **more: str) -> list[tuple[str, str]]:
    """(words, address) of this very list as a file: the same filters and order, without its page.

    `more` are parameters that name one list of a page that has several.
    """
    found = []
    for key, words in FORMATS.items():
        kept = request.GET.copy()
        for name in ("page", "before"):
            kept.pop(name, None)
        for name, value in {**more, "format": key}.items():
            kept[name] = value
        found.append((words, f"?{kept.urlencode()}"))
    return found


def download(
    request: HttpRequest, kind: str, name: str, header: Sequence[str], rows: Rows
) -> HttpResponseBase:
    """The list as a file of that format (a key of FORMATS); `name` without its ending. Raises TooMany."""
    limits.spend(
        "export", request.user.pk, times=EXPORTS, within=EXPORTS_WITHIN, from_address=EXPORTS_FROM_ADDRESS
    )
    make = xlsx_response if kind == "xlsx" else csv_response
    return make(name, header, rows)


def csv_response(name: str, header: Sequence[str], rows: Rows) -> StreamingHttpResponse:
    """A CSV download, written while the rows are read. The mark at its start says that it is UTF-8."""
    made = StreamingHttpResponse(csv_lines(header, rows), content_type="text/csv; charset=utf-8")
    return _named(made, f"{name}.csv")


def xlsx_response(name: str, header: Sequence[str], rows: Rows) -> FileResponse:
    """An XLSX download: written row by row to a temporary file, which goes with the response."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    write_xlsx(file, header, rows)
    file.seek(0)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return _named(FileResponse(file, content_type=kind), f"{name}.xlsx")


def csv_lines(header: Sequence[str], rows: Rows) -> Iterator[str]:
    """The file in pieces of some hundred rows."""
    text = StringIO()
    writer = csv.writer(text)
    text.write("\ufeff")
    writer.writerow([safe(one) for one in header])
    for number, row in enumerate(_capped(rows), start=1):
        writer.writerow([_plain(cell) for cell in row])
        if number % _CHUNK == 0:
            yield _taken(text)
    yield _taken(text)


def write_xlsx(file: Any, header: Sequence[str], rows: Rows) -> None:
    """Write the workbook into a binary file. No cell is a formula or a link, whatever its text says."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(file, {**options, "strings_to_numbers": False}) as book:
        sheet = book.add_worksheet("Onsite")
        bold, quoted = book.add_format({"bold": True}), book.add_format({"quote_prefix": True})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        instant = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        sheet.freeze_panes(1, 0)
        for column, words in enumerate(header):
            sheet.write_string(0, column, words, bold)
        for number, row in enumerate(_capped(rows), start=1):
            for column, cell in enumerate(row):
                match cell:
                    case None | "":
                        continue
                    case bool():
                        sheet.write_string(number, column, _plain(cell))
                    case int() | Decimal():
                        sheet.write_number(number, column, cell)
                    case datetime():
                        sheet.write_datetime(number, column, cell.replace(tzinfo=None), instant)
                    case date():
                        sheet.write_datetime(number, column, cell, day)
                    case _:
                        text = _clean(str(cell))[:LONGEST]
                        sheet.write_string(number, column, text, quoted if is_dangerous(text) else None)


def _capped(rows: Rows) -> Iterator[Sequence[object]]:
    """At most MOST rows, and then the sentence that says so."""
    for number, row in enumerate(rows):
        if number == MOST:
            yield (CUT,)
            return
        yield row


def _plain(cell: object) -> str:
    """The text of a CSV cell. An instant keeps its zone's offset."""
    match cell:
        case None:
            return ""
        case bool():
            return "Yes" if cell else "No"
        case int() | Decimal():
            return str(cell)
        case datetime():
            return cell.isoformat(timespec="minutes")
        case date():
            return cell.isoformat()
    return safe(_clean(str(cell)))


def _clean(text: str) -> str:
    """Halves of characters, which no file can hold, become question marks."""
    return text.encode("utf-8", "replace").decode()


def _taken(text: StringIO) -> str:
    written = text.getvalue()
    text.seek(0)
    text.truncate()
    return written


def _named(made: Response, name: str) -> Response:
    made["Content-Disposition"] = f'attachment; filename="{name}"'
    made["Cache-Control"] = "private, no-store"
    return made
