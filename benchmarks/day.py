"""A day of N active assignments against a running Onsite, compressed into minutes, with faults, and its final books.

    DATABASE_URL=postgres://postgres@127.0.0.1:5432/onsite_day python -m benchmarks.day --assignments 400 --minutes 6

Several processes act by the portal's own actions on a moved clock, sweepers run the timetable on the same clock, a
web server answers people who look at pages meanwhile. One click in ten is doubled; every few seconds one actor or
sweeper is killed (SIGKILL) and started again. Actors note each act only after it was acknowledged. At the end every
acknowledged act must stand in the history exactly once, each assignment in the stage that its acts lead to, and the
books and the hash chains must be whole. The database must be empty at the start; it is left for a look afterwards.
"""

import argparse
import http.client
import json
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

from config.lifeline import PARENT, tie_to_parent

ROOT = Path(__file__).resolve().parent.parent
DOUBLED = 0.1
SWEEPING_AFTER = 20.0
"""Seconds after which a sweeper that was started is surely in the middle of its rounds."""
PAGES = {"client": ("/", "/assignments/", "/payments/"), "worker": ("/", "/find-work/", "/work/")}


def setup() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    os.environ.setdefault("DEBUG", "0")
    os.environ.setdefault("ONSITE_NO_DEMO", "1")
    os.environ.setdefault("EMAIL_URL", "dummymail://")
    os.environ.setdefault("ONSITE_LOG_LEVEL", "ERROR")
    import django  # noqa: PLC0415 - the settings are chosen only now

    django.setup()


class Day:
    """The compressed clock: `begun` is the real second at which the day began, `seconds` how long it takes."""

    def __init__(self, begun: float, seconds: float) -> None:
        self.begun, self.seconds = begun, seconds

    def now(self) -> datetime:
        from benchmarks.day_acts import BEGIN, LENGTH  # noqa: PLC0415

        return BEGIN + LENGTH * ((time.time() - self.begun) / self.seconds)

    def wait_for(self, at: datetime) -> None:
        """Pace, not synchronisation: nothing depends on how long it sleeps."""
        from benchmarks.day_acts import BEGIN, LENGTH  # noqa: PLC0415

        left = self.begun + (at - BEGIN) / LENGTH * self.seconds - time.time()
        if left > 0:
            time.sleep(left)


def actor(options: argparse.Namespace) -> None:
    """Lead every n-th assignment through its day, from where the log of the acknowledged acts ends."""
    from benchmarks.day_acts import Cast, plan  # noqa: PLC0415

    cast, day = Cast(), Day(options.begun, options.minutes * 60)
    log = Path(options.folder) / f"actor-{options.index}.log"
    done = {(one["number"], one["verb"]) for one in lines(log)}
    ended = {one["number"] for one in lines(log) if one["how"] == "refused"}
    numbers = range(options.index, options.assignments, options.actors)
    steps = sorted(step for number in numbers for step in plan(number, len(cast.workers)))
    with log.open("a", encoding="utf-8") as kept:
        for step in steps:
            if (step.number, step.verb) in done or step.number in ended:
                continue
            day.wait_for(step.at)
            begun = time.perf_counter()
            how = click(cast, step)
            if how == "refused":
                ended.add(step.number)
            told = {"number": step.number, "verb": step.verb, "how": how, "s": time.perf_counter() - begun}
            kept.write(json.dumps(told) + "\n")
            kept.flush()


def click(cast: Any, step: Any) -> str:
    """One act, or the same act twice at once. "done", or "refused" when no click had an effect, now or before."""
    answers: list[str] = []

    def once() -> None:
        answers.append(attempt(cast, step))

    if random.random() < DOUBLED and step.verb != "create":
        second = threading.Thread(target=once)
        second.start()
        once()
        second.join()
    else:
        once()
    return "done" if "done" in answers or stored(cast, step) else "refused"


