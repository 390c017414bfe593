"""Which database errors only say that somebody typed what is no text: the request is bad, and nothing of ours is."""

from django.db import DataError

NO_TEXT = "22021"
"""PostgreSQL: character_not_in_repertoire."""


def is_unreadable(error: BaseException) -> bool:
    """Whether PostgreSQL refused a NUL, or half a character. Forms refuse both at their field; what is read from an
    address or a query without a form ends here. SQLite takes a NUL as text, in which nothing is found."""
    if isinstance(error, UnicodeEncodeError):
        return error.reason == "surrogates not allowed"
    if not isinstance(error, DataError):
        return False
    return "NUL (0x00)" in str(error) or getattr(error.__cause__, "sqlstate", None) == NO_TEXT
