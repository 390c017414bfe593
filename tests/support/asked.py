"""What a page asks the database, beside the frame that every page has (quality.md 1, P6)."""

from typing import Final

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.support.http import Page, Visitor

FRAME: Final = (
    'FROM "django_session"',
    'FROM "accounts_user" WHERE',
    'FROM (SELECT "notifications_notice"',
    'COUNT("assignments_message"."id") AS "count"',
)
"""Session, account, and the two numbers in the head. Asked again, it is a statement of the page's own."""


def asked(visitor: Visitor, url: str) -> tuple[Page, list[str]]:
    """The page to which the address leads, and its own statements when what all pages keep is warm."""
    url = visitor.open(url).url
    with CaptureQueriesContext(connection) as captured:
        page = visitor.open(url)
    return page, own([one["sql"] for one in captured.captured_queries])


def own(statements: list[str]) -> list[str]:
    """Those that are not the frame's."""
    left = list(statements)
    for part in FRAME:
        of_frame = next((sql for sql in left if part in sql), None)
        if of_frame is not None:
            left.remove(of_frame)
    return left
