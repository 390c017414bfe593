"""Whether the time of an answer tells that an account exists (row 10), at each door that takes an address.

The two kinds of address are asked in turn, so that a busy machine slows both. What tells them apart is not the gap
alone but the gap beside the spread: the chance that an answer about an account takes longer than one about nobody.
"""

import time
from dataclasses import dataclass, field
from statistics import median
from typing import Final
from urllib.parse import urlencode

from accounts.models import User
from tests.hostile.fuzz import Wire
from tests.hostile.hits import FORM_TYPE, Hit
from tests.hostile.portal import Portal

WORDS: Final = "a long enough phrase 71"
COMPANY: Final = {
    "role": "client", "name": "Taylor Doe", "company": "Doe Stores", "time_zone": "America/Chicago", "country": "US",
}  # fmt: skip
DOORS: Final[dict[str, tuple[str, str, dict[str, str]]]] = {
    "sign-in": ("/accounts/login/", "login", {"password": WORDS}),
    "reset": ("/accounts/password/reset/", "email", {}),
    "sign-up": ("/accounts/signup/", "email", {**COMPANY, "password1": WORDS}),
}
"""Each door: its address, the name of the field that takes the e-mail address, what else is sent."""
TELLS: Final = 0.75
"""From this chance on a door is a finding: half is a coin, one is certainty at the first try."""


@dataclass
class Timed:
    """The milliseconds of one door, and the answers that were seen (status and target) of each kind."""

    account: list[float] = field(default_factory=list)
    nobody: list[float] = field(default_factory=list)
    answers: tuple[set[tuple[int, str]], set[tuple[int, str]]] = field(default_factory=lambda: (set(), set()))

    @property
    def chance(self) -> float:
        """That an answer about an account takes longer than one about nobody (0.5: time tells nothing)."""
        pairs = [(mine > other) + (mine == other) / 2 for mine in self.account for other in self.nobody]
        return sum(pairs) / len(pairs)

    @property
    def is_open(self) -> bool:
        """Whether time or answer tells the two kinds apart."""
        return self.answers[0] != self.answers[1] or not 1 - TELLS < self.chance < TELLS

    def words(self) -> str:
        return f"{median(self.account):.0f} ms beside {median(self.nobody):.0f} ms, chance {self.chance:.2f}"


def run(portal: Portal, *, tries: int) -> dict[str, Timed]:
    """Ask each door `tries` times about an account and as often about nobody. Gives the times by door."""
    known = list(User.objects.filter(is_active=True).order_by("pk").values_list("email", flat=True))
    wire, found = Wire(portal), {name: Timed() for name in DOORS}
    for number in range(-3, tries):  # the first three warm both sides up
        for name, timed in found.items():
            for kind, email in enumerate((known[number % len(known)], f"nobody{number}@onsite.example")):
                took, answer = _asked(wire, name, email)
                if number >= 0:
                    (timed.account, timed.nobody)[kind].append(took)
                    timed.answers[kind].add(answer)
    return found


def _asked(wire: Wire, door: str, email: str) -> tuple[float, tuple[int, str]]:
    """Milliseconds to the end of the answer; its status and where it leads."""
    address, name, more = DOORS[door]
    body = urlencode({**more, name: email}).encode()
    hit = Hit(0, "anonymous", door, "POST", address, body, FORM_TYPE)
    began = time.perf_counter()
    status, target, _, _ = wire.send(hit)
    return (time.perf_counter() - began) * 1000, (status, target)
