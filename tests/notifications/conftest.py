from pathlib import Path
from typing import Any

import pytest

from accounts.models import User
from notifications import events


@pytest.fixture(autouse=True)
def known_events(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    """Three events of no room, alone, with their mail templates."""
    monkeypatch.setattr(events, "_events", {})
    events.register("test.applied", "A worker applied", "Finding a worker")
    events.register("test.asked", "A worker asked", "Finding a worker")
    events.register("test.paid", "You were paid", "Money", must_have=True)
    options = dict(settings.TEMPLATES[0])
    options["DIRS"] = [*options["DIRS"], Path(__file__).parent / "templates"]
    settings.TEMPLATES = [options]


@pytest.fixture
def priya(db: None) -> User:
    return User.objects.create_user("priya@onsite.example", "secret-pass-1", name="Priya Nair")


@pytest.fixture
def marcus(db: None) -> User:
    return User.objects.create_user("marcus@onsite.example", "secret-pass-1", name="Marcus Obi")
