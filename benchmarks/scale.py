"""Requests a second by web processes and by database connections, on PostgreSQL: `python -m benchmarks.scale`.

The web server runs with production settings; people ask for a list, for one assignment's page, and cancel assignments
(a stage move with history, ledger and outbox). Cancelled ones are counted in the database afterwards. The variants are
interleaved in rounds; the table gives the median. DATABASE_URL names a database that benchmarks/find_seed.py filled.
"""

import argparse
import http.client
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parent.parent
KEY = "k3yOfTheBenchmark-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFG"
HOST = "onsite.example"
CSRF = "b" * 32
BOUNCER = -1
"""In place of a pool's size: no pool of our own, and an address that leads through PgBouncer."""
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "config.settings.production",
    "SECRET_KEY": KEY,
    "ONSITE_FIELD_KEY": KEY[::-1],
    "ALLOWED_HOSTS": HOST,
    "ONSITE_BASE_URL": f"https://{HOST}",
    "EMAIL_URL": "smtp+tls://u:p@mail.example:587",
    "ONSITE_PROXIES": "1",
    "ONSITE_LOG_LEVEL": "ERROR",
}


class Server:
    """One web server of so many processes, with a pool of so many connections for each (0: one for each thread)."""

    def __init__(
        self, workers: int, pool: int, port: int, redis_url: str, more: dict[str, str] | None = None
    ) -> None:
        self.port = port
        environment = {
            **os.environ,
            **PRODUCTION,
            "REDIS_URL": redis_url,
            "ONSITE_DB_POOL": str(pool),
            **(more or {}),
        }
        command = [sys.executable, "-m", "gunicorn", "-c", "python:config.gunicorn", "config.wsgi"]
        command += ["-b", f"127.0.0.1:{port}", "-w", str(workers)]
        self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 120
        while ask(port, "GET", "/healthz", "")[0] != 200:
            assert self.process.poll() is None, "the web server ended"
            assert time.monotonic() < deadline, "the web server does not answer"
            time.sleep(0.2)

    def end(self) -> None:
        self.process.terminate()
        self.process.wait(20)


def ask(port: int, method: str, path: str, cookie: str, body: str = "", line: Any = None) -> tuple[int, Any]:
    """One request as the proxy in front would pass it on. Returns the status and the line, to be used again."""
    line = line or http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Host": HOST, "X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9", "Cookie": cookie}
    if method == "POST":
        headers |= {"Content-Type": "application/x-www-form-urlencoded", "Referer": f"https://{HOST}/"}
    try:
        line.request(method, path, body or None, headers)
        answer = line.getresponse()
        answer.read()
    except OSError:
        return 0, None
    return answer.status, line


def load(port: int, threads: int, seconds: float, paths: list[str], cookie: str) -> tuple[float, float]:
    """Requests a second, and p95 in milliseconds, of people who ask one page after the other."""
    until, took = time.monotonic() + seconds, []

    def person(number: int) -> None:
        line, count = None, number
        while time.monotonic() < until:
            begun = time.perf_counter()
            status, line = ask(port, "GET", paths[count % len(paths)], cookie, line=line)
            assert status == 200, f"{paths[count % len(paths)]} answered {status}"
            took.append(time.perf_counter() - begun)
            count += threads

    run(person, threads)
    return len(took) / seconds, statistics.quantiles(took, n=20)[18] * 1000


def cancel(port: int, threads: int, ids: list[int], cookie: str) -> tuple[float, float]:
    """The same for cancelling these assignments; each must be cancelled in the database afterwards."""
    from assignments.models import Assignment  # noqa: PLC0415 - Django is set up only now

    took: list[float] = []
    body = urlencode({"csrfmiddlewaretoken": CSRF, "reason": "not_needed", "note": "", "step": "cancel"})

    def person(number: int) -> None:
        line = None
        for pk in ids[number::threads]:
            begun = time.perf_counter()
            for _ in range(5):  # the calm page of a busy row says "try again"
                status, line = ask(port, "POST", f"/assignments/{pk}/cancel/", cookie, body, line)
                if status != 503:
                    break
            took.append(time.perf_counter() - begun)

    begun = time.monotonic()
    run(person, threads)
    seconds = time.monotonic() - begun
    stored = Assignment.objects.filter(pk__in=ids, state="cancelled").count()
    assert stored == len(ids), f"{stored} of {len(ids)} are cancelled"
    return len(ids) / seconds, statistics.quantiles(took, n=20)[18] * 1000


