"""docker-compose.yml, .env.example and the settings agree. Read by a parser; no Docker engine is started."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = (ROOT / ".env.example").read_text()
OFFERED = set(re.findall(r"^#?([A-Z_]+)=", EXAMPLE, re.M))
NEEDED = set(re.findall(r"^([A-Z_]+)=", EXAMPLE, re.M))
READ = set(
    re.findall(
        r'env(?:\.\w+)?\(\s*"([A-Z_]+)"',
        "".join((ROOT / "config" / "settings" / f"{name}.py").read_text() for name in ("base", "production")),
    )
)
COMPOSE_ONLY = {"POSTGRES_PASSWORD", "ONSITE_PUBLISH"}
IMAGE_SETS = {"ONSITE_VAR", "DEBUG"}
"""Settings that the example leaves out: the image fixes the first, and nobody should set the second."""


@pytest.fixture(scope="module")
def compose() -> Any:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())


def test_every_service_is_there_and_watched(compose: Any) -> None:
    services = compose["services"]
    assert set(services) == {"migrate", "web", "worker", "beat", "sweep", "postgres", "redis"}
    assert {name for name, service in services.items() if "healthcheck" in service} == set(services) - {
        "migrate"
    }


def test_portal_services_share_one_env_file_and_no_privileges(compose: Any) -> None:
    for name in ("migrate", "web", "worker", "beat", "sweep"):
        service = compose["services"][name]
        assert service["env_file"] == ".env", name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name


def test_image_runs_as_nobody_special() -> None:
    last_stage = (ROOT / "Dockerfile").read_text().rsplit("\nFROM ", 1)[1]
    assert re.search(r"^USER onsite$", last_stage, re.M)
    assert "config.settings.production" in last_stage


def test_variables_of_compose_are_in_the_example(compose: Any) -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    used = set(re.findall(r"(?<!\$)\$\{([A-Z_]+)", text))
    assert used == COMPOSE_ONLY
    assert used <= OFFERED
    fixed = {
        key
        for name in ("migrate", "web", "worker", "beat", "sweep")
        for key in compose["services"][name].get("environment", {})
    }
    assert fixed <= READ


def test_example_and_settings_know_the_same_variables() -> None:
    assert OFFERED - COMPOSE_ONLY == READ - IMAGE_SETS


def test_example_names_what_production_refuses_to_miss() -> None:
    asked = set(re.findall(r'"?\b([A-Z_]{6,}) is missing', (ROOT / "config" / "checks.py").read_text()))
    assert asked == {
        "SECRET_KEY",
        "EMAIL_URL",
        "DATABASE_URL",
        "ONSITE_FIELD_KEY",
        "REDIS_URL",
        "ONSITE_BASE_URL",
    }
    assert asked | {"ALLOWED_HOSTS"} <= NEEDED
