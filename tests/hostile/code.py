"""Reading the code with bandit (row 40), asking for known holes of dependencies, and the counts of the access tests."""

import json
import re
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final

from config.lanes import ROOT, clean

ROOMS: Final = (
    "config", "common", "accounts", "timeline", "notifications", "ledger", "workers", "clients", "assignments",
    "payments", "manage.py",
)  # fmt: skip
REVIEWED: Final[dict[tuple[str, str], tuple[int, str]]] = {
    ("B308", "accounts/mfa.py"): (1, "the code to scan, drawn by qrcode"),
    ("B703", "accounts/mfa.py"): (1, "the same line"),
    ("B308", "assignments/views/client_visits.py"): (1, "the code to scan, drawn by segno"),
    ("B703", "assignments/views/client_visits.py"): (1, "the same line"),
    ("B308", "common/templatetags/onsite.py"): (1, "a component, drawn by an escaping template and stripped"),
    ("B703", "common/templatetags/onsite.py"): (1, "the same line"),
    ("B310", "config/probe.py"): (1, "the portal's own health, on this machine"),
    ("B310", "config/supervisor.py"): (1, "the portal's own health, on this machine"),
    ("B308", "common/lines.py"): (1, "rows of a list: each word is escaped as it is filled in"),
    ("B703", "common/lines.py"): (1, "the same line"),
    ("B608", "assignments/labels.py"): (
        1,
        "names of tables and numbers from constants; conditions are compiled by Django",
    ),
    ("B608", "assignments/talk_triggers.py"): (1, "names of tables and columns from constants"),
    ("B608", "assignments/triggers.py"): (4, "names of tables and columns from constants"),
    ("B608", "assignments/word_index.py"): (
        6,
        "names of tables and columns from constants; words are parameters",
    ),
    ("B608", "common/shared_cache.py"): (1, "the name of the cache's table from the settings"),
    ("B608", "common/append_only.py"): (1, "names of tables from constants"),
    ("B608", "payments/owed.py"): (6, "names of tables and columns from constants of the module"),
    ("B608", "payments/audit.py"): (10, "pieces of statements from constants of the module"),
    ("B608", "payments/statement_triggers.py"): (1, "pieces of statements from constants of the module"),
    ("B610", "assignments/templatetags/assignments_onsite.py"): (
        1,
        "a dictionary's own list, no query's extra()",
    ),
}
"""(rule, file) -> how many findings somebody has looked at, and why each is none. One more in a file fails."""
ACCESS: Final = ("tests/access", "tests/assignments/test_states.py")
COUNTED: Final = re.compile(r"(\d+) (passed|failed|errors?|skipped|deselected)")


@dataclass
class Read:
    """What one reading found: `findings` are open, `figures` is its line in docs/security.md."""

    figures: str
    findings: list[str] = field(default_factory=list)


def open_findings(results: list[dict[str, str]]) -> list[str]:
    """Those of bandit's results that nobody has reviewed: all of a file and rule as soon as one is new."""
    counts = Counter((one["test_id"], one["filename"]) for one in results)
    return [
        f"{one['test_id']} {one['filename']}:{one['line_number']} {one['issue_text']}"
        for one in results
        if counts[one["test_id"], one["filename"]]
        > REVIEWED.get((one["test_id"], one["filename"]), (0, ""))[0]
    ]


def bandit() -> Read:
    """Every finding of medium or high severity that is not reviewed."""
    command = [sys.executable, "-m", "bandit", "-q", "-r", *ROOMS, "-f", "json", "--severity-level", "medium"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if "No module named" in done.stderr:
        return Read("not run: bandit is not installed")
    report = json.loads(done.stdout)
    found = open_findings(report["results"])
    failed = [str(one) for one in report["errors"]]
    lines = report["metrics"]["_totals"]["loc"]
    reviewed = len(report["results"]) - len(found)
    by_level = Counter(one["issue_severity"].lower() for one in report["results"])
    return Read(
        f"{lines:,} lines: {by_level['high']} high, {by_level['medium']} medium, {reviewed} of them "
        f"reviewed (tests/hostile/code.py), {len(found)} open",
        [*found, *failed],
    )


def pip_audit() -> Read:
    """Known holes in the resolved list, where pip-audit is installed: it asks a service on the network."""
    program = shutil.which("pip-audit")
    if program is None:
        return Read("not run: pip-audit is not installed (it asks a service on the network)")
    command = [program, "--no-deps", "--disable-pip", "-f", "json", "-r", "requirements/runtime.txt"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    try:
        rows = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        return Read(f"not run: no answer ({(done.stderr.splitlines() or ['silent'])[-1][:120]})")
    return known_holes(rows)


def known_holes(rows: list[dict[str, Any]]) -> Read:
    """What pip-audit's list of packages says. One that could not be looked up counts as not asked."""
    skipped = [row["skip_reason"] for row in rows if "skip_reason" in row]
    if len(skipped) == len(rows):
        return Read(f"not run: none of {len(rows)} packages could be looked up ({skipped[0][:90]})")
    found = [f"{row['name']} {row['version']}: {hole['id']}" for row in rows for hole in row.get("vulns", [])]
    more = f", {len(skipped)} could not be looked up" if skipped else ""
    return Read(f"{len(rows) - len(skipped)} packages: {len(found)} known holes{more}", found)


def access() -> Read:
    """Rows 1 to 6 in full: the access tests with every persona, on SQLite."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *ACCESS, "-m", "not browser"]
    done = subprocess.run(command, cwd=ROOT, env=clean(), capture_output=True, text=True, check=False)
    counts = {what: int(number) for number, what in COUNTED.findall(done.stdout.splitlines()[-1])}
    failed = [line for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
    words = ", ".join(f"{number:,} {what}" for what, number in counts.items())
    return Read(f"{asked()}; {words}", failed if done.returncode else [])


def asked() -> str:
    """How many answers the access table holds. The table is read as text: it needs no database."""
    text = (ROOT / "tests" / "access" / "table.py").read_text(encoding="utf-8")
    rows = re.findall(r'^    \("([\w:]+)", "(\w*)", "([^"]+)", "([^"]+)"\),', text, re.MULTILINE)
    names = {name for name, *_ in rows}
    answers = sum(len(get) + len(post) for _, _, get, post in rows)
    return f"{len(names)} addresses, {len(rows)} rows with stages, {answers:,} answers of 12 personas by GET and POST"
