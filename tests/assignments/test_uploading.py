"""Reading files of all kinds of spreadsheets, guessing columns, and what cells mean. No database."""

import csv
from datetime import UTC, date, datetime, time
from io import StringIO
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignments.actions.content import Content, Wanted
from assignments.actions.defaults import Defaults
from assignments.states import PricingType, ScheduleKind
from assignments.uploading import cells, columns, reading
from assignments.uploading.cells import BadCell
from assignments.uploading.reading import Unreadable, read
from assignments.uploading.rules import PHOTOS, Facts, judge
from common import tables

TEXT = 'Title,City,Price\r\n"Café, till 4",Zürich,100\r\n\r\n"Line one\nline two",Albany,"1,204.50"\r\n'
LINES = [(2, ["Café, till 4", "Zürich", "100"]), (4, ["Line one\nline two", "Albany", "1,204.50"])]


def lines(data: bytes) -> list[tuple[int, list[str]]]:
    return [(line.number, line.cells) for line in read(data).lines]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (TEXT.encode(), "UTF-8"),
        (TEXT.encode("utf-8-sig"), "UTF-8"),
        (b"\xff\xfe" + TEXT.encode("utf-16-le"), "UTF-16"),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), "UTF-16"),
        (TEXT.encode("utf-16-le"), "UTF-16"),
        (TEXT.encode("utf-16-be"), "UTF-16"),
        (TEXT.encode("cp1252"), "Windows-1252"),
        (TEXT.replace("\r\n", "\n").encode(), "UTF-8"),
        (TEXT.replace("\r\n", "\r").encode(), "UTF-8"),
    ],
    ids=["utf-8", "bom", "utf-16 le", "utf-16 be", "bare le", "bare be", "cp1252", "unix", "old mac"],
)
def test_every_encoding_gives_the_same_rows(data: bytes, said: str) -> None:
    sheet = read(data)
    assert (sheet.encoding, sheet.separator, sheet.headers) == (said, ",", ["Title", "City", "Price"])
    assert [(line.number, line.cells) for line in sheet.lines] == LINES


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_the_separator_is_found(separator: str) -> None:
    text = StringIO()
    rows = [["Title", "Note"], ["A; b", "x, y"], ["C\td", "z; w, v"], ["E", "f"]]
    csv.writer(text, delimiter=separator).writerows(rows)
    assert (
        read(text.getvalue().encode()).separator,
        [one for _, one in lines(text.getvalue().encode())],
    ) == (
        separator,
        rows[1:],
    )


def test_excels_own_line_names_the_separator_and_counts_as_a_row() -> None:
    assert lines(b"sep=;\r\nTitle;City\r\nA;B\r\n") == [(3, ["A", "B"])]


def test_one_column_is_enough() -> None:
    assert lines(b"Title\nA\nB\n") == [(2, ["A"]), (3, ["B"])]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The file is empty."),
        (b" \r\n\r\n ", "The file is empty."),
        (b"\xef\xbb\xbf", "The file is empty."),
        (b"Title,City\r\n", "The file has a first row with names, but no row below it."),
        (b"PK\x03\x04 rest of a workbook", "This is a workbook, not a CSV file."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "This is an old Excel file"),
        (b"%PDF-1.7 ...", "This is a PDF"),
        (bytes(range(256)) * 20, "This is not a CSV file."),
        (b"A,B\n" + bytes(9), "Line 2 has signs that no text has"),
        (bytes(range(1, 32)) * 60, "This is not a CSV file."),
        (b"\x81\x8d\x8f\x90\x9d" * 9, "This is not a CSV file."),
        (b"\xff\xfe" + b"\x00\xd8" + "A".encode("utf-16-le"), "This is not a CSV file."),
        (b"Title,City\nA,B\nC,\x00D\n", "Line 3 has signs that no text has (NUL)."),
        (b'Title,City\nA,B\n"C,D\nE,F\n', "The quotes in line 3 do not match."),
        (b'Title,City\nA,B\n"C"x,D\n', "The quotes in line 3 do not match."),
        (",".join(f"c{i}" for i in range(101)).encode() + b"\n1\n", "The first row has 101 columns."),
        (b"Title\n" + b"A\n" * 10_001, "The file has more than 10,000 rows."),
        (b"Title\n" + b"x" * reading.LARGEST_BYTES, "The file is larger than 5 MB."),
        (b"Title\n" + b"x" * 200_000, "The quotes in line 2 do not match."),
    ],
)
def test_what_cannot_be_read_is_refused_in_a_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(data)
    assert refused.value.sentence.startswith(sentence)
    assert refused.value.field == "file"


def test_ten_thousand_rows_are_taken() -> None:
    assert len(read(b"Title\n" + b"A\n" * 10_000).lines) == 10_000


