"""sqlmap against the running portal, on this machine alone (row 24). It is no part of the project: GPL."""

import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, field
from typing import Final

from tests.hostile.portal import Portal

TIMES_OUT: Final = 600
"""Seconds for one address."""
AIMS: Final = (
    # persona, address with parameters that reach a query
    ("administrator", "/assignments/?stage=sent&q=rack&sort=start&customer=1&worker=1"),
    ("administrator", "/workers/?q=dana&skill=cabling&within=50"),
    ("administrator", "/payments/invoices/?show=all&q=1&from=2026-01-01&to=2026-12-31"),
    ("administrator", "/payments/ledger/?after=1&from=2026-01-01"),
    ("administrator", "/notifications/?page=1&after=1"),
    ("administrator", "/messages/?q=rack&show=all"),
    ("worker", "/find-work/?q=rack&within=50&sort=best&skill=cabling"),
    ("worker", "/work/?stage=assigned&q=rack&before=1"),
    ("worker", "/schedule/?month=2026-12"),
    ("worker", "/payments/?show=paid&q=1"),
    ("anonymous", "/payments/precedents/?q=late&ground=quality"),
    ("staff", "/admin/payments/dispute/?q=late&show=all&owner=me"),
    ("staff", "/admin/assignments/assignment/?q=rack&state__exact=sent"),
    ("staff", "/admin/accounts/user/?q=dana&is_staff__exact=1&o=1"),
)
TRIED: Final = re.compile(r"(?:GET|Cookie|URI) parameter '([^']+)' does not seem to be injectable")


@dataclass
class Found:
    """What sqlmap did, or why it did not run."""

    aims: int = 0
    parameters: int = 0
    findings: list[str] = field(default_factory=list)
    absent: str = ""

    def words(self, database: str) -> str:
        if self.absent:
            return f"not run: {self.absent}"
        return (
            f"{self.aims} addresses with {self.parameters} parameters on {database}, level 1, risk 1, techniques "
            f"B, E, U, S: {len(self.findings)} findings"
        )


def program() -> str:
    """The path of sqlmap: ONSITE_SQLMAP, else as it is found on PATH; "" when it is nowhere."""
    return os.environ.get("ONSITE_SQLMAP", "") or shutil.which("sqlmap") or ""


def run(portal: Portal, *, most: int) -> Found:
    """Try the addresses one by one, each signed in."""
    found = Found()
    if not program():
        found.absent = (
            "sqlmap is not installed (pip install sqlmap in an environment of its own; ONSITE_SQLMAP=path)"
        )
        return found
    for who, address in AIMS[:most]:
        said = tried(portal, who, address)
        found.aims += 1
        found.parameters += len(set(TRIED.findall(said)))
        if "all tested parameters do not appear to be injectable" not in said:
            found.findings.append(f"{who} {address}: {said[-1500:]}")
    return found


def tried(portal: Portal, who: str, address: str) -> str:
    """One run over one address. Gives what it printed."""
    session = portal.cookie(who)
    with tempfile.TemporaryDirectory() as folder:
        command = [
            program(), "-u", f"{portal.base}{address}", "--batch", "--level", "1", "--risk", "1", "--technique", "BEUS",
            "--threads", "2", "--disable-coloring", "--flush-session", "--ignore-code", "*", "--timeout", "30",
            "--output-dir", folder, "--drop-set-cookie", *(["--cookie", f"sessionid={session}"] if session else []),
        ]  # fmt: skip
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=TIMES_OUT, check=False)
        except subprocess.TimeoutExpired:
            return f"did not end within {TIMES_OUT} seconds"
    return done.stdout + done.stderr
