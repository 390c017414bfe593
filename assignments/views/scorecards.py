"""Scorecards with receipts (N4): the worker's own, and the same as clients see it."""

from typing import Any, ClassVar

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views import View

from assignments import receipts, scorecard
from assignments.receipts import Reader
from assignments.scorecard import RULES, Rule
from assignments.scorecard_words import PERIODS, RECENT, cell, lines
from assignments.views.base import user_of
from assignments.views.worker_base import WorkerView
from clients.queries import membership, worker_seen_by
from common import clock
from workers.models import Worker


class _Pages(View):
    """What both sides' pages share: whose card it is, and who reads."""

    kwargs: dict[str, Any]
    template_name: ClassVar[str]

    def whose(self, request: HttpRequest) -> tuple[Worker, Reader, str]:
        """The worker, the reader and the address of the card. Raises Http404 for who may not look."""
        raise NotImplementedError

    def rule(self) -> Rule:
        for rule in RULES.values():
            if rule.slug == self.kwargs["figure"]:
                return rule
        raise Http404


class _Card(_Pages):
    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        worker, reader, base = self.whose(request)
        context = {
            "worker": worker,
            "is_own": reader.is_own,
            "periods": PERIODS.values(),
            "lines": lines(scorecard.card(worker.pk), base),
            "rules": RULES.values(),
            "reviews": receipts.reviews(worker),
            "reviews_url": f"{base}satisfaction/?period=all",
        }
        return render(request, self.template_name, context)


class _Figure(_Pages):
    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        worker, reader, base = self.whose(request)
        rule, now = self.rule(), clock.now()
        which = RECENT if request.GET.get("period") == RECENT else "all"
        since = scorecard.recent_since(now) if which == RECENT else None
        rows, pager = receipts.page(worker, rule, reader, request.GET, since)
        card = scorecard.card(worker.pk, now)
        context = {
            "worker": worker,
            "is_own": reader.is_own,
            "rule": rule,
            "cell": cell(rule, card.recent if which == RECENT else card.all_time),
            "period": PERIODS[which],
            "choices": [(words, f"?period={key}", key == which) for key, words in PERIODS.items()],
            "rows": rows,
            "page": pager,
            "card_url": base,
        }
        return render(request, self.template_name, context)


class _Own(WorkerView):
    """The worker's own card, with links into the own assignments."""

    def whose(self, request: HttpRequest) -> tuple[Worker, Reader, str]:
        return self.worker, Reader(self.user, is_own=True), reverse("assignments:scorecard")


class _Others(LoginRequiredMixin):
    """The card of a worker as clients see it; the worker may look at the own one that way too."""

    kwargs: dict[str, Any]

    def whose(self, request: HttpRequest) -> tuple[Worker, Reader, str]:
        user = user_of(request)
        worker = worker_seen_by(user, self.kwargs["worker_id"])
        member = membership(user)
        reader = Reader(user, client_id=member.client_id if member else None)
        return worker, reader, reverse("assignments:worker_scorecard", args=[worker.pk])


class OwnCard(_Own, _Card):
    """Every figure of the worker's own card."""

    template_name = "assignments/scorecard/own.html"


class OwnFigure(_Own, _Figure):
    """What is behind one figure of the own card."""

    template_name = "assignments/scorecard/own_figure.html"


class WorkerCard(_Others, _Card):
    """A worker's card, for clients."""

    template_name = "assignments/scorecard/worker.html"


class WorkerFigure(_Others, _Figure):
    """What is behind one figure, for clients."""

    template_name = "assignments/scorecard/worker_figure.html"
