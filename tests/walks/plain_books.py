"""What the books must say, in plain Python: no database, and no code of the portal. Amounts are minor units."""

from collections import Counter
from copy import deepcopy
from dataclasses import dataclass, field

Key = tuple[str, int, str, str]
"""Whose (client, worker, platform, provider), which one, for what, in which currency."""
MAY_OWE = {
    ("platform", "fastfunds_advanced"),
    ("platform", "terms_granted"),
    ("platform", "verification"),
    ("provider", "clearing"),
}
"""Accounts that may be below zero."""
FASTFUNDS_BPS = 750
SMALL_CLAIMS_BELOW = 30_000


class Refused(Exception):
    """The plain books do not allow it: the portal must refuse it with a sentence, and change nothing."""


def half_up(minor: int, bps: int) -> int:
    """A share in hundredths of a percent, rounded half up."""
    return (minor * bps * 2 + 10_000) // 20_000


@dataclass
class Job:
    """One assignment as money sees it."""

    client: int
    worker: int
    currency: str
    most: int
    """The most that the worker can get now."""
    fee_bps: int
    is_immediate: bool
    is_eligible: bool = False
    """Whether the client allows FastFunds."""
    stage: str = "new"
    from_cash: int = 0
    from_terms: int = 0
    owed: int = 0
    """What the open invoice owes the worker."""
    is_advanced: bool = False
    is_locked: bool = False
    is_disputed: bool = False
    is_small: bool = False
    """Its dispute waits for sealed figures: no admin decides now."""
    between: tuple[int, int] | None = None
    """Figures that did not cross: an admin decides between them."""
    ruling: tuple[int | None] | None = None
    """What an admin decided (None: full pay), as long as it can be appealed."""
    is_decided: bool = False
    """It was decided or settled once: the client cannot dispute it again."""
    is_held: bool = False
    """Whether funds are set aside."""

    def with_fee(self, pay: int) -> int:
        return pay + half_up(pay, self.fee_bps)


@dataclass
class Withdrawal:
    worker: int
    currency: str
    amount: int
    state: str = "requested"


