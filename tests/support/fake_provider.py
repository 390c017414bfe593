"""A payment provider on a real socket, with a ledger of its own by idempotency key, and with bad manners on demand.

It speaks the contract of docs/money/payouts.md and shares no code with the adapter. `moods` says what happens to the
next calls; when it is empty every call is served well. Money that moved is counted by key and by reference.
"""

import hashlib
import hmac
import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random
from typing import Any, Final

MOODS: Final = (
    "well",
    "well",
    "lost",
    "done_and_lost",
    "slow",
    "busy",
    "done_and_busy",
    "garbage",
    "doubled",
)
"""Lost: the call never arrived. Done and lost: it was done, and the answer never came. Slow: after the time-out."""
ENDS: Final = ("paid", "paid", "paid", "failed", "returned")


class FakeProvider:
    """The provider's books. `ends` by key: what finally becomes of a payout; `events`: what it would tell."""

    def __init__(self, *, slow: float = 0.5, dice: Random | None = None, at_once: bool = False) -> None:
        """`at_once`: a payout is paid with its call; otherwise it is accepted, and its end comes by an event."""
        self.payouts: dict[str, dict[str, Any]] = {}
        self.collections: dict[str, dict[str, Any]] = {}
        self.moved: Counter[str] = Counter()
        self.moved_by_reference: Counter[str] = Counter()
        self.calls = 0
        self.unsigned = 0
        self.moods: list[str] = []
        self.events: list[dict[str, Any]] = []
        self.slow, self.at_once = slow, at_once
        self.dice = dice or Random(1)
        self.lock = threading.Lock()
        self.called = threading.Condition(self.lock)
        self.url = ""

    def mood(self) -> str:
        with self.lock:
            self.calls += 1
            self.called.notify_all()
            return self.moods.pop(0) if self.moods else "well"

    def wait_for_call(self, number: int, seconds: float) -> bool:
        """Until so many calls came in."""
        with self.lock:
            return self.called.wait_for(lambda: self.calls >= number, seconds)

    def take(self, kind: str, key: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Do what is asked, once for a key. The same key with another body is refused."""
        with self.lock:
            books = self.payouts if kind == "payouts" else self.collections
            known = books.get(key)
            if known is not None:
                return (200, self.said(known)) if known["body"] == body else (409, {"why": "another body"})
            if body.get("holder", "").startswith("Refused"):
                return 422, {"why": "No such account."}
            end = self.dice.choice(ENDS) if kind == "payouts" else "paid"
            made = {"body": body, "end": end, "status": "paid" if self.at_once else "accepted"}
            made["reference"] = f"X{len(books) + 1}"
            books[key] = made
            self.moved[key] += 1
            self.moved_by_reference[body.get("reference", key)] += 1
            steps = {"paid": ["accepted", "paid"], "failed": ["accepted", "failed"]}
            for status in steps.get(end, ["accepted", "paid", "returned"]):
                self.events.append(self.event(kind.removesuffix("s"), key, made, status))
            return 201, self.said(made)

    def said(self, made: dict[str, Any]) -> dict[str, Any]:
        body = made["body"]
        return {"status": made["status"], "reference": made["reference"], "why": "",
                "amount": body["amount"], "currency": body["currency"]}  # fmt: skip

    def event(self, family: str, key: str, made: dict[str, Any], status: str) -> dict[str, Any]:
        data = {"key": key, "amount": made["body"]["amount"], "currency": made["body"]["currency"],
                "reference": made["reference"], "why": "" if status != "returned" else "Account closed."}  # fmt: skip
        return {"id": f"evt-{len(self.events) + 1}", "type": f"{family}.{status}", "data": data}

    def finish(self) -> None:
        """Everything comes to its end: from now on questions are answered with it."""
        with self.lock:
            for made in [*self.payouts.values(), *self.collections.values()]:
                made["status"] = made["end"]


def signed(event: dict[str, Any], secret: str, at: float) -> tuple[bytes, dict[str, str]]:
    """Body and headers of a call to the hook."""
    body, stamp = json.dumps(event).encode(), f"{at:.0f}"
    mac = hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return body, {"HTTP_ONSITE_TIMESTAMP": stamp, "HTTP_ONSITE_SIGNATURE": mac}


class Handler(BaseHTTPRequestHandler):
    """One call."""

    provider: FakeProvider
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers["Content-Length"]))
        self.serve(lambda: self.post(json.loads(raw)))

    def do_GET(self) -> None:
        self.serve(self.look)

    def post(self, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        key = self.headers["Idempotency-Key"]
        return self.provider.take(self.path.rsplit("/", 1)[-1], key, body)

    def look(self) -> tuple[int, dict[str, Any]]:
        *_, kind, key = self.path.split("/")
        books = self.provider.payouts if kind == "payouts" else self.provider.collections
        with self.provider.lock:
            return (200, self.provider.said(books[key])) if key in books else (404, {})

    def serve(self, act: Any) -> None:
        provider, mood = self.provider, self.provider.mood()
        if not self.headers.get("Authorization", "").startswith("Bearer "):
            provider.unsigned += 1
        if mood == "lost":
            return self.hang_up()
        if mood == "busy":
            return self.answer(503, {})
        status, said = act()
        if mood == "doubled":
            status, said = act()
        if mood == "done_and_lost":
            return self.hang_up()
        if mood == "done_and_busy":
            return self.answer(502, {})
        if mood == "garbage":
            return self.answer(200, ["not", "an", "object"])
        if mood == "slow":
            time.sleep(provider.slow)
        return self.answer(status, said)

    def answer(self, status: int, said: Any) -> None:
        raw = json.dumps(said).encode()
        try:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)
        except OSError:
            self.close_connection = True  # who asked is gone: a time-out, or a killed process

    def hang_up(self) -> None:
        self.close_connection = True
        self.connection.close()

    def log_message(self, *args: Any) -> None:
        """Quiet."""


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that was killed in the middle is what these tests are about."""


@contextmanager
def running(provider: FakeProvider) -> Iterator[FakeProvider]:
    """The provider on a free port of this machine, for the block."""
    handler = type("BoundHandler", (Handler,), {"provider": provider})
    server = Server(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    provider.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
