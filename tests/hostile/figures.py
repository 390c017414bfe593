"""The table of figures in docs/security.md: one row a program, each with its date, commit and command."""

import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from config.lanes import ROOT

PAGE: Final = ROOT / "docs" / "security.md"
START, END = "<!-- figures -->", "<!-- end of figures -->"
HEAD: Final = "| Program | Figures | When, commit | Command |\n|---|---|---|---|"


def commit() -> str:
    """The short name of the commit at hand, with a + when the working tree differs."""
    done = subprocess.run(
        ["git", "describe", "--always", "--abbrev=8", "--dirty=+", "--exclude=*"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.stdout.strip() or "unknown"


def written(program: str, figures: str, command: str, page: Path = PAGE) -> str:
    """Put the row of this program into the page, in place of its older one. Gives the row."""
    when = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {commit()}"
    row = f"| {program} | {figures.replace('|', '/')} | {when} | `{command}` |"
    text = page.read_text(encoding="utf-8")
    before, rest = text.split(START, 1)
    inside, after = rest.split(END, 1)
    rows = {line.split("|")[1].strip(): line for line in inside.splitlines() if line.startswith("| ")}
    rows.pop("Program", None)
    rows[program] = row
    page.write_text(
        f"{before}{START}\n{HEAD}\n" + "\n".join(rows.values()) + f"\n{END}{after}", encoding="utf-8"
    )
    return row
