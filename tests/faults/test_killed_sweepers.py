"""R3: kill -9 of sweepers with work pending. Nothing is lost, doubled, stuck or untold, and the books are whole.

Work: starts, approvals by silence with their invoices, payments on the due date, and the mails of all that. The
sweepers are forked from a warm process and are killed at a random statement (tests/faults/killing.py). The control
goes through the same kills and is read by the same checks.
"""

from collections import Counter
from pathlib import Path

import pytest

from tests.faults import broken, killing
from tests.faults.portal import Portal, portal
from tests.faults.warm import Warm
from tests.support.figures import tell
from tests.support.mail_server import MailServer, mail_server

pytestmark = pytest.mark.django_db
FULL = {"start": 8, "silence": 26, "pay": 26}
"""One statement starts all that is due; the others are moved row by row, and there is where a kill can meet a half."""
SHORT = {"start": 8, "silence": 3, "pay": 3}
FAULTS = ("ledger", "stuck", "doubled", "without history", "not told", "parked", "chains", "mails not sent")
WHOLE = dict.fromkeys(FAULTS, 0)


def settled(made: Portal, act: Warm) -> dict[str, int]:
    """What is broken after sweepers that nobody kills had their turn."""
    for _ in range(2):
        killing.pass_time(made.database)
        assert act(broken.sweep) == []
    found: dict[str, int] = act(broken.found)
    return found


def mails(made: Portal, server: MailServer) -> tuple[set[str], int]:
    """The mails that are to leave and did not, and how many came again; each under the id of its row."""
    rows = {str(pk) for (pk,) in made.ask("SELECT id FROM notifications_message")}
    came = Counter(_plain(one) for one in server.ids)
    assert set(came) <= {_plain(row) for row in rows}, "a mail that no row asked for"
    return {_plain(row) for row in rows} - set(came), sum(came.values()) - len(came)


def _plain(pk: str) -> str:
    return pk.replace("-", "")


@pytest.mark.row(id="R3")
@pytest.mark.parametrize(
    ("kills", "batch"), [(10, SHORT), pytest.param(1000, FULL, marks=pytest.mark.slow)], ids=["10", "1000"]
)
def test_killed_sweepers_lose_and_double_nothing(
    own_database: str, tmp_path: Path, kills: int, batch: dict[str, int]
) -> None:
    with (
        mail_server() as server,
        portal(tmp_path, own_database, EMAIL_URL=server.url) as made,
        made.warm() as act,
    ):
        counted = act(killing.kill, kills=kills, at_once=2, act="sweep", seed=3, most=99, batch=batch)
        assert (counted["hits"], counted["failed"]) == (kills, 0), (counted, Path(act.log.name).read_text())
        assert settled(made, act) == WHOLE
        lost, again = mails(made, server)
        assert lost == set()
    tell(
        "R3",
        f"{kills:,} sweepers killed by SIGKILL with work pending, two at a time, forked from a warm process: ledger 0, "
        f"stuck 0, doubled 0, without history 0, mails lost 0 ({again} came again under the same Message-ID)",
    )


@pytest.mark.row(id="R3")
def test_the_control_that_claims_and_then_acts_breaks(own_database: str, tmp_path: Path) -> None:
    """The checks of the test above see the faults that they look for."""
    batch = {"start": 12, "pay": 8}
    with (
        mail_server() as server,
        portal(tmp_path, own_database, EMAIL_URL=server.url) as made,
        made.warm() as act,
    ):
        hits = 0
        for seed in range(3, 11):  # until a kill has met each of the two gaps
            counted = act(killing.kill, kills=10, at_once=1, act="naive", seed=seed, most=2, batch=batch)
            hits, found = hits + counted["hits"], settled(made, act)
            if found["ledger"] and found["without history"]:
                break
    assert hits >= 5, counted
    assert found["ledger"] > 0
    assert found["without history"] > 0
    words = ", ".join(f"{name} {count}" for name, count in found.items() if count)
    tell("R3", f"claim, then act in a second transaction; {hits} kills: {words}", is_control=True)
