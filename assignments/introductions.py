"""What the work done says of people, for the rooms below that show them: acquaintances and figures."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from accounts.models import User
from assignments import receipts, scorecard
from assignments.models import Engagement, Invitation
from assignments.policies import CREATORS
from assignments.scorecard_words import PERIODS, lines
from clients.queries import membership_once
from workers.figures import Figure
from workers.models import Worker


def may_create(user: User) -> int:
    """1 when the person's role in the company creates assignments, for the frame's button."""
    member = membership_once(user)
    return int(member is not None and member.role in CREATORS)


def acquaintances(worker_id: int) -> set[int]:
    """Ids of the companies that a worker has worked for or was asked by."""
    worked = Engagement.objects.filter(worker_id=worker_id).values_list("assignment__client_id", flat=True)
    asked = Invitation.objects.filter(worker_id=worker_id).values_list("assignment__client_id", flat=True)
    return {*worked, *asked}


def figures(worker_ids: Sequence[int]) -> dict[int, list[Figure]]:
    """The compact view: satisfaction and completed work of all time, on time of the last months (domain.md 6.1)."""
    return {worker_id: _compact(card) for worker_id, card in scorecard.cards(worker_ids).items()}


def _compact(card: scorecard.Scorecard) -> list[Figure]:
    liked, on_time, done = card.all_time.satisfaction, card.recent.on_time, card.all_time.completed
    rows = []
    if liked.counted:
        rows.append(Figure("Satisfaction", f"{liked.words} of {liked.counted}", "star"))
    if on_time.counted:
        rows.append(Figure("On time", on_time.words, "clock"))
    if done:
        rows.append(Figure("Completed", str(done), "circle-check"))
    return rows


def record(worker: Worker) -> tuple[str, dict[str, Any]]:
    """The scorecard and the newest ratings, for the public profile."""
    base = reverse("assignments:worker_scorecard", args=[worker.pk])
    return "assignments/scorecard/_profile.html", {
        "periods": PERIODS.values(),
        "lines": lines(scorecard.card(worker.pk), base),
        "more_url": base,
        "reviews": receipts.reviews(worker),
        "reviews_url": f"{base}satisfaction/",
    }
