"""Settings: production refuses what is missing or unsafe, the timetable is whole, health is honest."""

import os
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from django.utils.module_loading import import_string

from common import clock
from config import celery, heartbeat, timetable
from config.management.commands import sweep
from config.models import Heartbeat

ROOT = Path(__file__).resolve().parents[2]
KEY = "k3yOfTheTests-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFG"
SAFE = {
    "DJANGO_SETTINGS_MODULE": "config.settings.production",
    "SECRET_KEY": KEY,
    "ALLOWED_HOSTS": "onsite.example",
    "DATABASE_URL": "postgres://onsite:secret@db.example/onsite",
    "REDIS_URL": "redis://redis.example:6379/0",
    "EMAIL_URL": "smtp+tls://user:secret@mail.example:587",
    "ONSITE_FIELD_KEY": KEY[::-1],
    "ONSITE_BASE_URL": "https://onsite.example",
}


def production(tmp_path: Path, *command: str, **changed: str) -> subprocess.CompletedProcess[str]:
    """Run a Python command with a safe production environment and the given changes."""
    environment = {"PATH": os.environ["PATH"], "ONSITE_VAR": str(tmp_path), **SAFE, **changed}
    arguments = command or ("manage.py", "check", "--deploy", "--fail-level", "WARNING")
    return subprocess.run(
        [sys.executable, *arguments],
        check=False,
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_production_check_is_clean_with_a_safe_environment(tmp_path: Path) -> None:
    done = production(tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "no issues" in done.stdout


UNSAFE = [
    ({"SECRET_KEY": ""}, "onsite.E001", "SECRET_KEY"),
    ({"SECRET_KEY": "short"}, "onsite.E001", "SECRET_KEY"),
    ({"SECRET_KEY": "change-me-" + KEY}, "onsite.E001", "SECRET_KEY"),
    ({"DEBUG": "1"}, "onsite.E002", "DEBUG"),
    ({"ALLOWED_HOSTS": ""}, "onsite.E003", "ALLOWED_HOSTS"),
    ({"ALLOWED_HOSTS": "*"}, "onsite.E003", "ALLOWED_HOSTS"),
    ({"EMAIL_URL": ""}, "onsite.E004", "EMAIL_URL"),
    ({"EMAIL_URL": "consolemail://"}, "onsite.E004", "EMAIL_URL"),
    ({"DATABASE_URL": ""}, "onsite.E005", "DATABASE_URL"),
    ({"ONSITE_FIELD_KEY": ""}, "onsite.E006", "ONSITE_FIELD_KEY"),
    ({"ONSITE_FIELD_KEY": KEY}, "onsite.E006", "ONSITE_FIELD_KEY"),
    ({"REDIS_URL": ""}, "onsite.E007", "REDIS_URL"),
    ({"ONSITE_BASE_URL": ""}, "onsite.E008", "ONSITE_BASE_URL"),
    ({"ONSITE_BASE_URL": "http://onsite.example"}, "onsite.E008", "ONSITE_BASE_URL"),
    ({"ONSITE_CLAMD": "clamav"}, "onsite.E010", "ONSITE_CLAMD"),
    (
        {"ONSITE_DEPOSIT_SECOND_PERSON_ABOVE": "a lot"},
        "onsite.E011",
        "ONSITE_DEPOSIT_SECOND_PERSON_ABOVE",
    ),
    ({"ONSITE_SMALL_CLAIMS_BELOW": "USD=20000"}, "onsite.E011", "ONSITE_SMALL_CLAIMS_BELOW"),
    ({"ONSITE_PROVIDER_URL": "https://x.example"}, "onsite.E012", "ONSITE_PROVIDER"),
    ({"ONSITE_STAFF_MFA": "0"}, "onsite.E013", "ONSITE_STAFF_MFA"),
    ({"ONSITE_MEDIA": str(ROOT / "static" / "uploads")}, "onsite.E009", "ONSITE_MEDIA"),
]


@pytest.mark.parametrize(("changed", "code", "variable"), UNSAFE)
def test_production_names_each_unsafe_value(
    tmp_path: Path, changed: dict[str, str], code: str, variable: str
) -> None:
    done = production(tmp_path, "manage.py", "migrate", "--plan", **changed)
    assert done.returncode != 0
    said = [line for line in done.stderr.splitlines() if code in line]
    assert len(said) == 1, done.stderr
    assert variable in said[0]


STARTS = [
    ["-m", "gunicorn", "-b", "127.0.0.1:0", "--no-control-socket", "config.wsgi"],
    ["-m", "celery", "-A", "config.celery", "worker", "--pool=solo"],
    ["-m", "celery", "-A", "config.celery", "beat"],
]


@pytest.mark.parametrize("command", STARTS, ids=["web", "worker", "beat"])
def test_production_servers_do_not_start_either(tmp_path: Path, command: list[str]) -> None:
    done = production(tmp_path, *command, SECRET_KEY="", REDIS_URL="")
    assert done.returncode != 0
    assert "onsite.E001: SECRET_KEY is missing" in done.stdout + done.stderr
    assert "onsite.E007: REDIS_URL is missing" in done.stdout + done.stderr


def test_timetable_names_tasks_that_exist_and_celery_draws_the_same() -> None:
    timers = timetable.timetable()
    assert len({timer.name for timer in timers}) == len(timers)
    for timer in timers:
        assert import_string(timer.task).name == timer.task
    schedule = celery.app.conf.beat_schedule
    assert {(name, entry["task"]) for name, entry in schedule.items()} == {(t.name, t.task) for t in timers}
    assert all(entry["options"]["expires"] > 0 for entry in schedule.values())


@pytest.fixture
def small_timetable(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [
        timetable.Timer("good", "config.heartbeat.late", timedelta(seconds=15)),
        timetable.Timer("bad", "config.supervisor.wanted_port", timedelta(seconds=15)),
        timetable.Timer("after", "config.heartbeat.late", timedelta(seconds=15)),
        timetable.Timer("nightly", "config.heartbeat.late", timetable.DAY),
    ]
    monkeypatch.setenv("PORT", "not a number")
    for module in (sweep, heartbeat):
        monkeypatch.setattr(module, "timetable", lambda: rows)


@pytest.mark.django_db
@pytest.mark.usefixtures("small_timetable")
def test_sweep_goes_on_after_a_broken_timer_and_names_it() -> None:
    with pytest.raises(CommandError, match=r"^These timers failed: bad\.$"):
        call_command("sweep")
    ran = Heartbeat.objects.filter(at__isnull=False)
    assert set(ran.values_list("name", flat=True)) == {"good", "after", "nightly"}
    broken = Heartbeat.objects.get(name="bad")
    assert (broken.at, broken.runs, broken.failures) == (None, 0, 1)
    assert broken.error.startswith("Refusal: PORT=not a number is no port number")
    assert heartbeat.late() == ["bad"]


@pytest.mark.django_db
@pytest.mark.usefixtures("small_timetable")
def test_nightly_timers_run_once_a_day() -> None:
    nightly = sweep.timetable()[-1]
    start = clock.now()
    with clock.moved(start):
        assert sweep.is_due(nightly)
        heartbeat.beat("nightly")
    with clock.moved(start + timedelta(hours=23)):
        assert not sweep.is_due(nightly)
    with clock.moved(start + timedelta(hours=24)):
        assert sweep.is_due(nightly)


@pytest.mark.django_db
def test_pages_carry_the_strict_policy_and_the_admin_its_one_exception(client: Client) -> None:
    strict = {
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'",
        "font-src 'self'", "connect-src 'self'", "worker-src 'self'", "manifest-src 'self'",
        "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'",
    }  # fmt: skip

    def policy(path: str) -> set[str]:
        return set(re.split(r";\s*", client.get(path).headers["Content-Security-Policy"]))

    assert policy("/healthz") == strict
    assert policy("/admin/login/") == strict | {"style-src-attr 'unsafe-inline'"}


def test_requirements_name_no_index() -> None:
    for path in (ROOT / "requirements").glob("*.txt"):
        assert not re.search(r"https?:|file:|--(extra-)?index|--find-links", path.read_text()), path.name