def test_short_rows_are_filled_and_long_ones_say_how_many_cells_are_too_many() -> None:
    found = read(b"Title,City,,\nA\nB,C,,\nD,E,F,G\n").lines
    assert [(line.cells, line.surplus) for line in found] == [
        (["A", ""], 0),
        (["B", "C"], 0),
        (["D", "E"], 2),
    ]


def test_a_cell_that_an_export_made_safe_is_what_it_was() -> None:
    text = "".join(tables.csv_lines(["Title"], [["=1+1"], ["-5 degrees"], ["'quoted'"], ["plain"]]))
    assert [one for _, (one,) in lines(text.encode())] == ["=1+1", "-5 degrees", "'quoted'", "plain"]


@given(st.binary(max_size=400))
def test_no_file_at_all_does_more_than_a_sentence(data: bytes) -> None:
    sentence = "."
    try:
        read(data)
    except Unreadable as refused:
        sentence = refused.sentence
    assert sentence.endswith(".")


def test_columns_are_guessed_by_their_headers() -> None:
    headers = [
        "Work order #",
        "Zip-Code",
        "TITLE *",
        "Title",
        "Start date",
        "State",
        "Rate",
        "Nonsense",
        "Owner's e-mail",
    ]
    assert columns.guess(headers) == {
        "external_id": 0, "postcode": 1, "title": 2, "start_date": 4, "region": 5, "price": 6, "owner": 8,
    }  # fmt: skip


def test_a_saved_matching_finds_its_headers_wherever_they_stand() -> None:
    saved = {"title": "What", "price": "City", "city": "Gone"}
    assert columns.by_headers(saved, ["City", "ZIP", "what", "Price"]) == {
        "price": 0,
        "title": 2,
        "postcode": 1,
    }


def test_every_label_and_key_is_guessed_as_itself() -> None:
    for field in columns.FIELDS:
        assert columns.guess([field.label]) == {field.key: 0}
        assert columns.guess([field.key]) == {field.key: 0}


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2026-12-01", date(2026, 12, 1)),
        ("2026-2-3", date(2026, 2, 3)),
        ("12/1/2026", date(2026, 12, 1)),
        ("02/03/27", date(2027, 2, 3)),
        ("12-31-2026", date(2026, 12, 31)),
    ],
)
def test_days(text: str, meant: date) -> None:
    assert cells.day(text) == meant


@pytest.mark.parametrize(
    "text", ["25/12/2026", "2026-13-01", "Dec 1", "1/2", "2026", "1999-01-01", "٢٠٢٦-12-01", "46000"]
)
def test_other_days_are_refused(text: str) -> None:
    with pytest.raises(BadCell):
        cells.day(text)


@pytest.mark.parametrize(
    ("text", "meant"),
    [("9:00", time(9)), ("09:30:00", time(9, 30)), ("9 AM", time(9)), ("12:15am", time(0, 15)), ("12 p.m.", time(12)),
     ("1:05 PM", time(13, 5)), ("23:59", time(23, 59))],
)  # fmt: skip
def test_times(text: str, meant: time) -> None:
    assert cells.clock(text) == meant


@pytest.mark.parametrize("text", ["9", "24:00", "13 PM", "0 AM", "9:60", "noon", "9m", "9:00:99"])
def test_other_times_are_refused(text: str) -> None:
    with pytest.raises(BadCell):
        cells.clock(text)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2026-12-01 09:00", datetime(2026, 12, 1, 9)),  # noqa: DTZ001 - the site's clocks
        ("2026-12-01T09:00", datetime(2026, 12, 1, 9)),  # noqa: DTZ001
        ("12/1/2026, 9:00 AM", datetime(2026, 12, 1, 9)),  # noqa: DTZ001
        ("2026-12-01T14:00Z", datetime(2026, 12, 1, 14, tzinfo=UTC)),
    ],
)
def test_moments(text: str, meant: datetime) -> None:
    assert cells.moment(text) == meant


@pytest.mark.parametrize(
    ("text", "minor"),
    [("100", 10_000), ("$1,204.50", 120_450), ("1204.5", 120_450), ("USD 12", 1_200), ("0", 0), (".5", 50)],
)
def test_amounts(text: str, minor: int) -> None:
    assert cells.amount(text, "USD") == minor


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("12,50", "Enter the amount with a point: 12.50."),
        ("1.204,50", "Enter an amount in digits, for example 320.00."),
        ("12,0450", "Enter an amount in digits, for example 320.00."),
        ("-5", "Enter an amount in digits, for example 320.00."),
        ("1e5", "Enter an amount in digits, for example 320.00."),
        ("NaN", "Enter an amount in digits, for example 320.00."),
        ("€12", "Enter an amount in digits, for example 320.00."),
        ("=1+1", "Enter an amount in digits, for example 320.00."),
        ("0.005", "USD amounts have at most 2 decimals."),
        ("99999999999999", "Enter a smaller amount."),
    ],
)
def test_amounts_that_could_mean_something_else_are_refused(text: str, sentence: str) -> None:
    with pytest.raises(BadCell) as refused:
        cells.amount(text, "USD")
    assert str(refused.value) == sentence


