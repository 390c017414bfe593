"""Sealing of the few secrets that must be read back (bank account numbers): encrypted at rest."""

from base64 import urlsafe_b64encode
from hashlib import sha256

from cryptography.fernet import Fernet
from django.conf import settings


def _box() -> Fernet:
    key = settings.ONSITE_FIELD_KEY or settings.SECRET_KEY
    return Fernet(urlsafe_b64encode(sha256(b"onsite.field:" + key.encode()).digest()))


def seal(text: str) -> str:
    """Encrypt with ONSITE_FIELD_KEY; the result is ASCII and fits a text column."""
    return _box().encrypt(text.encode()).decode("ascii")


def unseal(sealed: str) -> str:
    """Decrypt; raises cryptography.fernet.InvalidToken when the key or the text is not the right one."""
    return _box().decrypt(sealed.encode("ascii")).decode()
