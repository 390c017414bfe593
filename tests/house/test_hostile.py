"""What the programs of `make security` count, and how they write it down."""

from pathlib import Path
from typing import Any

import pytest

from tests.hostile import code, figures
from tests.hostile.portal import tracebacks

pytestmark = pytest.mark.one_database
PAGE = f"# Page\n\n{figures.START}\n{figures.HEAD}\n{figures.END}\n\n## After\n"
LOG = """Internal Server Error: /x/
Traceback (most recent call last):
  File "/usr/lib/site-packages/django/core.py", line 55, in inner
    run()
  File "{root}/accounts/views.py", line 58, in theme
    return redirect(word)
ValueError: no such view
"""


def test_a_row_takes_the_place_of_its_older_one(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(PAGE)
    figures.written("fuzz (26)", "10 requests: 1 | finding", "make a", page)
    figures.written("bandit (40)", "0 open", "make b", page)
    figures.written("fuzz (26)", "20 requests: 0 findings", "make c", page)
    rows = [line for line in page.read_text().splitlines() if line.startswith("| ")]
    assert [row.split(" | ")[1] for row in rows] == ["Figures", "20 requests: 0 findings", "0 open"]
    assert page.read_text().endswith("\n## After\n")


def test_a_finding_beyond_the_reviewed_ones_opens_all_of_its_file() -> None:
    known = {"test_id": "B310", "filename": "config/probe.py", "line_number": "10", "issue_text": "urlopen"}
    other = {**known, "filename": "clients/new.py"}
    assert code.open_findings([known]) == []
    assert code.open_findings([known, known]) == ["B310 config/probe.py:10 urlopen"] * 2
    assert code.open_findings([known, other]) == ["B310 clients/new.py:10 urlopen"]


def test_every_reviewed_file_is_there() -> None:
    """A file that is gone or renamed takes its exception along."""
    assert [name for _, name in code.REVIEWED if not (figures.ROOT / name).is_file()] == []


def test_tracebacks_are_counted_by_their_place_in_our_rooms() -> None:
    log = LOG.format(root=figures.ROOT)
    assert tracebacks(log + log) == ["2 x ValueError: no such view at accounts/views.py:58"]


def test_the_answers_of_the_access_table_are_counted() -> None:
    words = code.asked().split()
    assert (int(words[0]) > 200, words[1]) == (True, "addresses,")


@pytest.mark.parametrize(
    ("rows", "figures", "findings"),
    [
        ([{"name": "a", "skip_reason": "not found"}], "not run: none of 1 packages could be looked up (not found)", []),
        (
            [{"name": "a", "skip_reason": "not found"}, {"name": "b", "version": "1", "vulns": [{"id": "CVE-1"}]}],
            "1 packages: 1 known holes, 1 could not be looked up",
            ["b 1: CVE-1"],
        ),
        ([{"name": "b", "version": "1", "vulns": []}], "1 packages: 0 known holes", []),
    ],
)  # fmt: skip
def test_a_package_that_could_not_be_looked_up_is_not_called_clean(
    rows: list[dict[str, Any]], figures: str, findings: list[str]
) -> None:
    read = code.known_holes(rows)
    assert (read.figures, read.findings) == (figures, findings)


def test_bandit_finds_nothing_that_nobody_has_reviewed() -> None:
    """Row 40. One more finding of a file has to be looked at before it lands."""
    read = code.bandit()
    assert read.findings == []
    assert not read.figures.startswith("not run")
