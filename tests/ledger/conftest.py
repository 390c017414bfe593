"""The ledger alone: what rooms above check of their documents (payments/audit.py) is proven in their own tests."""

import pytest

from ledger import audit


@pytest.fixture(autouse=True)
def _ledger_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "_more", {})