def test_hours_counts_and_yes() -> None:
    assert [cells.hours(text) for text in ("2", "2.5", "2:30", "3 h", "0.01")] == [120, 150, 150, 180, 1]
    assert [cells.whole(text, 0, 5_000) for text in ("3", "30.0", "1,204")] == [3, 30, 1_204]
    assert [cells.yes_no(text) for text in ("Yes", "x", "TRUE", "no", "0")] == [
        True,
        True,
        True,
        False,
        False,
    ]
    for wrong in (
        lambda: cells.whole("3.5", 0, 9),
        lambda: cells.whole("-1", 0, 9),
        lambda: cells.yes_no("maybe"),
    ):
        with pytest.raises(BadCell):
            wrong()


UPLOADER = SimpleNamespace(pk=1)
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


def facts(**more: object) -> Facts:
    values = {
        "currency": "USD",
        "time_zone": "America/New_York",
        "country": "US",
        "uploader": UPLOADER,
        "now": NOW,
    }
    return Facts(**values, **more)


def judged(facts_: Facts | None = None, number: int = 2, surplus: int = 0, **row: str):
    keys = list(row)
    return judge(
        number, list(row.values()), surplus, {key: i for i, key in enumerate(keys)}, facts_ or facts()
    )


def content(facts_: Facts | None = None, **row: str) -> Content:
    found = judged(facts_, **row)
    assert found.problems == ()
    return found.content


def problems(facts_: Facts | None = None, **row: str) -> list[tuple[str, str]]:
    found = judged(facts_, **row)
    assert found.content is None
    return list(found.problems)


def test_a_full_row() -> None:
    found = content(
        title="Hang a  screen", industry="electrical", description="Line\nline", skills="wifi; ladder work,wifi",
        street="12 State Street", city="Albany", postcode="12207", start="12/1/2026 9:00 AM", duration="2:30",
        pricing_type="Per hour", price="$55", hours="3", units="9", terms_days="net 15", deliverables="4",
        checkin_required="no",
    )  # fmt: skip
    kept = found.columns
    assert kept["title"] == "Hang a screen"
    assert kept["industry"] == "Electrical"
    assert kept["owner"] is UPLOADER
    assert (kept["city"], kept["region"], kept["postcode"], kept["time_zone"]) == (
        "Albany", "NY", "12207", "America/New_York",
    )  # fmt: skip
    assert (kept["start_at"], kept["schedule_kind"]) == (
        datetime(2026, 12, 1, 14, tzinfo=UTC),
        ScheduleKind.FIXED,
    )
    assert (kept["pricing_type"], kept["price_minor"], kept["max_minutes"], kept["max_units"]) == (
        PricingType.HOURLY, 5_500, 180, 0,
    )  # fmt: skip
    assert (kept["terms_days"], kept["duration_minutes"], kept["checkin_required"]) == (15, 150, False)
    assert found.site["street"] == "12 State Street"
    assert found.site["lat"] == pytest.approx(42.65, abs=0.1)
    assert found.skills == ["wifi", "ladder work"]
    assert found.wanted == [Wanted(PHOTOS, count=4)]


def test_the_clocks_are_those_of_the_site() -> None:
    starts = {
        zone: content(title="A", city="X", postcode=code, start="2026-07-01 09:00").columns["start_at"].hour
        for zone, code in (("New York", "12207"), ("Chicago", "60601"), ("Phoenix", "85001"), ("none", ""))
    }
    assert starts == {"New York": 13, "Chicago": 14, "Phoenix": 16, "none": 13}
    assert content(title="A", city="X", region="CO", start="2026-07-01 09:00").columns["start_at"].hour == 15
    assert problems(title="A", city="Berlin", country="DE", start="2026-07-01 09:00") == [
        ("time_zone", "Enter the time zone of this address, for example Europe/Berlin.")
    ]
    named = content(title="A", time_zone="europe/berlin", start="2026-07-01 09:00").columns
    assert (named["start_at"].hour, named["time_zone"]) == (7, "Europe/Berlin")


