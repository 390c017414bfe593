"""How a person is called, as a column."""

import pytest

from accounts.models import User
from tests.factories import UserFactory, WorkerFactory
from workers.models import Worker

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ["Ada Lovelace", ""])
def test_a_column_calls_people_as_pages_do(name: str) -> None:
    worker = WorkerFactory(user=UserFactory(name=name, email="ada@work.test"))
    (shown,) = Worker.objects.annotate(shown=User.shown_as("user")).values_list("shown", flat=True)
    assert shown == str(worker.user)
