"""A NUL that reaches the database is a bad request, not a failure of ours."""

import pytest
from django.db import DataError, connection

from accounts.models import User
from common.unreadable import is_unreadable


@pytest.mark.django_db
@pytest.mark.postgres
def test_what_postgresql_says_of_nul() -> None:
    with pytest.raises(DataError) as refused:
        User.objects.filter(name="a\x00b").exists()
    assert is_unreadable(refused.value)


@pytest.mark.django_db
@pytest.mark.postgres
def test_other_wrong_data_stay_errors() -> None:
    with pytest.raises(DataError) as refused, connection.cursor() as cursor:
        cursor.execute("SELECT 1 / 0")
    assert not is_unreadable(refused.value)


def test_half_a_character_is_no_text() -> None:
    with pytest.raises(UnicodeEncodeError) as refused:
        "\ud800".encode()
    assert is_unreadable(refused.value)
    assert not is_unreadable(ValueError("surrogates not allowed"))
