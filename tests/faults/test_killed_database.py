"""R5: kill -9 of a PostgreSQL backend (the server then ends all others and recovers), and of the whole server.

A client sends assignments and keeps a log of what was acknowledged. After each recovery every acknowledged one has to
be there; the web server answers meanwhile with its calm page, and goes on by itself. The control lets the server answer
before its log is on the disk (synchronous_commit off).
"""

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

from tests.faults import broken, seeding_work
from tests.faults.cluster import Cluster
from tests.faults.portal import Portal, portal
from tests.faults.programs import wait_until
from tests.faults.test_killed_web import OWNER
from tests.faults.visitor import LineBroke, Post, Visitor
from tests.support.figures import tell

pytestmark = [pytest.mark.django_db, pytest.mark.postgres, pytest.mark.row(id="R5")]
CALM = "Back in a moment"


@dataclass
class Client(threading.Thread):
    """Sends one assignment after the other, each until it is acknowledged. `log`: the acknowledged ones, in order."""

    visitor: Visitor
    posts: list[tuple[int, Post]]
    log: list[int] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    calm: int = 0
    may_send: threading.Event = field(default_factory=threading.Event)
    ended: bool = False

    def __post_init__(self) -> None:
        super().__init__(daemon=True)

    __hash__ = threading.Thread.__hash__

    def run(self) -> None:
        for pk, post in self.posts:
            while not self.ended and not self._acknowledged(post):
                time.sleep(0.02)  # a person who tries again
            if self.ended:
                return
            self.log.append(pk)

    def _acknowledged(self, post: Post) -> bool:
        self.may_send.wait()
        try:
            answer = self.visitor.post(post)
        except LineBroke:
            return False
        self.statuses[answer.status] = self.statuses.get(answer.status, 0) + 1
        self.calm += answer.status == 503 and CALM in answer.html
        return answer.status == 302


@contextmanager
def sending(made: Portal, drafts: list[int]) -> Iterator[Client]:
    """The client at work, with all its forms open already."""
    visitor = Visitor(made.web().port).sign_in(OWNER)
    client = Client(visitor, [(pk, visitor.ready(f"/assignments/{pk}/send/", "send")) for pk in drafts])
    client.start()
    client.may_send.set()
    try:
        yield client
    finally:
        client.ended = True
        client.may_send.set()
        client.join(60)


def lost(made: Portal, log: list[int]) -> list[int]:
    """Acknowledged assignments that are drafts again."""
    drafts = {pk for (pk,) in made.ask("SELECT id FROM assignments_assignment WHERE state = 'draft'")}
    return [pk for pk in log if pk in drafts]


def acknowledged(client: Client, more: int) -> None:
    """Until so many more were acknowledged."""
    wanted = min(len(client.log) + more, len(client.posts))
    wait_until(lambda: len(client.log) >= wanted, f"{more} more acknowledgements ({client.statuses})")


def kill_backend(server: Cluster, made: Portal) -> bool:
    """SIGKILL the process that serves the web server; whether there was one. The server comes back by itself."""
    found = server.backends(made.database)
    return bool(found) and server.kill_backend(found[0])


def kill_server(server: Cluster, client: Client) -> None:
    """SIGKILL all its processes at once, let the client meet that, and start it again."""
    before = client.calm
    server.kill()
    wait_until(lambda: client.calm > before, "the calm page", 30)
    server.start()


@pytest.mark.parametrize("kills", [4, pytest.param(40, marks=pytest.mark.slow)])
def test_no_acknowledged_write_is_lost(
    own_database: str, server: Cluster, tmp_path: Path, kills: int
) -> None:
    """Half of the kills hit a backend, half the whole server."""
    with portal(tmp_path, own_database) as made, made.warm() as act:
        drafts = act(seeding_work.asked, send=kills * 4 + 2)["send"]
        hits = 0
        with sending(made, drafts) as client:
            for number in range(kills):
                acknowledged(client, 2)
                known = list(client.log)
                if number % 2:
                    kill_server(server, client)
                    hits += 1
                else:
                    hits += kill_backend(server, made)
                assert lost(made, known) == []
            client.join(120)
            assert client.log == drafts, (client.statuses, made.words())
        assert set(client.statuses) == {302, 503}, (client.statuses, made.words())
        assert client.calm == client.statuses[503]
        found = act(broken.found)
        reserved = made.one("SELECT count(*) FROM ledger_reservation WHERE state = 'open'")
    assert hits == kills
    assert {name: count for name, count in found.items() if count and name != "mails not sent"} == {}
    assert reserved == len(drafts), "each was sent once, however often it was sent again"
    tell(
        "R5",
        f"{kills} kills in the middle of writes, half of a backend, half of the whole server: {len(drafts)} writes "
        f"acknowledged, 0 lost; the web answered {client.statuses[503]} times with its calm page (503), 0 other errors",
    )


def test_the_control_that_answers_before_the_disk_loses_writes(
    own_database: str, server: Cluster, tmp_path: Path
) -> None:
    """The check of the test above sees a lost write."""
    name = own_database.rsplit("/", 1)[1]
    with psycopg.connect(server.url, autocommit=True) as opened:
        opened.execute(f"ALTER DATABASE {name} SET synchronous_commit = off")
        opened.execute("ALTER SYSTEM SET wal_writer_delay = '10s'")
        opened.execute("SELECT pg_reload_conf()")
    try:
        with portal(tmp_path, own_database) as made, made.warm() as act:
            drafts = act(seeding_work.asked, send=4)["send"]
            server_pid = server.pid
            with sending(made, drafts) as client:
                wait_until(lambda: client.log == drafts, "the acknowledgements")
                os.kill(server_pid, signal.SIGSTOP)  # it shall not write its log between this and the kill
                server.kill()
                server.start()
                gone = lost(made, client.log)
    finally:
        with psycopg.connect(server.url, autocommit=True) as opened:
            opened.execute("ALTER SYSTEM RESET wal_writer_delay")
            opened.execute("SELECT pg_reload_conf()")
    assert gone
    tell(
        "R5",
        f"synchronous_commit off: {len(gone)} of {len(drafts)} acknowledged writes lost",
        is_control=True,
    )
