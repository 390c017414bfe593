"""Exports: what a spreadsheet may do with a cell, and how much memory a long list takes."""

import csv
import re
import tracemalloc
import zipfile
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import BytesIO, StringIO
from zoneinfo import ZoneInfo

import pytest
from django.http import HttpRequest, QueryDict
from hypothesis import example, given
from hypothesis import strategies as st

from common import limits, tables
from common.limits import TooMany

FORMULAS = (
    "=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", "＝1", "＋1", "－1", "＠x", " =1+1", "'=1+1",
    "=cmd|' /C calc'!A0",
)  # fmt: skip
PLAIN = ("", "Store 4", "12 State Street", "a=b", "'quoted'", "5 - 3", "#12", "1/2")


def read(text: str) -> list[list[str]]:
    return list(csv.reader(StringIO(text.removeprefix("\ufeff"))))


def csv_of(header: list[str], rows: list[list[object]]) -> str:
    return "".join(tables.csv_lines(header, rows))


def workbook(header: list[str], rows: list[list[object]]) -> zipfile.ZipFile:
    file = BytesIO()
    tables.write_xlsx(file, header, rows)
    file.seek(0)
    return zipfile.ZipFile(file)


def sheet(header: list[str], rows: list[list[object]]) -> str:
    return workbook(header, rows).read("xl/worksheets/sheet1.xml").decode()


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_becomes_a_text(text: str) -> None:
    assert read(csv_of(["A"], [[text]]))[1][0] == f"'{text}"


@pytest.mark.parametrize("text", PLAIN)
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert tables.safe(text) == text


@given(st.text(max_size=30))
@example("''=1")
@example(" '-")
def test_nothing_is_lost_when_a_file_comes_back(text: str) -> None:
    assert tables.unsafe(tables.safe(text)) == text
    assert not tables.is_dangerous(text) or tables.safe(text).startswith("'")


def test_numbers_days_and_instants_stay_what_they_are() -> None:
    at = datetime(2026, 12, 1, 14, 0, tzinfo=UTC).astimezone(ZoneInfo("America/New_York"))
    row = [Decimal("-5.00"), 7, date(2026, 12, 1), at, None, True]
    header = ["=Amount", "N", "Day", "At", "Empty", "Yes"]
    assert read(csv_of(header, [row])) == [
        ["'=Amount", "N", "Day", "At", "Empty", "Yes"],
        ["-5.00", "7", "2026-12-01", "2026-12-01T09:00-05:00", "", "Yes"],
    ]
    text = sheet(header, [row])
    assert '<c r="A2"><v>-5.00</v></c>' in text or '<c r="A2"><v>-5</v></c>' in text
    assert re.search(r'<c r="D2" s="\d"><v>46357\.375</v></c>', text), (
        "December 1, 2026, 9:00 on the site's clocks"
    )


def test_no_cell_of_a_workbook_is_a_formula_or_a_link() -> None:
    book = workbook(["A"], [[text] for text in (*FORMULAS, "https://example.com", "00123")])
    text = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in text and "hyperlink" not in text.lower()
    assert "=cmd|' /C calc'!A0" in text
    styles = book.read("xl/styles.xml").decode()
    assert styles.count('quotePrefix="1"') == 1
    assert "<t>00123</t>" in text


def test_halves_of_characters_and_long_texts_do_not_break_a_file() -> None:
    rows = [["half \ud800 of one"], ["x" * 40_000], ["control \x01 sign"]]
    assert read(csv_of(["A"], [rows[0]]))[1] == ["half ? of one"]
    assert len(re.findall("x", sheet(["A"], [rows[1]]).split("<sheetData>")[1])) >= tables.LONGEST
    assert "_x0001_" in sheet(["A"], [rows[2]])


def test_a_file_ends_with_the_sentence_when_there_is_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MOST", 2)
    assert read(csv_of(["A"], [["1"], ["2"]])) == [["A"], ["1"], ["2"]]
    assert read(csv_of(["A"], [["1"], ["2"], ["3"]])) == [["A"], ["1"], ["2"], [tables.CUT]]


def test_memory_does_not_grow_with_the_rows() -> None:
    """Eight thousand rows take no more than one thousand did, in both formats."""

    def rows(count: int):
        return (["A title of some length", Decimal("12.50"), "Albany, NY"] for _ in range(count))

    def peak(run) -> int:
        tracemalloc.start()
        run()
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    def as_csv(count: int) -> None:
        for _ in tables.csv_lines(["A", "B", "C"], rows(count)):
            pass

    def as_xlsx(count: int) -> None:
        with open("/dev/null", "wb") as sink:
            tables.write_xlsx(_Unseekable(sink), ["A", "B", "C"], rows(count))

    for run in (as_csv, as_xlsx):
        run(10)
        few, many = peak(lambda run=run: run(1_000)), peak(lambda run=run: run(8_000))
        assert many < few * 1.5 + 100_000, (run, few, many)


class _Unseekable:
    """A file that only takes bytes, as a pipe does."""

    def __init__(self, sink) -> None:
        self.write, self.flush = sink.write, sink.flush


def test_the_addresses_of_a_list_as_a_file() -> None:
    request = HttpRequest()
    request.GET = QueryDict("q=wi-fi&stage=draft&page=abc&format=csv")
    assert tables.asked(request) == "csv"
    assert tables.links(request) == [
        ("CSV", "?q=wi-fi&stage=draft&format=csv"),
        ("XLSX", "?q=wi-fi&stage=draft&format=xlsx"),
    ]
    request.GET = QueryDict("format=exe")
    assert tables.asked(request) == ""


def test_a_person_may_ask_so_often_and_another_one_still_may(frozen: datetime, at) -> None:
    for _ in range(3):
        limits.spend("export", 7, times=3, within=timedelta(minutes=10))
    with pytest.raises(TooMany) as refused:
        limits.spend("export", 7, times=3, within=timedelta(minutes=10))
    assert refused.value.sentence == "This is possible 3 times in 10 minutes. Try again in 10 minutes."
    limits.spend("export", 8, times=3, within=timedelta(minutes=10))
    with at(frozen + timedelta(minutes=10)):
        limits.spend("export", 7, times=3, within=timedelta(minutes=10))
