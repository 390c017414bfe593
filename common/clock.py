"""The one clock. Every rule and every row takes its time from here, so that tests and the demo move one thing."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_moved: ContextVar[datetime | None] = ContextVar("moved_clock", default=None)


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return _moved.get() or datetime.now(UTC)


@contextmanager
def moved(to: datetime) -> Iterator[None]:
    """Set the clock to a fixed instant for the block: for tests and for building demo data (decisions.md D12).

    Raises ValueError for a naive datetime.
    """
    if to.tzinfo is None:
        raise ValueError("the clock only takes aware datetimes")
    token = _moved.set(to.astimezone(UTC))
    try:
        yield
    finally:
        _moved.reset(token)
