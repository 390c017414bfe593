"""Sealed text is read back with the same key only."""

from typing import Any

import pytest
from cryptography.fernet import InvalidToken

from common.secrets import seal, unseal


def test_sealed_is_unreadable_and_read_back():
    sealed = seal("DE89 3704 0044 0532 0130 00")
    assert "3704" not in sealed
    assert sealed.isascii()
    assert unseal(sealed) == "DE89 3704 0044 0532 0130 00"
    assert seal("x") != seal("x")


def test_another_key_opens_nothing(settings: Any):
    sealed = seal("secret")
    settings.ONSITE_FIELD_KEY = "another key"
    with pytest.raises(InvalidToken):
        unseal(sealed)


def test_the_field_key_stays_when_the_secret_key_is_changed(settings: Any):
    settings.ONSITE_FIELD_KEY = "field key"
    sealed = seal("secret")
    settings.SECRET_KEY = "rotated"
    assert unseal(sealed) == "secret"


def test_changed_text_is_refused():
    with pytest.raises(InvalidToken):
        unseal(seal("secret")[:-4] + "AAA=")
