"""Figures for Prometheus: request times of all web processes together, and what the database says of timers and queues.

Request times are counted by each process in files that the web server's start makes (config/gunicorn.py), so that any
worker answers for all. Timers run in other processes and on other machines: their figures are columns of their
heartbeats, read when somebody asks, and right whoever answers.
"""

import hmac
import os
from collections.abc import Iterable
from typing import Final

from django.conf import settings
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from common import clock
from config.watch import board, queue

REQUESTS: Final = Histogram(
    "onsite_request_seconds",
    "Seconds that a request took, by view, method and class of answer.",
    ["view", "method", "status"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
METHODS: Final = frozenset({"GET", "HEAD", "POST", "OPTIONS"})


def observe_request(view: str, method: str, status: int, seconds: float) -> None:
    """Count one request. Methods that nobody serves share one label, so that strangers cannot make new series."""
    known = method if method in METHODS else "other"
    REQUESTS.labels(view, known, f"{status // 100}xx").observe(seconds)


def is_allowed(request: HttpRequest) -> bool:
    """Whether the request carries ONSITE_METRICS_TOKEN; without that setting nobody is allowed."""
    kind, _, given = request.headers.get("Authorization", "").partition(" ")
    wanted: str = settings.ONSITE_METRICS_TOKEN
    return bool(wanted) and kind == "Bearer" and hmac.compare_digest(given.encode(), wanted.encode())


@never_cache
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Everything in Prometheus' text form; to strangers there is no such page (decisions.md D25)."""
    if not is_allowed(request):
        raise Http404
    return HttpResponse(generate_latest(registry()), content_type=CONTENT_TYPE_LATEST)


def registry() -> CollectorRegistry:
    """The request times of this process, or of all where they share files, with the database's figures."""
    found = CollectorRegistry()
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        MultiProcessCollector(found)
    else:
        found.register(Own())
    found.register(Stored())
    return found


class Own(Collector):
    """The counters of this process alone."""

    def collect(self) -> Iterable[Metric]:
        return REGISTRY.collect()


class Stored(Collector):
    """What the database and the queue say at this moment."""

    def collect(self) -> Iterable[Metric]:
        up = GaugeMetricFamily("onsite_database_up", "1 when the database answered.")
        try:
            found = board.look(clock.now())
        except DatabaseError:
            up.add_metric([], 0)
            return [up]
        up.add_metric([], 1)
        return [up, *_timers(found), *_queues(found), *_checks(found)]


def _timers(found: board.Board) -> list[Metric]:
    runs = CounterMetricFamily("onsite_timer_runs", "Runs that ended well.", labels=["timer"])
    failures = CounterMetricFamily("onsite_timer_failures", "Runs that broke off.", labels=["timer"])
    rows = CounterMetricFamily("onsite_timer_rows", "Rows that the timer moved.", labels=["timer"])
    busy = CounterMetricFamily("onsite_timer_seconds", "Seconds that its runs took.", labels=["timer"])
    last = GaugeMetricFamily(
        "onsite_timer_last_success_timestamp_seconds", "When a run last ended well.", labels=["timer"]
    )
    late = GaugeMetricFamily(
        "onsite_timer_oldest_due_seconds", "For how long its oldest row has been due.", labels=["timer"]
    )
    for line in found.lines:
        name = [line.name]
        runs.add_metric(name, line.runs)
        failures.add_metric(name, line.failures)
        rows.add_metric(name, line.rows_total)
        busy.add_metric(name, line.seconds_total)
        if line.at is not None:
            last.add_metric(name, line.at.timestamp())
        if line.can_be_due:
            late.add_metric(name, line.late_seconds(found.now))
    return [runs, failures, rows, busy, last, late]


def _queues(found: board.Board) -> list[Metric]:
    parked = GaugeMetricFamily("onsite_parked_rows", "Rows that wait after a failure.")
    parked.add_metric([], found.parked_count)
    outbox = GaugeMetricFamily("onsite_outbox_messages", "Mails that have not left.", labels=["state"])
    for state, count in found.outbox.by_state.items():
        outbox.add_metric([state], count)
    age = GaugeMetricFamily("onsite_outbox_oldest_due_seconds", "For how long the oldest mail has been due.")
    age.add_metric([], found.outbox.age_seconds(found.now))
    metrics: list[Metric] = [parked, outbox, age]
    if (waiting := queue.asked().length) is not None:
        messages = GaugeMetricFamily("onsite_queue_messages", "Messages that no worker has taken.")
        messages.add_metric([], waiting)
        metrics.append(messages)
    return metrics


def _checks(found: board.Board) -> list[Metric]:
    broken = GaugeMetricFamily("onsite_check_findings", "What the last run found wrong.", labels=["check"])
    last = GaugeMetricFamily("onsite_check_timestamp_seconds", "When it last ran.", labels=["check"])
    for check in found.checks:
        broken.add_metric([check.name], check.findings)
        last.add_metric([check.name], check.at.timestamp())
    return [broken, last]
