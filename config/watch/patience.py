"""Asking with a limit of time: whoever asks is answered, even when the database or the network hangs."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as Unanswered
from contextvars import copy_context
from typing import Generic, TypeVar

from django.db import connections

Answer = TypeVar("Answer")

__all__ = ["Asked", "Unanswered"]


class Asked(Generic[Answer]):
    """One question at a time, in a thread with a database connection of its own.

    Who asks while a question is under way waits for that answer: a crowd costs no more than one. A question that
    hangs keeps one thread, and everybody hears so within the limit until it ends.
    """

    def __init__(self, question: Callable[[], Answer]) -> None:
        self._question = question
        self._lock = threading.Lock()
        self._running: Future[Answer] | None = None

    def within(self, seconds: float) -> Answer:
        """The answer. Raises Unanswered when there is none in time, and whatever the question raised."""
        with self._lock:
            if self._running is None or self._running.done():
                self._running = Future()
                threading.Thread(
                    target=copy_context().run, args=(self._ask, self._running), daemon=True
                ).start()
            running = self._running
        return running.result(timeout=seconds)

    def _ask(self, answer: "Future[Answer]") -> None:
        try:
            found = self._question()
        except BaseException as error:
            _leave()
            answer.set_exception(error)
        else:
            _leave()
            answer.set_result(found)


def _leave() -> None:
    """Give the thread's own connections back before anybody is answered."""
    connections.close_all()
