"""P14: pages on a phone, by Lighthouse: its slow network and processor, a first visit, everything over the wire.

Onsite is served as in production. The browser adds the header that a proxy with TLS would, and the session of the
person; the addresses are those of this machine, so neither DNS nor TLS costs anything.
"""

import json
import os
import re
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks.measure import Result, median
from benchmarks.peers.place import ROOT, TOOLS, run
from tests.support.chromium import chromium

LIGHTHOUSE: Final = "lighthouse@12"
ROUNDS: Final = 3
TRIES: Final = 3
"""On a busy machine Lighthouse now and then records nothing, and asks to be run again."""
MOST_BYTES, LEAST_SCORE = 100_000, 95
FLAGS: Final = "--headless=new --no-sandbox --disable-gpu"


@dataclass(frozen=True, slots=True)
class Look:
    """What one visit came to: score of 100, bytes over the wire, how far the layout moved, and the largest files."""

    score: float
    sent: int
    shift: float
    largest: list[tuple[str, int]]


def look(report: dict[str, Any]) -> Look:
    """Read a report of Lighthouse 12. Raises ValueError when the page was not the one that was asked for."""
    if report.get("runtimeError") or report["requestedUrl"] != report["finalDisplayedUrl"]:
        raise ValueError(
            f"{report['requestedUrl']}: {report.get('runtimeError') or report['finalDisplayedUrl']}"
        )
    audits = report["audits"]
    files = audits["network-requests"]["details"]["items"]
    sizes = [(named(str(one["url"])), int(one.get("transferSize") or 0)) for one in files]
    return Look(
        score=round(report["categories"]["performance"]["score"] * 100),
        sent=sum(size for _, size in sizes),
        shift=float(audits["cumulative-layout-shift"]["numericValue"]),
        largest=sorted(sizes, key=lambda one: -one[1])[:6],
    )


def named(url: str) -> str:
    """A file by its name without the digest of its content."""
    return re.sub(r"\.[0-9a-f]{12}(?=\.\w+$)", "", url.partition("?")[0].rpartition("/")[2]) or "the page"


def visit(url: str, cookie: str, folder: Path) -> Look:
    """One first visit of a phone."""
    headers, report = folder / "headers.json", folder / "report.json"
    given = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9"}
    headers.write_text(json.dumps(given | ({"Cookie": cookie} if cookie else {})))
    command = [
        str(program()), url, "--quiet", "--output=json", f"--output-path={report}", "--form-factor=mobile",
        "--only-categories=performance", f"--chrome-flags={FLAGS}", f"--extra-headers={headers}",
    ]  # fmt: skip
    for left in reversed(range(TRIES)):
        done = subprocess.run(
            command, check=not left, cwd=folder, env={**os.environ, "CHROME_PATH": chromium()}
        )
        if not done.returncode:
            break
    return look(json.loads(report.read_text()))


def program() -> Path:
    """Lighthouse, installed beside the peer's environment."""
    folder = TOOLS / "lighthouse"
    made = folder / "node_modules" / ".bin" / "lighthouse"
    if not made.exists():
        folder.mkdir(parents=True, exist_ok=True)
        run(
            ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(folder), LIGHTHOUSE],
            ROOT,
        )
    return made


def results(base: str, pages: dict[str, tuple[str, str]]) -> list[Result]:
    """Three lines for each page: words -> (path, cookie)."""
    found: list[Result] = []
    with tempfile.TemporaryDirectory() as folder:
        for words, (path, cookie) in pages.items():
            looks = [visit(base + path, cookie, Path(folder)) for _ in range(ROUNDS)]
            found += lines(words, looks)
    return found


def lines(words: str, looks: list[Look]) -> list[Result]:
    """The medians of the rounds against the goals; the largest layout shift of all of them."""
    sent, score, shift = (
        median([one.sent for one in looks]),
        median([one.score for one in looks]),
        max(one.shift for one in looks),
    )
    largest = ", ".join(f"{name} {size / 1_000:.1f}" for name, size in looks[0].largest)
    return [
        Result(
            "P14",
            f"{words}: bytes over the wire",
            f"{sent / 1_000:.1f} kB",
            largest,
            "",
            "<= 100 kB",
            sent <= MOST_BYTES,
        ),
        Result(
            "P14", f"{words}: performance", f"{score:.0f}", "", "", f">= {LEAST_SCORE}", score >= LEAST_SCORE
        ),
        Result("P14", f"{words}: layout shift", f"{shift:.3f}", "", "", "0", shift == 0),
    ]
