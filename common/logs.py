"""What never stands in a log: the secret part of an address (mission.md N3, quality.md 3)."""

import logging
import re

_SECRET = re.compile(r"(/answer/)[^/\s\"']+")


class HideTokens(logging.Filter):
    """Masks the token of links that answer without signing in, in whatever names their address."""

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        if "/answer/" in said:
            record.msg, record.args = _SECRET.sub(r"\1***", said), ()
        return True