def attempt(cast: Any, step: Any) -> str:
    from django.db import OperationalError, connection  # noqa: PLC0415

    from common import clock  # noqa: PLC0415
    from common.errors import DomainError  # noqa: PLC0415

    try:
        for _ in range(3):
            try:
                with clock.moved(step.at):
                    cast.do(step)
                return "done"
            except DomainError:
                return "refused"
            except OperationalError:  # busy: the page says "try again", and people do
                continue
        return "busy"
    finally:
        if threading.current_thread() is not threading.main_thread():
            connection.close()


def stored(cast: Any, step: Any) -> bool:
    """Whether an earlier click (of a process that was killed before it could note it) had the effect already."""
    from benchmarks.day_acts import KINDS  # noqa: PLC0415
    from timeline.models import Entry  # noqa: PLC0415

    found = Entry.objects.filter(
        subject_type="assignment", subject_id=cast.pk(step.number), kind=KINDS[step.verb]
    )
    return bool(found.exists())


def sweeper(options: argparse.Namespace) -> None:
    """Run the whole timetable on the day's clock until killed."""
    from common import clock  # noqa: PLC0415
    from config.management.commands.sweep import run_all  # noqa: PLC0415

    day = Day(options.begun, options.minutes * 60)
    while True:
        with clock.moved(day.now()):
            run_all()
        time.sleep(0.2)


