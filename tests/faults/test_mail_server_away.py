"""R12: the mail server is down for an hour, then refuses, hangs and breaks the line. No mail is lost, and one that
comes twice comes under the same Message-ID.

The hour passes on the portal's clock, a delivery each minute; what the server does happens on real sockets.
"""

from collections import Counter
from pathlib import Path
from random import Random

import pytest

from tests.faults import broken, naive, seeding_work
from tests.faults.portal import Portal, portal
from tests.support.figures import tell
from tests.support.mail_server import MailServer, mail_server

pytestmark = [pytest.mark.django_db, pytest.mark.row(id="R12")]
HOUR = 60
SHORT = {"refused": 5, "lost": 3, "dropped": 4, "hung": 1}
FULL = {"refused": 60, "lost": 40, "dropped": 40, "hung": 6}


def unsent(made: Portal) -> int:
    return int(made.one("SELECT count(*) FROM notifications_message WHERE state <> 'sent'"))


def came(made: Portal, server: MailServer) -> tuple[int, int]:
    """Mails that never came, and how many came again; asserts that each has a row."""
    rows = {str(pk).replace("-", "") for (pk,) in made.ask("SELECT id FROM notifications_message")}
    taken = Counter(one.replace("-", "") for one in server.ids)
    assert set(taken) <= rows
    return len(rows) - len(taken), sum(taken.values()) - len(taken)


def bad_manners(counts: dict[str, int], dice: Random) -> list[str]:
    """These moods in a random order, two mails that are taken for each bad one."""
    moods = [mood for mood, times in counts.items() for _ in range(times)] + ["well"] * 2 * sum(
        counts.values()
    )
    dice.shuffle(moods)
    return moods


@pytest.mark.parametrize(
    ("work", "counts"), [(6, SHORT), pytest.param(160, FULL, marks=pytest.mark.slow)], ids=["short", "full"]
)
def test_an_hour_without_a_mail_server_loses_no_mail(
    own_database: str, tmp_path: Path, work: int, counts: dict[str, int]
) -> None:
    with (
        mail_server() as server,
        portal(tmp_path, own_database, EMAIL_URL=server.url, FAULT_MAIL_SECONDS="2") as made,
        made.warm() as act,
    ):
        act(seeding_work.due, start=work)
        act(broken.sweep)
        server.down()
        act(seeding_work.due, start=work)
        assert act(broken.deliver, minutes=HOUR) == 0
        waiting = unsent(made)
        assert waiting >= work
        server.up()
        server.moods = bad_manners(counts, Random(12))
        assert act(broken.deliver_rest, after=HOUR, steps=400) == 0
        lost, again = came(made, server)
        assert (unsent(made), lost) == (0, 0)
        assert again >= server.met["dropped"], "what was taken without an answer in time comes once more"
    assert set(counts) <= set(server.met), "each kind of bad manners was met"
    manners = ", ".join(f"{server.met[mood]} {mood}" for mood in counts)
    tell(
        "R12",
        f"down for an hour (portal's clock) with {waiting} mails waiting, then {manners}: 0 lost, {again} came again, "
        "each under its first Message-ID",
    )


def test_the_control_that_marks_and_then_sends_loses_mails(own_database: str, tmp_path: Path) -> None:
    """The check of the test above sees mails that are gone."""
    with (
        mail_server() as server,
        portal(tmp_path, own_database, EMAIL_URL=server.url) as made,
        made.warm() as act,
    ):
        act(seeding_work.due, start=3)
        server.down()
        assert act(naive.deliver) == 0
        server.up()
        act(naive.deliver)
        lost, _ = came(made, server)
        assert (unsent(made), lost > 0) == (0, True)
    tell("R12", f"mark as sent, then send: {lost} mails lost, and no row says so", is_control=True)
