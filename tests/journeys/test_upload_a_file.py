"""A file of rows becomes drafts, looked at before, and its bad row comes back with the reason (issue 3, point 9)."""

import csv
from pathlib import Path

import pytest

from assignments import batch_sweeps
from assignments.actions import upload_rows
from assignments.models import Assignment, Upload
from assignments.states import State, UploadState
from tests.support.browser import Desk, Window
from tests.support.cast import Cast, day_of, soon

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HEAD = ["Work order", "What to do", "Price", "Start date", "Start time", "Address", "City", "ZIP"]
DAY = day_of(soon(days=10))


def line(number: int, **other: str) -> list[str]:
    cells = {
        "number": f"W-{number}", "what": f"Swap till {number}", "price": "120.00", "day": DAY, "time": "9:00 AM",
        "street": f"{number} State Street", "city": "Albany", "zip": "12207",
    }  # fmt: skip
    return list({**cells, **other}.values())


def read(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def shown(client: Window) -> list[list[str]]:
    """Each row of the preview: its heading with its verdict."""
    return [text.split("\n") for text in client.page.locator("main ol.rows > li h3").all_inner_texts()]


def test_r9_the_good_rows_become_drafts_and_the_bad_one_comes_back(
    windows: Desk, cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upload_rows, "BATCH", 2)
    sheet = tmp_path / "spring.csv"
    with sheet.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEAD, line(1), line(2, price="abc"), line(3), line(4)])

    # The file names no title: the client says which column has it.
    client = windows.window(cast.owner).open("/assignments/uploads/").fill(file=sheet)
    client.press("Upload and match columns").has("Match columns", "Swap till 1 · Swap till 2")
    client.press("Check 4 rows", 422).has("Match a column to Title: every draft needs one.")
    client.page.get_by_label("What to do", exact=True).select_option(label="Title (required)")

    # The preview says what is wrong at the cell; nothing is made yet.
    client.press("Check 4 rows").has("3 of 4 rows can become drafts", "1 row has a problem")
    assert shown(client) == [
        ["Row 2", "Draft"],
        ["Row 3", "Left out"],
        ["Row 4", "Draft"],
        ["Row 5", "Draft"],
    ]
    wrong = client.page.locator("main dl.cells > div.has-error")
    assert [one.split("\n") for one in wrong.all_inner_texts()] == [
        ["Price or rate", "abc", "Enter an amount in digits, for example 320.00."]
    ]
    assert not Assignment.objects.exists()

    # It goes on without the page: half of it is there after a reload too, and the end shows by itself.
    client.press("Create 3 drafts").has("1 of 4 rows done", "0 drafts created so far")
    upload = Upload.objects.get()
    upload_rows.work(upload.pk, seconds=0)
    client.page.reload()
    client.has("Creating drafts", "3 of 4 rows done", "2 drafts created so far")
    assert client.page.get_by_role("progressbar", name="Rows done").get_attribute("value") == "3"
    batch_sweeps.create_uploads()
    client.page.get_by_role("heading", name="3 drafts created").wait_for()
    client.has("Rows with problems 1", "Nothing was sent.")

    # Exactly the good ones are drafts.
    made = Assignment.objects.order_by("external_id").values_list(
        "external_id", "title", "state", "price_minor"
    )
    assert list(made) == [(f"W-{n}", f"Swap till {n}", State.DRAFT, 12_000) for n in (1, 3, 4)]
    upload.refresh_from_db()
    assert (upload.state, upload.good, upload.bad) == (UploadState.DONE, 3, 1)
    with client.page.expect_download() as caught:
        client.find("link", "Download 1 row with problems").click()
    assert read(Path(caught.value.path())) == [
        [*HEAD, "Row in the file", "What to change"],
        [*line(2, price="abc"), "3", "Price or rate: Enter an amount in digits, for example 320.00."],
    ]
    client.follow("Open the 3 drafts").has("Swap till 1", "Swap till 3", "Swap till 4").lacks("Swap till 2")