def run(person: Any, threads: int) -> None:
    failed: list[BaseException] = []

    def guarded(number: int) -> None:
        try:
            person(number)
        except BaseException as error:
            failed.append(error)

    crowd = [threading.Thread(target=guarded, args=(number,)) for number in range(threads)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    if failed:
        raise failed[0]


def signed_in(user: Any) -> str:
    """The cookies of that person's browser."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: PLC0415
    from django.contrib.sessions.backends.db import SessionStore  # noqa: PLC0415

    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return f"__Host-sessionid={session.session_key}; __Host-csrftoken={CSRF}"


def work(count: int) -> tuple[Any, list[int]]:
    """A company's owner, and so many of its assignments that can be cancelled, made by the portal's own actions."""
    from assignments.actions import drafting  # noqa: PLC0415
    from benchmarks.day_acts import create  # noqa: PLC0415
    from common import clock  # noqa: PLC0415
    from tests.factories import company, member  # noqa: PLC0415

    owner = member(company(f"Scale {time.time():.0f}", cash=10**10, terms=10**9), f"Sally {time.time():.0f}")
    base = int(time.time()) * 1000
    start = clock.now() + timedelta(days=9)
    ids = [create(base + number, owner, start) for number in range(count)]
    for pk in ids:
        drafting.send(pk, actor=owner)
    return owner, ids


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--threads", type=int, default=8)
    parser.add_argument("--cancels", type=int, default=24)
    parser.add_argument("--port", type=int, default=8941)
    parser.add_argument(
        "--redis", default="redis://127.0.0.1:6399/0", help="a server of this benchmark alone"
    )
    parser.add_argument(
        "--bouncer", default="", help="address of a PgBouncer: one more variant goes through it"
    )
    parser.add_argument("--variants", default="1:8,2:8,4:8,2:0,2:2", help="web processes:pool, ...")
    options = parser.parse_args()
    os.environ |= PRODUCTION | {
        "REDIS_URL": options.redis,
        "ONSITE_VAR": tempfile.mkdtemp(prefix="onsite-scale-"),
    }
    import django  # noqa: PLC0415

    django.setup()
    variants = [tuple(int(one) for one in pair.split(":")) for pair in options.variants.split(",")]
    built = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.build"}
    command = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v", "0"]
    if not (ROOT / "staticfiles").exists():
        subprocess.run(command, cwd=ROOT, env=built, check=True)
    if options.bouncer:
        variants.append((2, BOUNCER))
    owner, ids = work(options.rounds * len(variants) * options.cancels)
    cookie = signed_in(owner)
    pages = [f"/assignments/{pk}/details/" for pk in ids[:50]]
    figures: dict[tuple[int, int], dict[str, list[tuple[float, float]]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for number in range(options.rounds):
        for place, (workers, pool) in enumerate(variants):
            more = {"DATABASE_URL": options.bouncer} if pool == BOUNCER else {}
            server = Server(workers, max(pool, 0), options.port + place, options.redis, more)
            try:
                part = [ids.pop() for _ in range(options.cancels)]
                load(server.port, options.threads, 1, ["/assignments/"], cookie)  # warm
                found = figures[workers, pool]
                found["list"].append(
                    load(server.port, options.threads, options.seconds, ["/assignments/"], cookie)
                )
                found["page"].append(load(server.port, options.threads, options.seconds, pages, cookie))
                found["cancel"].append(cancel(server.port, options.threads, part, cookie))
                newest = {what: [round(one, 1) for one in each[-1]] for what, each in found.items()}
                print(f"{workers} processes, pool {pool}: {newest}", file=sys.stderr)
            finally:
                server.end()
        print(f"round {number + 1} of {options.rounds}", file=sys.stderr)
    print("| web processes | pool | list/s | p95 ms | page/s | p95 ms | cancels/s | p95 ms |")
    print("|---:|---:|---:|---:|---:|---:|---:|---:|")
    for (workers, pool), found in figures.items():
        cells = [
            f"{statistics.median(each[at] for each in found[what]):.{1 - at}f}"
            for what in ("list", "page", "cancel")
            for at in (0, 1)
        ]
        name = "PgBouncer" if pool == BOUNCER else pool or "off"
        print(f"| {workers} | {name} | {' | '.join(cells)} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