@dataclass
class Books:
    """Every balance, and what people have under way. A method that raises Refused has changed nothing."""

    balances: Counter[Key] = field(default_factory=Counter)
    jobs: dict[int, Job] = field(default_factory=dict)
    withdrawals: dict[int, Withdrawal] = field(default_factory=dict)
    limits: Counter[tuple[int, str]] = field(default_factory=Counter)

    def copy(self) -> "Books":
        return deepcopy(self)

    def forget(self, keep: int) -> None:
        """Assignments and withdrawals that ended, but for the last ones: nothing is tried on them any more."""
        for found, last in (
            (self.jobs, ("paid", "void")),
            (self.withdrawals, ("paid", "failed", "returned")),
        ):
            states = {key: getattr(one, "stage", getattr(one, "state", "")) for key, one in found.items()}
            for key in [key for key, state in states.items() if state in last][:-keep]:
                del found[key]  # type: ignore[attr-defined]

    def move(self, currency: str, *legs: tuple[str, int, str, int]) -> None:
        assert sum(leg[3] for leg in legs) == 0
        after = Counter(self.balances)
        for kind, owner, purpose, minor in legs:
            after[kind, owner, purpose, currency] += minor
        for (kind, _, purpose, _), minor in after.items():
            if minor < 0 and (kind, purpose) not in MAY_OWE:
                raise Refused(f"{kind} {purpose} would be {minor}")
        self.balances = after

    # the client's funds

    def deposit(self, client: int, currency: str, amount: int) -> None:
        self.move(currency, ("client", client, "cash", amount), ("provider", 0, "clearing", -amount))

    def limit(self, client: int, currency: str, limit: int) -> None:
        more = limit - self.limits[client, currency]
        self.move(currency, ("client", client, "terms", more), ("platform", 0, "terms_granted", -more))
        self.limits[client, currency] = limit

    def set_aside(self, job: Job, total: int) -> None:
        """Terms first unless immediate, then cash; as if what is held were given back and all made anew."""
        cash = self.balances["client", job.client, "cash", job.currency] + job.from_cash
        terms = self.balances["client", job.client, "terms", job.currency] + job.from_terms
        from_terms = 0 if job.is_immediate else min(total, terms)
        from_cash = total - from_terms
        if from_cash > cash:
            raise Refused("not enough to set aside")
        self._hold(job, from_cash, from_terms)
        job.is_held = True

    def give_back(self, job: Job) -> None:
        self._hold(job, 0, 0)
        job.is_held = False

    def _hold(self, job: Job, from_cash: int, from_terms: int) -> None:
        cash, terms, owner = from_cash - job.from_cash, from_terms - job.from_terms, job.client
        self.move(
            job.currency,
            ("client", owner, "cash", -cash),
            ("client", owner, "reserved_cash", cash),
            ("client", owner, "terms", -terms),
            ("client", owner, "reserved_terms", terms),
        )
        job.from_cash, job.from_terms = from_cash, from_terms

    # one assignment

    def send(self, job: Job) -> None:
        self.set_aside(job, job.with_fee(job.most))
        job.stage = "progress"

    def bonus(self, job: Job, amount: int) -> None:
        self._need(job, "progress")
        self.set_aside(job, job.with_fee(job.most + amount))
        job.most += amount

    def submit(self, job: Job) -> None:
        self._need(job, "progress")
        job.stage = "pending"

    def approve(self, job: Job, pay: int | None = None) -> None:
        self._need(job, "pending")
        self._undisputed(job)
        self._invoice(job, job.most if pay is None else pay, "approved")

    def cancel(self, job: Job, pay: int) -> None:
        self._need(job, "progress", "pending")
        self._undisputed(job)
        if pay > job.most:
            raise Refused("more than agreed")
        if pay:
            self._invoice(job, pay, "cancelled")
        else:
            self.give_back(job)
            job.stage = "void"

    def _invoice(self, job: Job, pay: int, stage: str) -> None:
        self.set_aside(job, job.with_fee(pay))
        job.stage, job.owed = stage, pay
        if job.is_immediate:
            self.pay(job)

    def pay(self, job: Job) -> None:
        self._need(job, "approved", "cancelled")
        self._undisputed(job)
        self.give_back(job)
        total, fee = job.with_fee(job.owed), job.with_fee(job.owed) - job.owed
        to = ("platform", 0, "fastfunds_advanced") if job.is_advanced else ("worker", job.worker, "balance")
        self.move(
            job.currency,
            ("client", job.client, "cash", -total),
            (*to, job.owed),
            ("platform", 0, "fee", fee),
        )
        job.stage = "paid"

    def stop(self, job: Job) -> None:
        self._need(job, "approved")
        self._undisputed(job)
        if job.is_advanced or job.is_locked:
            raise Refused("somebody relies on the invoice")
        self.set_aside(job, job.with_fee(job.most))
        job.stage, job.owed = "pending", 0

    def print_invoice(self, job: Job) -> None:
        self._need(job, "approved", "cancelled")
        job.is_locked = True

    def take(self, job: Job) -> None:
        self._need(job, "approved")
        self._undisputed(job)
        if job.is_advanced or not job.is_eligible:
            raise Refused("no FastFunds")
        fee = half_up(job.owed, FASTFUNDS_BPS)
        self.move(
            job.currency,
            ("platform", 0, "fastfunds_advanced", -job.owed),
            ("worker", job.worker, "balance", job.owed - fee),
            ("platform", 0, "fastfunds_fee", fee),
        )
        job.is_advanced = True

    # disputes

    def dispute(self, job: Job) -> None:
        self._need(job, "pending", "approved")
        self._undisputed(job)
        if job.is_decided or job.is_advanced:
            raise Refused("decided already, or paid early")
        job.is_disputed = True
        job.is_small = self.in_dispute(job) < SMALL_CLAIMS_BELOW

    @staticmethod
    def in_dispute(job: Job) -> int:
        return job.owed if job.stage == "approved" else job.most

    def close(self, job: Job) -> None:
        if not job.is_disputed or job.ruling:
            raise Refused("no dispute")
        job.is_disputed, job.is_small, job.between = False, False, None

    def settle(self, job: Job, part: int | None) -> None:
        """An admin decides; the money waits. `part`: None for full pay, 0 for none, else the worker's pay."""
        if not job.is_disputed or job.is_small or job.ruling:
            raise Refused("nothing to decide")
        if part is not None and part >= self.in_dispute(job):
            raise Refused("no part")
        low, high = job.between or (0, self.in_dispute(job))
        if not low <= (self.in_dispute(job) if part is None else part) <= high:
            raise Refused("outside of both figures")
        job.ruling = (part,)

    def carry_out(self, job: Job) -> None:
        """Nobody appeals: what was decided is done."""
        if not job.ruling:
            raise Refused("nothing decided")
        self._conclude(job, job.ruling[0])

    def figures(self, job: Job, offered: int, asked: int) -> None:
        """Both sides give their sealed figure: figures that cross meet in the middle, half a unit for the worker."""
        if not job.is_small:
            raise Refused("no small claim")
        if offered < asked:
            job.is_small, job.between = False, (offered, asked)
        else:
            self._conclude(job, (offered + asked + 1) // 2)

    def _conclude(self, job: Job, part: int | None) -> None:
        amount = self.in_dispute(job)
        job.is_disputed, job.is_small, job.between, job.ruling, job.is_decided = (
            False,
            False,
            None,
            None,
            True,
        )
        if job.stage == "approved":
            if part is None or part == amount:
                return
            job.owed, job.is_locked = 0, False  # that invoice is withdrawn, and a new one was not printed
        if part == 0:
            self.give_back(job)
            job.stage = "void"
        else:
            self._invoice(job, amount if part is None else part, "approved")

    # the worker's money

    def withdraw(self, number: int, worker: int, currency: str, amount: int) -> None:
        self.move(
            currency, ("worker", worker, "balance", -amount), ("worker", worker, "pending_payout", amount)
        )
        self.withdrawals[number] = Withdrawal(worker, currency, amount)

    def sent(self, number: int) -> None:
        self._step(number, "sent", "requested")

    def paid_out(self, number: int) -> None:
        made = self._step(number, "paid", "sent")
        self.move(
            made.currency,
            ("worker", made.worker, "pending_payout", -made.amount),
            ("provider", 0, "clearing", made.amount),
        )

    def came_back(self, number: int) -> None:
        """The bank refused it, or gave it back after paying."""
        was_paid = self.withdrawals[number].state == "paid"
        made = self._step(number, "returned" if was_paid else "failed", "requested", "sent", "paid")
        source = ("provider", 0, "clearing") if was_paid else ("worker", made.worker, "pending_payout")
        self.move(made.currency, (*source, -made.amount), ("worker", made.worker, "balance", made.amount))

    def _step(self, number: int, to: str, *states: str) -> Withdrawal:
        made = self.withdrawals[number]
        if made.state not in states:
            raise Refused(made.state)
        made.state = to
        return made

    @staticmethod
    def _need(job: Job, *stages: str) -> None:
        if job.stage not in stages:
            raise Refused(job.stage)

    @staticmethod
    def _undisputed(job: Job) -> None:
        if job.is_disputed:
            raise Refused("disputed")