def reader(options: argparse.Namespace) -> None:
    """Look at pages over HTTP as a client and as a worker, and note how each answered."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: PLC0415
    from django.contrib.sessions.backends.db import SessionStore  # noqa: PLC0415

    from benchmarks.day_acts import Cast  # noqa: PLC0415

    cast = Cast()
    cookies = {}
    for hat, user in (("client", cast.owners[0]), ("worker", cast.workers[0].user)):
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.save()
        cookies[hat] = f"sessionid={session.session_key}"
    with (Path(options.folder) / f"reader-{options.index}.log").open("a", encoding="utf-8") as kept:
        while True:
            hat = random.choice(("client", "worker"))
            path = random.choice(PAGES[hat])
            begun = time.perf_counter()
            status = get(options.port, path, cookies[hat])
            told = {"path": path, "status": status, "s": time.perf_counter() - begun}
            kept.write(json.dumps(told) + "\n")
            kept.flush()
            time.sleep(0.1)


def get(port: int, path: str, cookie: str) -> int:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        for _ in range(3):
            line.request("GET", path, headers={"Cookie": cookie, "Host": "localhost"})
            answer = line.getresponse()
            answer.read()
            if answer.status not in (301, 302):
                break
            path = answer.headers["Location"]
        return answer.status
    except OSError:
        return 0
    finally:
        line.close()


def lines(path: Path) -> list[dict[str, Any]]:
    """The whole lines of a log; a line that a kill cut off is none."""
    if not path.exists():
        return []
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            found.append(json.loads(line))
        except ValueError:
            continue
    return found


class Stage:
    """The processes of the day: started, killed at random, started again."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.running: dict[tuple[str, int], subprocess.Popen[bytes]] = {}
        self.since: dict[tuple[str, int], tuple[float, int]] = {}
        self.kills: Counter[str] = Counter()

    def start(self, role: str, index: int) -> None:
        given = vars(self.options) | {"role": role, "index": index}
        command = [sys.executable, "-m", "benchmarks.day"]
        command += [f"--{name.replace('_', '-')}={value}" for name, value in given.items()]
        environment = {**os.environ, PARENT: str(os.getpid())}
        self.running[role, index] = subprocess.Popen(command, cwd=ROOT, env=environment)
        self.since[role, index] = (time.monotonic(), self.acted(index))

    def acted(self, index: int) -> int:
        """Bytes that an actor has noted so far."""
        log = Path(self.options.folder) / f"actor-{index}.log"
        return log.stat().st_size if log.exists() else 0

    def is_at_work(self, role: str, index: int) -> bool:
        """Only a process that does something by now is worth a kill: an actor that has acted since its start."""
        since, acted = self.since[role, index]
        if role == "actor":
            return self.acted(index) > acted
        return time.monotonic() - since > SWEEPING_AFTER

    def web(self) -> None:
        command = [sys.executable, "-m", "gunicorn", "-c", "python:config.gunicorn", "config.wsgi"]
        command += ["-b", f"127.0.0.1:{self.options.port}", "-w", "1"]
        self.running["web", 0] = subprocess.Popen(command, cwd=ROOT)

    def kill_one(self, chance: random.Random) -> None:
        alive = [
            key
            for key, process in self.running.items()
            if key[0] in ("actor", "sweeper") and process.poll() is None and self.is_at_work(*key)
        ]
        if not alive:
            return
        role, index = chance.choice(alive)
        self.running[role, index].send_signal(signal.SIGKILL)
        self.running[role, index].wait()
        self.kills[role] += 1
        self.start(role, index)

    def acting(self) -> bool:
        """Whether an actor is still at work. One that broke off by itself is an error of the program."""
        codes = [process.poll() for key, process in self.running.items() if key[0] == "actor"]
        assert not [code for code in codes if code not in (None, 0)], f"an actor ended with {codes}"
        return None in codes

    def end(self) -> None:
        for process in self.running.values():
            if process.poll() is None:
                process.terminate()
        for process in self.running.values():
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def judge(options: argparse.Namespace, folder: Path, kills: Counter[str], seconds: float) -> int:
    """Catch up, then compare every acknowledged act with what is stored. Returns the number of faults."""
    from benchmarks.day_acts import BEGIN, KINDS, LENGTH, REACHED, Cast  # noqa: PLC0415
    from common import clock  # noqa: PLC0415
    from config.management.commands.sweep import run_all  # noqa: PLC0415
    from config.models import Parked  # noqa: PLC0415
    from ledger.audit import audit  # noqa: PLC0415
    from notifications.models import Message  # noqa: PLC0415
    from timeline import seals  # noqa: PLC0415
    from timeline.models import Entry  # noqa: PLC0415

    with clock.moved(BEGIN + LENGTH * 1.1):
        for _ in range(4):
            run_all()
    seals.seal_all(look_back=None)
    acts = [one for path in sorted(folder.glob("actor-*.log")) for one in lines(path)]
    done = [one for one in acts if one["how"] == "done"]
    cast = Cast()
    faults: list[str] = []
    stored_acts = Counter(
        Entry.objects.filter(subject_type="assignment", kind__in=KINDS.values()).values_list(
            "subject_id", "kind"
        )
    )
    for one in done:
        count = stored_acts[cast.pk(one["number"]), KINDS[one["verb"]]]
        if count != 1:
            faults.append(f"assignment {one['number']}: {one['verb']} stands {count} times in the history")
    last = {one["number"]: one["verb"] for one in done}
    faults += wrong_stages(cast, last, REACHED)
    faults += gaps()
    faults += [f"ledger: {breach.check}: {breach.sentence}" for breach in audit()]
    report = seals.verify()
    faults += [f"history: {sentence}" for sentence in report.broken]
    unsent = Message.objects.exclude(state="sent").count()
    if unsent:
        faults.append(f"{unsent} mails did not leave")
    reads = [one for path in folder.glob("reader-*.log") for one in lines(path)]
    bad = Counter(one["status"] for one in reads if one["status"] != 200)
    faults += [f"{count} pages answered {status}" for status, count in bad.items()]
    tell = [
        f"assignments {options.assignments}, {options.minutes:g} minutes planned, {seconds / 60:.1f} taken; "
        f"{options.actors} actors, {options.sweepers} sweepers, 1 web process",
        f"acts acknowledged {len(done)} ({len(done) / seconds:.1f} a second), refused {len(acts) - len(done)}; "
        f"by verb {dict(sorted(Counter(one['verb'] for one in done).items()))}",
        f"an act took {spread([one['s'] for one in done])}",
        f"killed: {dict(kills)}; parked rows {Parked.objects.count()}",
        f"pages {len(reads)}, {spread([one['s'] for one in reads])}",
        f"history entries {report.sealed} sealed, {report.unsealed} waiting; mails {Message.objects.count()}",
        f"stages {dict(stages())}",
        f"faults {len(faults)}",
    ]
    print("\n".join([*tell, *faults[:20]]))
    return len(faults)


