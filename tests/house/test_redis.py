"""The production set-up of cache and queue, on a Redis server that the lane has started."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
import redis
from celery.contrib.testing.worker import start_worker
from django.conf import settings
from django.core.cache import cache

from config.celery import app
from config.models import Heartbeat

pytestmark = pytest.mark.redis


def test_cache_is_shared_and_counts_atomically() -> None:
    cache.set("visits", 1, timeout=60)
    assert cache.incr("visits") == 2
    server = redis.Redis.from_url(settings.REDIS_URL)
    assert server.get("onsite:1:visits") == b"2"
    server.close()


@pytest.fixture
def worker() -> Iterator[Any]:
    with start_worker(app, perform_ping_check=False, pool="solo", shutdown_timeout=20) as running:
        yield running


@pytest.mark.django_db(transaction=True)
def test_a_timer_sent_over_redis_runs_once_and_leaves_its_heartbeat(worker: Any) -> None:
    app.send_task("timeline.tasks.seal", expires=30)
    for _ in range(200):
        if Heartbeat.objects.filter(name="seal").exists():
            break
        time.sleep(0.05)
    assert list(Heartbeat.objects.filter(name="seal").values_list("name", flat=True)) == ["seal"]
