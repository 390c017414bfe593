"""Random money: whatever happens, the books stay whole and agree with a model of four plain integers."""

from collections import Counter
from dataclasses import dataclass, field

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.errors import Conflict, DomainError, WrongState
from common.money import Money
from ledger.accounts import balance
from ledger.audit import audit
from ledger.errors import InsufficientFunds
from ledger.models import Entry
from ledger.post import Leg, post
from tests.support.books import AT, alter, deposit, figures, fresh_key, give_back, grant, set_aside, usd, use

pytestmark = pytest.mark.django_db
relaxed = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

OWNERS = st.sampled_from(
    [("client", 1, "cash"), ("client", 2, "cash"), ("worker", 1, "balance"), ("platform", 0, "fee")]
)
MOVES = st.lists(
    st.tuples(OWNERS, st.integers(-400, 600), st.sampled_from(["USD", "JPY"])), min_size=1, max_size=6
)


@relaxed
@given(st.lists(MOVES, max_size=8))
def test_random_postings_sum_to_zero_and_never_overdraw(
    postings: list[list[tuple[tuple[str, int, str], int, str]]],
):
    with transaction.atomic():
        model: Counter[tuple[str, int, str, str]] = Counter()
        for moves in postings:
            legs = [Leg(*owner, Money(minor, currency)) for owner, minor, currency in moves]
            for currency in ("USD", "JPY"):
                total = sum(minor for _, minor, code in moves if code == currency)
                legs.append(Leg("provider", 0, "clearing", Money(-total, currency)))
            after = model.copy()
            for leg in legs:
                after[leg.ref] += leg.amount.minor
            try:
                post("random.moved", key=fresh_key(), legs=legs, at=AT)
            except InsufficientFunds as error:
                short = error.short.minor
                assert any(minor == -short for ref, minor in after.items() if ref[2] != "clearing")
            except ValueError:
                assert sum(1 for leg in legs if leg.amount) < 2
            else:
                assert all(minor >= 0 for ref, minor in after.items() if ref[2] != "clearing")
                model = after
        assert {ref: balance(*ref).minor for ref in model} == dict(model)
        assert Entry.objects.aggregate(n=Sum("amount_minor"))["n"] in (None, 0)
        assert audit() == []
        transaction.set_rollback(True)


@dataclass
class Plain:
    """What a client's figures must be, in integers and without a ledger."""

    cash: int = 0
    limit: int = 0
    held: dict[int, tuple[int, int]] = field(default_factory=dict)

    def free(self, job: int | None = None) -> tuple[int, int]:
        """Cash and terms that are not held by other jobs."""
        others = [split for number, split in self.held.items() if number != job]
        return self.cash - sum(c for c, _ in others), self.limit - sum(t for _, t in others)

    def hold(self, job: int, total: int, immediate: bool) -> None:
        cash, terms = self.free(job)
        from_terms = 0 if immediate else min(total, terms)
        if total - from_terms > cash:
            raise InsufficientFunds("client", 1, "cash", usd(1))
        self.held[job] = (total - from_terms, from_terms)

    def figures(self) -> tuple[int, int, int, int]:
        cash, terms = self.free()
        return cash, terms, self.cash - cash, self.limit - terms


JOB = st.integers(1, 4)
AMOUNT = st.integers(0, 900)
STEP = st.one_of(
    st.tuples(st.just("deposit"), st.integers(1, 1_000)),
    st.tuples(st.just("grant"), AMOUNT),
    st.tuples(st.just("reserve"), JOB, AMOUNT, st.booleans()),
    st.tuples(st.just("change"), JOB, AMOUNT, st.booleans()),
    st.tuples(st.just("release"), JOB),
    st.tuples(st.just("consume"), JOB),
)


def in_model(plain: Plain, step: tuple) -> None:
    match step:
        case ("deposit", minor):
            plain.cash += minor
        case ("grant", minor):
            if minor < plain.figures()[3]:
                raise InsufficientFunds("client", 1, "terms", usd(1))
            plain.limit = minor
        case ("reserve", job, total, immediate):
            if job in plain.held:
                raise Conflict("")
            plain.hold(job, total, immediate)
        case ("change", job, total, immediate):
            if job not in plain.held:
                raise WrongState("")
            plain.hold(job, total, immediate)
        case (_, job):
            if plain.held.pop(job, None) is None:
                raise WrongState("")


def in_ledger(step: tuple) -> None:
    match step:
        case ("deposit", minor):
            deposit(1, usd(minor))
        case ("grant", minor):
            grant(1, usd(minor))
        case ("reserve", job, total, immediate):
            set_aside(1, job, usd(total), immediate=immediate)
        case ("change", job, total, immediate):
            alter(1, job, usd(total), immediate=immediate)
        case ("release", job):
            give_back(1, job)
        case ("consume", job):
            use(1, job)


def outcome(act, *args) -> str:
    try:
        act(*args)
    except DomainError as error:
        return type(error).__name__
    return "done"


@relaxed
@given(st.lists(STEP, max_size=25))
def test_random_reservations_agree_with_a_plain_model(steps: list[tuple]):
    plain = Plain()
    with transaction.atomic():
        for step in steps:
            assert outcome(in_ledger, step) == outcome(in_model, plain, step)
            assert figures(1) == plain.figures()
        assert audit() == []
        for job in list(plain.held):
            give_back(1, job)
        assert figures(1) == (plain.cash, plain.limit, 0, 0)
        assert audit() == []
        transaction.set_rollback(True)
