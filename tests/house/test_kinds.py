"""Every kind of entry has its sentence, and every event its mail; each says what it should and leaks nothing."""

import re
from datetime import UTC, datetime
from html import unescape
from types import SimpleNamespace
from typing import Any

import pytest
from django.template import Context
from django.template.loader import get_template

from assignments.kinds import KINDS, OWNER
from clients.kinds import KINDS as CLIENT_KINDS
from common.money import Money
from notifications.events import event
from timeline import presenters
from timeline.presenters import presenter
from workers.kinds import KINDS as WORKER_KINDS

AT = datetime(2026, 12, 1, 14, 0, tzinfo=UTC)
OWN = [name for name in KINDS if name.startswith("assignment.")]
"""Kinds of this room; payments adds its own to the same table, with facts of their own."""
TOLD = {name: KINDS[name] for name in OWN if KINDS[name].to}
FACTS: dict[str, Any] = {
    "title": "Replace two switches",
    "changed": ["price_minor", "start_at", "contact_phone"],
    "price": Money(35_000, "USD"),
    "count": 3,
    "worker": "Dana Ruiz",
    "agent": "Tom Agent",
    "edited": False,
    "asks": Money(38_500, "USD"),
    "reason": "site_not_ready",
    "note": "The rack is missing.",
    "text": "Is there a ladder?",
    "question": "Is there a ladder?",
    "answer": "Yes, at the desk.",
    "old": {"start_at": AT, "price": Money(35_000, "USD"), "in_at": AT, "out_at": AT},
    "new": {"start_at": AT, "price": Money(38_500, "USD"), "in_at": AT, "out_at": AT},
    "start_at": AT,
    "minutes": 135,
    "late": True,
    "what": "increase",
    "amount": Money(5_000, "USD"),
    "file": "rack.png",
    "requirement": "Rack photo",
    "fields": ["Serial number", "Floor"],
    "pay": Money(35_000, "USD"),
    "summary": "Both switches are in.",
    "in_at": AT,
    "out_at": AT,
    "leaving": False,
    "again": True,
}
BANNED = re.compile(
    r"\b(please|oops|invalid|job|gig|None|True|False)\b|!|\{|\}|\bMoney\(|_minor|\b_at\b", re.I
)
"""The copy rules of the pages, and raw values that a sentence must never show."""


def sentence(kind: str, **more: Any) -> str:
    """The timeline's sentence as plain text."""
    context = {
        "facts": {**FACTS, **more},
        "actor_name": "Olivia Owner",
        "entry": SimpleNamespace(pk=1),
        "item": SimpleNamespace(tz="America/New_York"),
    }
    html = get_template(presenter(kind).template).render(context)
    return " ".join(unescape(re.sub(r"<[^>]+>", "", html)).split())


def mail(kind: str, part: str, *, is_worker: bool, told_as: str = "", **more: Any) -> str:
    facts = {k: str(v) if isinstance(v, Money) else v for k, v in {**FACTS, **more}.items()}
    context = {
        "name": "Dana",
        "number": "A-10482",
        "title": "Replace two switches",
        "actor": "Olivia Owner",
        "place": "Albany, NY",
        "told_as": told_as,
        "is_worker": is_worker,
        "time_zone": "America/New_York",
        "facts": facts,
        "url": "/assignments/10482/",
    }
    made = get_template(f"mail/{kind}{part}").template.render(Context(context, autoescape=False))
    return str(made).strip()


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_its_templates(kind: str) -> None:
    assert get_template(presenter(kind).template)
    for part in (".subject.txt", ".txt") if KINDS[kind].to else ():
        assert get_template(f"mail/{kind}{part}")


@pytest.mark.parametrize("kind", [*CLIENT_KINDS.values(), *WORKER_KINDS.values()], ids=lambda kind: kind.kind)
def test_kinds_of_companies_and_workers_have_their_templates(kind: Any) -> None:
    assert get_template(presenter(kind.kind).template)
    for part in (".subject.txt", ".txt") if kind.is_told else ():
        assert get_template(f"mail/{kind.kind}{part}")


@pytest.mark.parametrize("kind", OWN)
def test_every_kind_has_one_sentence(kind: str) -> None:
    for facts in ({}, {"edited": True, "note": "", "pay": None, "changed": [], "late": False}):
        said = sentence(kind, **facts)
        assert said
        assert not BANNED.search(said), said
        assert "  " not in said


@pytest.mark.parametrize("kind", TOLD)
@pytest.mark.parametrize("is_worker", [True, False], ids=["worker", "client"])
def test_every_event_has_its_mail(kind: str, is_worker: bool) -> None:
    subject = mail(kind, ".subject.txt", is_worker=is_worker)
    body = mail(kind, ".txt", is_worker=is_worker)
    assert subject.startswith("A-10482: ")
    assert "\n" not in subject
    assert len(subject) <= 100
    assert "Replace two switches" in body
    assert not BANNED.search(f"{subject} {body}"), f"{subject} / {body}"
    assert all(paragraph.strip() for paragraph in body.split("\n\n"))


@pytest.mark.parametrize("kind", [kind for kind, found in TOLD.items() if OWNER not in found.to])
def test_mails_to_workers_before_assignment_name_nobody(kind: str) -> None:
    """Applicants and invited workers get no contact of the client and no other worker's name (S06)."""
    if set(TOLD[kind].to) & {"applicant", "invited", "losers"}:
        said = mail(kind, ".subject.txt", is_worker=True) + mail(kind, ".txt", is_worker=True)
        assert "Olivia Owner" not in said
        assert "Dana Ruiz" not in said


@pytest.mark.parametrize("group", ["losers", "removed"])
def test_only_the_own_pay_of_cancelled_work_is_told(group: str) -> None:
    said = mail("assignment.cancelled", ".txt", is_worker=True, told_as=group)
    assert ("$350.00" in said) == (group == "removed")


def test_presenters_and_events_are_registered_for_all() -> None:
    assert set(KINDS) <= set(presenters.kinds())
    assert {kind: event(kind).must_have for kind in TOLD} == {k: found.must_have for k, found in TOLD.items()}


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("assignment.counteroffered", "Dana Ruiz sent a counteroffer of $385.00."),
        ("assignment.held", "Olivia Owner put it on hold: site not ready. The rack is missing."),
        ("assignment.edited", "Olivia Owner changed the price, start and site contact's phone."),
        ("assignment.checked_out", "Olivia Owner checked out after 2 h 15 min."),
        (
            "assignment.reschedule_accepted",
            "Olivia Owner accepted the new start: Tue, Dec 1, 9:00 AM EST.",
        ),
        ("assignment.money_approved", "Olivia Owner approved $50.00 more (budget increase)."),
    ],
)
def test_sentences(kind: str, said: str, frozen: datetime) -> None:
    assert sentence(kind) == said


def test_a_mail(frozen: datetime) -> None:
    assert mail("assignment.applied", ".subject.txt", is_worker=False) == "A-10482: Dana Ruiz applied"
    assert mail("assignment.hold_removed", ".txt", is_worker=True) == (
        "Olivia Owner wants to go on with “Replace two switches”. "
        "The new start is Tue, Dec 1, 9:00 AM EST.\n\n"
        "The rack is missing.\n\n"
        "Accept it and the work goes on. If you decline, you are removed from the assignment, "
        "without any effect on your scorecard."
    )
