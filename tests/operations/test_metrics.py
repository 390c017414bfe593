"""/metrics: closed to strangers, in Prometheus' form, and the sum of all web processes."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from config import heartbeat
from config.models import Check
from notifications.models import Message
from notifications.outbox import queue_raw

TOKEN = "a-token-of-the-monitoring-system"
ORDER = ("view", "method", "status", "timer", "state", "check", "le")
ROOT = Path(__file__).resolve().parents[2]


def samples(text: str) -> dict[tuple[str, ...], float]:
    """Every sample by its name and labels' values."""
    return {
        (sample.name, *(sample.labels[name] for name in ORDER if name in sample.labels)): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@pytest.fixture
def opened(settings: Any) -> dict[str, str]:
    settings.ONSITE_METRICS_TOKEN = TOKEN
    return {"Authorization": f"Bearer {TOKEN}"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("token", "sent"),
    [
        ("", None),
        ("", "Bearer "),
        ("", f"Bearer {TOKEN}"),
        (TOKEN, None),
        (TOKEN, "Bearer wrong"),
        (TOKEN, f"Basic {TOKEN}"),
        (TOKEN, TOKEN),
        (TOKEN, "Bearer Ünïcode"),
    ],
)
def test_strangers_find_no_metrics(client: Client, settings: Any, token: str, sent: str | None) -> None:
    settings.ONSITE_METRICS_TOKEN = token
    answer = client.get("/metrics", headers={"Authorization": sent} if sent is not None else {})
    assert answer.status_code == 404
    assert b"onsite_" not in answer.content


@pytest.mark.django_db
def test_timers_queues_and_checks_are_told(client: Client, opened: dict[str, str], frozen: Any) -> None:
    heartbeat.beat("start", rows=7, seconds=0.5)
    heartbeat.beat("start", rows=2, seconds=0.25)
    heartbeat.failed("pay", ValueError("no"))
    Check.objects.create(name="ledger", at=frozen, seconds=1, findings=2)
    queue_raw(to_email="a@onsite.example", subject="x", body="x", at=frozen - timedelta(seconds=90))
    queue_raw(to_email="b@onsite.example", subject="x", body="x", at=frozen + timedelta(hours=1))
    Message.objects.create(
        to_email="c@onsite.example", kind="raw", state="failed", queued_at=frozen, due_at=frozen
    )
    answer = client.get("/metrics", headers=opened)
    said = samples(answer.content.decode())
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert {
        key: said[key]
        for key in [
            ("onsite_database_up",),
            ("onsite_timer_runs_total", "start"),
            ("onsite_timer_rows_total", "start"),
            ("onsite_timer_seconds_total", "start"),
            ("onsite_timer_last_success_timestamp_seconds", "start"),
            ("onsite_timer_failures_total", "pay"),
            ("onsite_timer_oldest_due_seconds", "deliver"),
            ("onsite_outbox_messages", "queued"),
            ("onsite_outbox_messages", "failed"),
            ("onsite_outbox_oldest_due_seconds",),
            ("onsite_parked_rows",),
            ("onsite_check_findings", "ledger"),
        ]
    } == {
        ("onsite_database_up",): 1,
        ("onsite_timer_runs_total", "start"): 2,
        ("onsite_timer_rows_total", "start"): 9,
        ("onsite_timer_seconds_total", "start"): 0.75,
        ("onsite_timer_last_success_timestamp_seconds", "start"): frozen.timestamp(),
        ("onsite_timer_failures_total", "pay"): 1,
        ("onsite_timer_oldest_due_seconds", "deliver"): 90,
        ("onsite_outbox_messages", "queued"): 2,
        ("onsite_outbox_messages", "failed"): 1,
        ("onsite_outbox_oldest_due_seconds",): 90,
        ("onsite_parked_rows",): 0,
        ("onsite_check_findings", "ledger"): 2,
    }
    assert ("onsite_timer_last_success_timestamp_seconds", "pay") not in said


@pytest.mark.django_db
def test_requests_are_counted_by_view_and_never_by_address(client: Client, opened: dict[str, str]) -> None:
    count = ("onsite_request_seconds_count", "readyz", "OPTIONS", "4xx")
    before = samples(client.get("/metrics", headers=opened).content.decode()).get(count, 0)
    client.options("/readyz")
    client.generic("BREW", "/nowhere/secret-address-1/")
    said = samples(client.get("/metrics", headers=opened).content.decode())
    assert said[count] == before + 1
    assert ("onsite_request_seconds_count", "unresolved", "other", "4xx") in said
    assert "secret-address" not in str(said)


@pytest.mark.one_database
def test_every_process_of_one_server_answers_for_all(tmp_path: Path) -> None:
    """Three processes count 10, 20 and 30 requests into the common folder; a fourth tells 60."""
    program = (
        "import django; django.setup()\n"
        "from config import metrics\n"
        "import sys\n"
        "for _ in range(int(sys.argv[1])): metrics.observe_request('home', 'GET', 200, 0.02)\n"
        "from prometheus_client import CollectorRegistry, generate_latest\n"
        "from prometheus_client.multiprocess import MultiProcessCollector\n"
        "found = CollectorRegistry(); MultiProcessCollector(found)\n"
        "sys.stdout.write(generate_latest(found).decode())\n"
    )
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "ONSITE_VAR": str(tmp_path),
        "PROMETHEUS_MULTIPROC_DIR": str(tmp_path),
    }
    said = ""
    for number in (10, 20, 30, 0):
        command = [sys.executable, "-c", program, str(number)]
        done = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True, timeout=60
        )
        said = done.stdout
    assert samples(said)["onsite_request_seconds_count", "home", "GET", "2xx"] == 60
