"""The lanes of `make test`: the absent is said, the required must run, and running nothing is no success."""

import json
import os
import sys
from pathlib import Path

import pytest

from config import lanes
from config.lanes import Outcome


def test_an_absent_service_is_reported_and_fails_only_when_required(
    capsys: pytest.CaptureFixture[str],
) -> None:
    outcomes = [
        Outcome("sqlite", "passed", "3 passed", 1.0),
        Outcome("redis", "not run", "no redis-server program"),
    ]
    assert lanes.close(outcomes, set()) == 0
    said = capsys.readouterr().out
    assert "redis     not run      0 s  no redis-server program\n" in said
    assert said.endswith("Lanes: 1 passed, 0 failed, 1 not run\n")
    assert lanes.close(outcomes, {"redis"}) == 1
    assert "no redis-server program (required)" in capsys.readouterr().out


def test_a_failed_lane_fails_the_run() -> None:
    assert lanes.close([Outcome("sqlite", "failed", "1 failed, 2 passed")], set()) == 1


@pytest.mark.parametrize(
    ("services", "browser", "expected"),
    [("", "", set()), ("1", "", {"postgres", "redis"}), ("0", "1", {"browser"})],
)
def test_environment_says_what_must_run(
    monkeypatch: pytest.MonkeyPatch, services: str, browser: str, expected: set[str]
) -> None:
    monkeypatch.setenv("ONSITE_REQUIRE_SERVICES", services)
    monkeypatch.setenv("ONSITE_REQUIRE_BROWSER", browser)
    assert lanes.required([]) == expected
    assert lanes.required(["sqlite"]) == expected | {"sqlite"}


def test_missing_programs_make_a_lane_not_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ONSITE_CHROMIUM", str(tmp_path / "chromium"))
    monkeypatch.setenv("DATABASE_URL", "postgres://nobody@127.0.0.1:1/none")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("REDIS_URL", raising=False)
    absent = {name: lanes.run_lane(name) for name in ("browser", "postgres", "redis")}
    assert {one.result for one in absent.values()} == {"not run"}
    assert str(tmp_path / "chromium") in absent["browser"].words
    assert "no PostgreSQL at 127.0.0.1:1/none" in absent["postgres"].words
    assert absent["redis"].words == "no redis-server program and no REDIS_URL"


def test_an_empty_collection_is_a_failure(capfd: pytest.CaptureFixture[str]) -> None:
    outcome = lanes.run_lane(
        "sqlite", more=["-n", "0", "-k", "no_test_has_this_name", "tests/house/test_compose.py"]
    )
    assert (outcome.result, outcome.words) == ("failed", "no test was collected")
    assert "=== lane sqlite ===" in capfd.readouterr().out


UNSTEADY = """
from pathlib import Path

import pytest

{mark}
def test_{name}():
    seen = Path(__file__).with_suffix(".{name}")
    before = seen.exists()
    seen.touch()
    assert before, "the first try fails"
"""


def lane_of(folder: Path, *marks: str) -> Outcome:
    """A lane of one file with a test for each of these marks, that fails at its first try only."""
    file = folder / "test_unsteady.py"
    file.write_text("".join(UNSTEADY.format(mark=mark, name=f"n{i}") for i, mark in enumerate(marks)))
    return lanes.run_lane(
        "sqlite", more=["-n", "0", "-c", "pyproject.toml", "--rootdir", str(folder), str(file)]
    )


def test_what_passes_alone_passes_and_is_named(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    outcome = lane_of(tmp_path, "", "")
    assert outcome.result == "passed"
    assert outcome.words.startswith("2 failed in ")
    assert outcome.words.count("test_unsteady.py::test_n") == 2
    assert "the first try fails" in capfd.readouterr().out


def test_a_finding_of_a_row_is_never_tried_again(tmp_path: Path) -> None:
    outcome = lane_of(tmp_path, "", "@pytest.mark.row('R3')")
    assert outcome.result == "failed"
    assert outcome.words.startswith("2 failed in ")


def test_what_fails_again_fails(tmp_path: Path) -> None:
    outcome = lane_of(tmp_path, "@pytest.mark.usefixtures('no_such_fixture')")
    assert (outcome.result, outcome.words.split(" in ")[0]) == ("failed", "1 error")


def test_many_that_fail_together_are_not_tried_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def never(command: list[str], environment: lanes.Environment) -> tuple[int, str]:
        raise AssertionError(command)

    remembered = tmp_path / "v" / "cache" / "lastfailed"
    remembered.parent.mkdir(parents=True)
    remembered.write_text(json.dumps({f"tests/test_a.py::test_{n}": True for n in range(4)}))
    monkeypatch.setattr(lanes, "tee", never)
    assert lanes.run_again(["pytest"], "redis", {}, tmp_path) == []


def test_every_story_in_a_browser_is_in_a_file_that_its_lane_finds() -> None:
    tests = lanes.ROOT / "tests"
    in_a_browser = {
        str(path.relative_to(lanes.ROOT))
        for path in tests.rglob("test_*.py")
        if "windows: Desk" in path.read_text()
    }
    assert in_a_browser
    assert in_a_browser <= set(lanes.files_with("mark.browser"))


def test_the_lane_of_a_marker_reads_only_files_that_have_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list[list[str]] = []
    monkeypatch.setattr(
        lanes, "tee", lambda command, environment: (asked.append(command), (0, "1 passed"))[1]
    )
    monkeypatch.setattr(lanes, "ROOT", tmp_path)
    monkeypatch.setenv("ONSITE_CHROMIUM", sys.executable)
    (tmp_path / "tests").mkdir()
    for name, words in (
        ("test_a.py", "pytestmark = pytest.mark.browser"),
        ("test_b.py", "def test_b(): ..."),
    ):
        (tmp_path / "tests" / name).write_text(words)
    lanes.run_lane("browser")
    lanes.run_lane("browser", more=["tests/journeys/test_c.py"])
    assert [[one for one in command if one.startswith("tests")] for command in asked] == [
        ["tests/test_a.py"],
        ["tests/journeys/test_c.py"],
    ]


def test_lanes_never_see_the_addresses_of_an_installation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://precious.example/0")
    monkeypatch.setenv("DATABASE_URL", "postgres://precious.example/onsite")
    with lanes.sqlite_lane() as environment:
        assert not {"REDIS_URL", "DATABASE_URL"} & set(environment)
        assert environment["PATH"] == os.environ["PATH"]


def test_wrong_lane_names_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        lanes.main(["oracle"])
    assert ended.value.code == 2
    assert "there is no lane oracle" in capsys.readouterr().err
