"""What a log line says (request, person, assignment), and never says: secrets (mission.md N3, quality.md 3).

`bound` holds the ids of the work in hand; every line that is written meanwhile carries them. Development reads lines,
production reads one JSON object a line (ONSITE_LOG_FORMAT).
"""

import logging
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

from pythonjsonlogger.json import JsonFormatter

IDS: Final = ("request_id", "user_id", "assignment_id", "task")
"""What a line may carry, in this order. A name that is not bound is left out."""

Id = str | Callable[[], str]
"""An id, or what tells it when a line is written: who is signed in is known only once somebody has asked."""
_bound: ContextVar[Mapping[str, Id]] = ContextVar("onsite_log_ids", default={})  # noqa: B039 - never changed in place

MASK: Final = "***"
_SECRETS: Final = (
    # Addresses that are keys: answers and site pages without signing in, invitations, shared pages, calendar feeds,
    # password resets and confirmations of an address.
    re.compile(r"(/(?:answer|site|invite|a|ical|confirm-email)/)[^/\s\"'\\<>]{8,}"),
    re.compile(r"(/password/reset/key/)[^/\s\"'\\<>]+"),
    # Headers and fields that hold a secret, written as name=value, name: value or "name": "value".
    re.compile(r"(?i)((?:bearer|basic|token|hmac)\s+)[A-Za-z0-9._~+/=:-]{8,}"),
    re.compile(
        r"(?i)((?:password\d?|passwd|secret|token|api_?key|secret_key|field_key|proof_key|sessionid|csrftoken"
        r"|csrfmiddlewaretoken|authorization|cookie|account_number|iban|routing_number|otp|recovery_code)"
        r"[\\\"']{0,2}\s*[=:]\s*[\\\"']{0,2})(?!\*\*\*)[^\s\"'\\,;&<>)}\]]+"
    ),
    # The password of an address such as postgres://user:password@host.
    re.compile(r"(\w+://[^\s/:@\"']*:)[^\s/@\"']+(?=@)"),
)


def masked(text: str) -> str:
    """The text with whatever looks like a secret replaced; quotes and braces stay, so JSON stays JSON."""
    for secret in _SECRETS:
        text = secret.sub(rf"\1{MASK}", text)
    return text


def bound() -> dict[str, str]:
    """The ids of the work in hand, in words."""
    found = {name: value() if callable(value) else value for name, value in _bound.get().items()}
    return {name: found[name] for name in IDS if found.get(name)}


def bind(**ids: object) -> None:
    """Add ids to the work in hand. Raises KeyError for a name that no line carries."""
    _bound.set({**_bound.get(), **_known(ids)})


@contextmanager
def about(**ids: object) -> Iterator[None]:
    """The lines of this block carry these ids besides those that are bound already."""
    token = _bound.set({**_bound.get(), **_known(ids)})
    try:
        yield
    finally:
        _bound.reset(token)


@contextmanager
def afresh(**ids: object) -> Iterator[None]:
    """The lines of this block carry these ids and no others: one request or one task begins."""
    token = _bound.set(_known(ids))
    try:
        yield
    finally:
        _bound.reset(token)


def _known(ids: Mapping[str, object]) -> dict[str, Id]:
    for name in ids:
        if name not in IDS:
            raise KeyError(f"no log line carries {name}")
    told = {name: value for name, value in ids.items() if value not in (None, "")}
    return {name: value if callable(value) else str(value) for name, value in told.items()}


class HideTokens(logging.Filter):
    """Masks secrets in the words of a line, for handlers that are not ours; our formatters mask the whole line."""

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        hidden = masked(said)
        if hidden != said:
            record.msg, record.args = hidden, ()
        return True


class WithIds(logging.Filter):
    """Puts the bound ids on the record, as one attribute each and as `ids`, ready words for a plain line."""

    def filter(self, record: logging.LogRecord) -> bool:
        ids = bound()
        for name, value in ids.items():
            if not hasattr(record, name):
                setattr(record, name, value)
        told = " ".join(f"{name}={value}" for name, value in ids.items())
        record.ids = f" [{told}]" if told else ""
        return True


class Lines(logging.Formatter):
    """A line for people, secrets masked, a traceback's words too."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s%(ids)s", defaults={"ids": ""})

    def format(self, record: logging.LogRecord) -> str:
        return masked(super().format(record))


class JsonLines(JsonFormatter):
    """One JSON object a line: at (UTC), level, logger, message, the bound ids and what the line itself added."""

    def __init__(self) -> None:
        super().__init__(
            "%(levelname)s %(name)s %(message)s",
            rename_fields={"levelname": "level", "name": "logger", "exc_info": "trace"},
            timestamp="at",
            json_ensure_ascii=False,
            reserved_attrs=[*logging.makeLogRecord({}).__dict__, "message", "asctime", "ids", *_UNSAID],
        )

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = super().process_log_record(log_data)
        return {name: value for name, value in found.items() if value is not None}

    def format(self, record: logging.LogRecord) -> str:
        return masked(str(super().format(record)))


_UNSAID: Final = ("request", "server_time", "color_message", "data", "context", "sinfo")
"""Attributes that frameworks hang on their records: whole objects, whose words could hold anything."""


def configuration(form: str, level: str) -> dict[str, Any]:
    """The logging of every process of the portal. `form` is "json" or "line", `level` a level's name.

    Raises ValueError for another form.
    """
    formatters = {"json": JsonLines, "line": Lines}
    if form not in formatters:
        raise ValueError(f"ONSITE_LOG_FORMAT is {form!r}; it is json or line")
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"onsite": {"()": formatters[form]}},
        "filters": {"hide_tokens": {"()": HideTokens}, "ids": {"()": WithIds}},
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "formatter": "onsite",
                "filters": ["hide_tokens", "ids"],
            }
        },
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            "django": {"handlers": ["console"], "level": "INFO", "propagate": False},
            "django.server": {"handlers": ["console"], "level": "INFO", "propagate": False},
            "gunicorn.error": {"handlers": ["console"], "level": "INFO", "propagate": False},
            # fontTools logs every table of a font at INFO while an invoice is drawn.
            "fontTools": {"level": "WARNING"},
            # The timetable would otherwise fill the logs with some 40 "nothing due" lines a minute.
            "celery.beat": {"level": "WARNING"},
            "celery.app.trace": {"level": "WARNING"},
            "celery.worker.strategy": {"level": "WARNING"},
        },
    }
