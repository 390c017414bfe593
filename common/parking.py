"""A timer's row failed: whoever keeps a list of such rows is told, whichever room the row belongs to.

The rooms park their rows themselves (a column of the row); this only carries the word upward. `common` knows no
other room, so the list registers itself.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from django.db import models

from common import clock

log = logging.getLogger(__name__)

Listener = Callable[[type[models.Model], int, BaseException, datetime], None]
_listeners: list[Listener] = []
SHOWN: Final = timedelta(hours=1)
"""How long a failure stays on the list when its row does not wait: a row that goes on failing is always on it."""


def register(listener: Listener) -> None:
    """Be told of each row that fails: its model, its id, the error, and when it is tried next."""
    if listener not in _listeners:
        _listeners.append(listener)


def note(model: type[models.Model], pk: int, error: BaseException, until: datetime) -> None:
    """Say that this row's timer failed and waits. Never raises: a list that cannot be kept stops no timer."""
    for listener in _listeners:
        try:
            listener(model, pk, error, until)
        except Exception:
            log.exception("%s %s: its failure could not be noted", model.__name__, pk)


def note_unparked(model: type[models.Model], pk: int, error: BaseException) -> None:
    """The same for a row that every sweep tries again."""
    note(model, pk, error, clock.now() + SHOWN)