@pytest.mark.usefixtures("frozen")  # a date of this year is told without its year
def test_the_hour_that_clocks_skip_is_refused_and_the_doubled_one_is_the_first() -> None:
    assert problems(title="A", start="2027-03-14 02:30") == [
        ("start", "2:30 AM does not exist on Mar 14, 2027 there: clocks go forward. Enter another time.")
    ]
    assert content(title="A", start="2026-11-01 01:30").columns["start_at"] == datetime(
        2026, 11, 1, 5, 30, tzinfo=UTC
    )


def test_an_end_makes_an_arrival_window() -> None:
    kept = content(title="A", start="2026-12-01 09:00", end="2026-12-01 11:00").columns
    assert (kept["schedule_kind"], kept["window_end_at"]) == (
        ScheduleKind.WINDOW,
        datetime(2026, 12, 1, 16, tzinfo=UTC),
    )
    assert problems(title="A", start="2026-12-01 09:00", end="2026-12-01 08:00") == [
        ("end", "Enter an end after the start.")
    ]
    late = content(title="A", schedule_kind="Complete by", end="2026-12-01 08:00").columns
    assert (late["start_at"], late["window_end_at"].hour) == (NOW, 13)


def test_the_time_by_which_files_are_due() -> None:
    row = {"title": "A", "start": "2026-12-05 09:00", "time_zone": "America/Denver"}
    due = content(**row, deliverables_due="12/6/2026 5 pm").columns["deliverables_due_at"]
    assert due == datetime(2026, 12, 7, 0, 0, tzinfo=UTC)
    assert "deliverables_due_at" not in content(**row).columns
    assert problems(**row, deliverables_due="2026-12-05 09:00") == [
        ("deliverables_due", "Enter a time for the deliverables after the start.")
    ]


def test_a_date_without_its_time_and_the_reverse() -> None:
    assert problems(title="A", start_date="2026-12-01", start_time="") == [
        ("start_date", "Enter the time too, in its own column or beside the date.")
    ]
    assert problems(title="A", start_date="", start_time="9:00") == [("start_time", "Enter the date too.")]
    assert problems(title="A", start="2026-12-01") == [
        ("start", "Enter the time too, for example 2026-12-01 09:00.")
    ]


def test_every_wrong_cell_is_named_at_once() -> None:
    found = problems(
        title="", price="12,50", start="someday", terms_days="31", owner="x@y.z", customer="Nobody", country="USA",
        city="", street="1 St", skills="a," * 30, deliverables="x", contact_email="nope", template="None",
    )  # fmt: skip
    assert [field for field, _ in found] == [
        "template", "title", "owner", "customer", "contact_email", "country", "city", "start", "price", "terms_days",
        "deliverables",
    ]  # fmt: skip
    assert len(problems(title="A", skills=",".join(f"s{i}" for i in range(21)))) == 1


def test_a_number_that_is_there_already_names_the_other() -> None:
    known = facts(first_rows={"W-1": 2, "W-2": 5}, taken={"W-2": "A-10482"})
    assert problems(known, title="A", external_id="W-2") == [
        ("external_id", "A-10482 has this number already.")
    ]
    assert judged(known, 7, title="A", external_id="W-1").problems == (
        ("external_id", "Row 2 of this file has the same number."),
    )
    assert content(known, title="A", external_id="W-1").columns["external_id"] == "W-1"


def test_a_row_with_cells_too_many() -> None:
    assert judged(None, 2, 2, title="A").problems == (("", "This row has 2 more cells than the first row."),)


def test_a_template_fills_what_the_row_leaves_empty() -> None:
    base = Content(
        {
            "title": "Weekly clean",
            "price_minor": 9_000,
            "city": "Albany",
            "postcode": "12207",
            "time_zone": "America/Chicago",
        },
        {"street": "1 Template Road", "contact_name": "Tess"},
        ["cleaning"],
        [Wanted("Before")],
    )
    known = facts(templates={"clean": Defaults(base)})
    found = content(known, template=" Clean ", title="", price="", start="2026-12-01 09:00")
    assert (found.columns["title"], found.columns["price_minor"], found.columns["start_at"].hour) == (
        "Weekly clean", 9_000, 15,
    )  # fmt: skip
    assert (found.site, found.skills, found.wanted) == (base.site, ["cleaning"], [Wanted("Before")])
    other = content(
        known, template="clean", title="Once", city="Boston", postcode="02108", contact_name="Tom"
    )
    assert other.columns["title"] == "Once"
    assert (other.site["street"], other.site["contact_name"], other.columns["time_zone"]) == (
        "", "Tom", "America/New_York",
    )  # fmt: skip


def test_formulas_are_texts() -> None:
    found = content(title="=HYPERLINK(1)", description="+1", site_name="@SUM(A1)", city="-x", street="1 St")
    assert (found.columns["title"], found.columns["description"], found.site["name"]) == (
        "=HYPERLINK(1)", "+1", "@SUM(A1)",
    )  # fmt: skip
