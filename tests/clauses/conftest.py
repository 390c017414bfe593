"""What the stories share: the people's browser sessions, and short words for what the database says."""

from collections.abc import Callable

import pytest

from tests.factories import People
from tests.support.http import Visitor


@pytest.fixture
def visitor(people: People) -> Callable[[str], Visitor]:
    """`visitor("worker")` is that person's browser; the same one each time."""
    known: dict[str, Visitor] = {}

    def session(name: str) -> Visitor:
        return known.setdefault(name, Visitor(people.user(name)))

    return session
