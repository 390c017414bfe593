import pytest

from accounts.models import User
from timeline import presenters


@pytest.fixture(autouse=True)
def kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two kinds that no room has, beside the real ones."""
    monkeypatch.setattr(presenters, "_presenters", dict(presenters._presenters))
    presenters.register("test.opened", title="Opened", icon="play")
    presenters.register("test.closed", title="Closed", icon="check")


@pytest.fixture
def priya(db: None) -> User:
    return User.objects.create_user("priya@onsite.example", name="Priya Nair")
