"""Queries that are written once and asked with other numbers."""

import pytest
from django.db import connection
from django.db.models import Count, Q, QuerySet
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from common import prepared
from tests.factories import UserFactory, WorkerFactory

pytestmark = pytest.mark.django_db


def test_the_number_is_put_in_wherever_it_stands_and_the_query_is_written_once() -> None:
    written = []

    def named(pk: int) -> "QuerySet[User, tuple[int, str]]":
        written.append(pk)
        return User.objects.filter(Q(pk=pk) | Q(pk=pk, name="Nobody")).values_list("pk", "name")

    first, second = UserFactory(name="Ada"), UserFactory(name="Ben")
    assert prepared.rows(named, first.pk) == [(first.pk, "Ada")]
    assert prepared.rows(named, second.pk) == [(second.pk, "Ben")]
    assert prepared.rows(named, 0) == []
    assert written == [prepared.ANY]


def test_several_numbers_each_stand_where_they_belong() -> None:
    def between(first: int, last: int) -> "QuerySet[User, tuple[int]]":
        return User.objects.filter(pk__gte=first, pk__lte=last).order_by("pk").values_list("pk")

    one, two, three = (UserFactory().pk for _ in range(3))
    assert prepared.rows(between, one, two) == [(one,), (two,)]
    assert prepared.rows(between, two, three) == [(two,), (three,)]
    assert prepared.rows(between, three, one) == []


def test_models_come_with_what_is_joined_and_annotated_as_from_the_query_itself() -> None:
    def following(pk: int, least: int) -> "QuerySet[User]":
        rows = User.objects.select_related("worker").filter(pk=pk).only("name", "worker__city")
        return rows.annotate(others=Count("notices"), is_late=Q(pk__gt=least))

    user = WorkerFactory(user=UserFactory(name="Ada"), city="Albany").user
    for least in (0, user.pk):
        (found,) = prepared.instances(following, user.pk, least)
        plain = following(user.pk, least).get()
        assert found == plain
        assert found.get_deferred_fields() == plain.get_deferred_fields()
        with CaptureQueriesContext(connection) as asked:
            seen = (found.name, found.worker.city, found.others, found.is_late)
        assert (seen, len(asked)) == (("Ada", "Albany", 0, least == 0), 0)
    assert prepared.instances(following, 0, 0) == []
