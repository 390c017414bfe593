"""What never stands in a log: the secret part of an address (mission.md N3, quality.md 3)."""

import logging
import re

_SECRET = re.compile(
    r"(/(?:answer|site|invite|a|ical|accounts/confirm-email|accounts/password/reset/key)/)[^/\s\"'?]+"
)
"""Every address whose last part lets in by itself; tests/access/test_logs.py finds those that are missing here."""


class HideTokens(logging.Filter):
    """Masks the token of links that let in without signing in, in whatever names their address."""

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        if _SECRET.search(said):
            record.msg, record.args = _SECRET.sub(r"\1***", said), ()
        return True
