"""What must not be in the code, by reading it (quality.md 3, rows 19, 30 and 33)."""

import ast
import importlib
import pkgutil
import re
import time
from functools import cache
from pathlib import Path

import pytest

pytestmark = pytest.mark.one_database
ROOT = Path(__file__).resolve().parents[2]
ROOMS = (
    "config", "common", "accounts", "timeline", "notifications", "ledger", "workers", "clients", "assignments",
    "payments",
)  # fmt: skip
TRUSTED = {
    "accounts/mfa.py": "the code to scan, drawn by qrcode from our own address",
    "assignments/views/client_visits.py": "the code to scan, drawn by segno; the text is not in it",
    "common/templatetags/onsite.py": "a component, drawn by an escaping template and stripped",
    "common/lines.py": "rows filled into a form, each word escaped on its way",
}
"""Where a string is called safe HTML, once each, and why."""
ASKS_OUT = {
    "common/scanning.py": "the virus scanner of ONSITE_CLAMD",
    "config/lanes.py": "is a port of this machine open",
    "config/probe.py": "the portal's own health",
    "config/supervisor.py": "the portal's own health",
    "payments/gateway/provider.py": "the payment provider of ONSITE_PROVIDER_URL",
}
"""Where the portal opens a connection: every address is the operator's, none is a user's."""
ASKING = {
    "urllib.request",
    "http.client",
    "socket",
    "requests",
    "httpx",
    "urllib3",
    "aiohttp",
    "ftplib",
    "asyncio",
}


@cache
def sources() -> tuple[tuple[str, ast.Module], ...]:
    """Every module of the rooms, read once: its path and its tree."""
    paths = sorted(
        path for room in ROOMS for path in (ROOT / room).rglob("*.py") if "migrations" not in path.parts
    )
    return tuple((str(path.relative_to(ROOT)), ast.parse(path.read_text())) for path in paths)


def calls(tree: ast.Module, name: str) -> int:
    found = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    return sum(getattr(one, "id", getattr(one, "attr", "")) == name for one in found)


def test_html_is_called_safe_in_the_listed_places_only() -> None:
    """SafeString("") with nothing in it is no risk; autoescape is never switched off in an HTML template."""
    marked = {path: count for path, tree in sources() if (count := calls(tree, "mark_safe"))}
    assert marked == dict.fromkeys(TRUSTED, 1)
    made = [
        (path, ast.unparse(node))
        for path, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") == "SafeString"
        and [getattr(one, "value", None) for one in node.args] not in ([], [""])
    ]
    magic = [path for path, tree in sources() if any(
        isinstance(node, ast.FunctionDef) and node.name == "__html__" for node in ast.walk(tree))]  # fmt: skip
    assert (made, magic) == ([], [])


def test_templates_escape_everything() -> None:
    risky = re.compile(r"\|\s*safe\b|\|\s*safeseq\b|autoescape\s+off|\|\s*unlocalize_safe")
    wrong = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "templates").rglob("*.html")
        if risky.search(path.read_text())
    ]
    assert wrong == []


def test_nothing_fetches_what_a_user_names() -> None:
    """There are no outgoing webhooks and no previews (row 30): these modules alone can ask another machine."""
    asking = {
        path
        for path, tree in sources()
        for node in ast.walk(tree)
        if (isinstance(node, ast.Import) and ASKING & {one.name for one in node.names})
        or (isinstance(node, ast.ImportFrom) and ASKING & imported(node))
    }  # fmt: skip
    assert asking == set(ASKS_OUT)


def imported(node: ast.ImportFrom) -> set[str]:
    """The module that an import names, and what it takes from it, which may be a module too."""
    return {node.module or "", *(f"{node.module}.{one.name}" for one in node.names)}


def patterns() -> dict[str, re.Pattern[str]]:
    """Every regular expression that a module of ours keeps, by its own text."""
    found: dict[str, re.Pattern[str]] = {}
    for room in ROOMS:
        package = importlib.import_module(room)
        for one in pkgutil.walk_packages(package.__path__, f"{room}."):
            if ".migrations" in one.name or one.name.startswith(
                ("config.settings", "config.wsgi", "config.gunicorn")
            ):
                continue
            for name, value in vars(importlib.import_module(one.name)).items():
                if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
                    found.setdefault(value.pattern, value)
                    assert name
    return found


LENGTHS = (24, 1_000, 4_000)
"""Short texts first: a pattern whose time doubles with each letter would never end on a long one."""
SEEDS = (
    "a",
    " ",
    "1",
    "-",
    ".",
    "@",
    "<",
    "/",
    "a1",
    "a ",
    "1 ",
    "a.",
    "1-",
    "+1 ",
    "a@",
    "\n",
    "= ",
    "(",
    "\u00e9",
    "<a ",
)
SECONDS = 0.5
"""Of processor time, for a search and a full match: the slowest of ours needs a third of it."""


def seconds(pattern: re.Pattern[str], text: str) -> float:
    began = time.process_time()
    for way in (pattern.search, pattern.fullmatch):
        way(text)
    return time.process_time() - began


def slow(pattern: re.Pattern[str]) -> list[str]:
    """Beginnings after which the pattern goes back and forth without bounds."""
    found = []
    for seed in SEEDS:
        for length in LENGTHS:
            if seconds(pattern, (seed * length)[:length] + "\x00") > SECONDS:
                found.append(f"{seed!r} x {length}")
                break
    return found


def test_no_regular_expression_is_catastrophic() -> None:
    known = patterns()
    assert ({text: found for text, one in known.items() if (found := slow(one))}, len(known) > 20) == (
        {},
        True,
    )


def test_the_search_finds_a_catastrophic_one() -> None:
    """Twenty-four letters are sixteen million ways."""
    assert seconds(re.compile(r"(a+)+b"), "a" * 24) > 20 * seconds(re.compile(r"a+b"), "a" * 24)
