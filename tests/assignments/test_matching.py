"""Best match: every factor is visible, weights sum to 100, more of a good thing never lowers anybody (N4)."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assignments.matching import Ask, Facts, exact, factors, ordered, points
from assignments.scorecard import Share
from common.money import Money

"""A busy machine makes no failure."""
POSTED = Money(40_000, "USD")


def ask(minor: int, *, keeps: bool = True) -> Ask:
    return Ask(Money(minor, "USD"), keeps)


@st.composite
def shares(draw: st.DrawFn) -> Share:
    counted = draw(st.integers(0, 40))
    return Share(draw(st.integers(0, counted)), counted)


FACTS = st.builds(
    Facts,
    skills=shares(),
    requirements=shares(),
    on_time=shares(),
    satisfaction=shares(),
    in_industry=st.integers(0, 9),
    for_client=st.integers(0, 3),
    is_remote=st.booleans(),
    miles_away=st.none() | st.floats(0, 300),
    ask=st.none() | st.builds(ask, st.integers(1, 100_000), keeps=st.booleans()),
    posted_total=st.just(POSTED),
)


def score(facts: Facts) -> float:
    return exact(factors(facts))


def better(share: Share) -> Share:
    """One more good one."""
    return Share(share.good + 1, share.counted + 1)


@given(FACTS)
def test_more_of_a_good_factor_never_lowers_the_score(facts: Facts) -> None:
    now = score(facts)
    for name in ("on_time", "satisfaction"):
        assert score(replace(facts, **{name: better(getattr(facts, name))})) >= now
    for name in ("skills", "requirements"):
        old = getattr(facts, name)
        if old.good < old.counted:
            assert score(replace(facts, **{name: Share(old.good + 1, old.counted)})) > now
    assert score(replace(facts, in_industry=facts.in_industry + 1)) >= now
    assert score(replace(facts, for_client=facts.for_client + 1)) >= now
    if facts.miles_away is not None:
        assert score(replace(facts, miles_away=facts.miles_away / 2)) >= now
    if facts.ask is not None:
        assert score(replace(facts, ask=replace(facts.ask, keeps_schedule=True))) >= now
        cheaper = ask(facts.ask.total.minor - 1, keeps=facts.ask.keeps_schedule)
        assert score(replace(facts, ask=cheaper)) >= now


@st.composite
def improved(draw: st.DrawFn) -> tuple[list[Facts], int, Facts]:
    """Several workers with offers, the place of one of them, and what that one would be with more of a good thing."""
    known = draw(st.lists(FACTS, min_size=2, max_size=8))
    at = draw(st.integers(0, len(known) - 1))
    facts = known[at]
    changes = [
        {"on_time": better(facts.on_time)},
        {"satisfaction": better(facts.satisfaction)},
        {"in_industry": facts.in_industry + 1},
        {"for_client": facts.for_client + 1},
        {"miles_away": (facts.miles_away or 0) / 2},
        {"skills": Share(facts.skills.counted, facts.skills.counted)},
        {"requirements": Share(facts.requirements.counted, facts.requirements.counted)},
        {"ask": facts.ask and replace(facts.ask, keeps_schedule=True)},
        {"ask": facts.ask and ask(max(facts.ask.total.minor // 2, 1), keeps=facts.ask.keeps_schedule)},
    ]
    return known, at, replace(facts, **draw(st.sampled_from(changes)))


@given(improved())
def test_more_of_a_good_factor_never_lowers_the_rank(case: tuple[list[Facts], int, Facts]) -> None:
    known, at, better_one = case
    before = ordered(dict(enumerate(known)))
    after = ordered({**dict(enumerate(known)), at: better_one})
    assert after.index(at) <= before.index(at)
    assert [pk for pk in after if pk != at] == [pk for pk in before if pk != at]


@given(st.lists(FACTS, min_size=2, max_size=8), st.randoms(use_true_random=False))
def test_ties_are_stable(known: list[Facts], shuffled: Random) -> None:
    """The order rests on facts and on who came first, never on the order in which the database gave the rows."""
    pairs = list(enumerate([*known, *known]))
    wanted = ordered(dict(pairs))
    shuffled.shuffle(pairs)
    assert ordered(dict(pairs)) == wanted
    places = {pk: place for place, pk in enumerate(wanted)}
    assert all(places[pk] < places[pk + len(known)] for pk in range(len(known)))


@given(FACTS)
def test_a_bad_mark_never_raises_the_score(facts: Facts) -> None:
    for name in ("on_time", "satisfaction"):
        old = getattr(facts, name)
        assert score(replace(facts, **{name: Share(old.good, old.counted + 1)})) <= score(facts)


@given(FACTS)
def test_points_are_between_0_and_100_and_every_factor_says_why(facts: Facts) -> None:
    found = factors(facts)
    assert 0 <= points(found) <= 100
    assert all(0 <= one.share <= 1 and one.words for one in found)
    assert sum(one.gave for one in found) <= sum(one.weight for one in found)
    assert sum(one.weight for one in found) == (100 if facts.ask else 65)


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (Facts(ask=ask(44_000), posted_total=POSTED), "Costs you $40.00 more than posted"),
        (Facts(ask=ask(36_000), posted_total=POSTED), "Costs you $40.00 less than posted"),
        (Facts(ask=ask(40_000), posted_total=POSTED), "Costs you no more than posted"),
        (Facts(ask=ask(40_000, keeps=False), posted_total=POSTED), "Asks for another schedule"),
        (Facts(miles_away=14.2), "14 mi from the site"),
        (Facts(is_remote=True), "Remote work: distance does not count"),
        (Facts(), "Distance not known"),
        (Facts(on_time=Share(19, 20)), "On time 95% of 20"),
        (Facts(), "No ratings yet"),
        (Facts(skills=Share(1, 3)), "1 of 3 skills"),
        (Facts(for_client=2), "2 completed together"),
    ],
)
def test_words(facts: Facts, words: str) -> None:
    assert words in {one.words for one in factors(facts)}


def test_one_good_job_is_no_proof_yet() -> None:
    """A worker with 48 of 50 on time stands before one with 1 of 1."""
    assert score(Facts(on_time=Share(48, 50))) > score(Facts(on_time=Share(1, 1)))