def wrong_stages(cast: Any, last: dict[int, str], reached: dict[str, set[str]]) -> list[str]:
    from assignments.models import Assignment  # noqa: PLC0415

    states = dict(Assignment.objects.values_list("pk", "state"))
    return [
        f"assignment {number}: {states[cast.pk(number)]} after {verb}"
        for number, verb in last.items()
        if states[cast.pk(number)] not in reached[verb]
    ]


def gaps() -> list[str]:
    """Assignments whose history is not 1, 2, 3 ... up to the version of the row."""
    from django.db.models import Count, Max  # noqa: PLC0415

    from assignments.models import Assignment  # noqa: PLC0415
    from timeline.models import Entry  # noqa: PLC0415

    versions = dict(Assignment.objects.values_list("pk", "version"))
    rows = Entry.objects.filter(subject_type="assignment").values("subject_id")
    rows = rows.annotate(n=Count("pk"), top=Max("sequence")).values_list("subject_id", "n", "top")
    return [
        f"assignment {pk}: {n} entries up to {top}, version {versions[pk]}"
        for pk, n, top in rows
        if not n == top == versions[pk]
    ]


def stages() -> list[tuple[str, int]]:
    from django.db.models import Count  # noqa: PLC0415

    from assignments.models import Assignment  # noqa: PLC0415

    return sorted(Assignment.objects.order_by().values_list("state").annotate(n=Count("pk")))


def spread(seconds: list[float]) -> str:
    if len(seconds) < 20:
        return f"{len(seconds)} values"
    found = statistics.quantiles(seconds, n=100)
    return f"{found[49] * 1000:.0f} ms in the middle, {found[94] * 1000:.0f} ms at p95, {found[98] * 1000:.0f} at p99"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.day", description=__doc__)
    parser.add_argument("--assignments", type=int, default=400)
    parser.add_argument("--minutes", type=float, default=6)
    parser.add_argument("--actors", type=int, default=3)
    parser.add_argument("--sweepers", type=int, default=2)
    parser.add_argument("--kill-every", dest="kill_every", type=float, default=8, help="seconds; 0: no kills")
    parser.add_argument("--port", type=int, default=8931)
    parser.add_argument("--role", default="", help=argparse.SUPPRESS)
    parser.add_argument("--index", type=int, default=0, help=argparse.SUPPRESS)
    parser.add_argument("--begun", type=float, default=0, help=argparse.SUPPRESS)
    parser.add_argument("--folder", default="", help=argparse.SUPPRESS)
    options = parser.parse_args()
    setup()
    if options.role:
        tie_to_parent(int(os.environ[PARENT]))
        {"actor": actor, "sweeper": sweeper, "reader": reader}[options.role](options)
        return 0
    return play(options)


def play(options: argparse.Namespace) -> int:
    """Prepare, play the day, judge."""
    from django.core.management import call_command  # noqa: PLC0415

    from assignments.models import Assignment  # noqa: PLC0415
    from benchmarks.day_acts import BEGIN, seed  # noqa: PLC0415
    from common import clock  # noqa: PLC0415

    call_command("prepare", verbosity=0)
    assert not Assignment.objects.exists(), "the database is not empty"
    with clock.moved(BEGIN):
        seed(options.assignments)
    with tempfile.TemporaryDirectory() as folder:
        options.folder, options.begun = folder, time.time() + 8
        stage, chance = Stage(options), random.Random(1)
        begun = time.monotonic()
        try:
            stage.web()
            for role, count in (("actor", options.actors), ("sweeper", options.sweepers), ("reader", 1)):
                for index in range(count):
                    stage.start(role, index)
            due = time.monotonic() + 12
            while stage.acting():
                time.sleep(0.2)
                if options.kill_every and time.monotonic() >= due:
                    stage.kill_one(chance)
                    due = time.monotonic() + options.kill_every
        finally:
            seconds = time.monotonic() - begun
            stage.end()
        return 1 if judge(options, Path(folder), stage.kills, seconds) else 0


if __name__ == "__main__":
    sys.exit(main())
