"""Rows of long tables: the template of one row is drawn once, with gaps, and each row only fills them (quality.md P11).

Django draws fifty rows from a loop several times as slowly as it draws one and fills in fifty times the words.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from html import escape
from string import Formatter
from typing import Any

from django.conf import settings
from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe


class Gaps:
    """Stands for the row while its template is drawn: each of its words is a gap of that name."""

    def __getitem__(self, name: str) -> str:
        return f"{{{name}}}"


def drawn(template: str, rows: Iterable[Mapping[str, Any]], **settled: bool) -> SafeString:
    """All rows, one after the other. What is not safe HTML in a row is escaped.

    The template reads `row.<name>` for the words of a row and decides nothing by them; what is the same for all rows
    is in `settled`. While templates are being edited it is read anew. Raises KeyError for a row without a word that
    the template asks for.
    """
    form = (_form.__wrapped__ if settings.DEBUG else _form)(template, tuple(sorted(settled.items())))
    return mark_safe("".join([form.format(**_escaped(row)) for row in rows]))  # noqa: S308 (each word is escaped)


def _escaped(row: Mapping[str, Any]) -> dict[str, str]:
    """As django.utils.html.escape does it, without its look for lazy words: half of the time of a table."""
    return {name: word if type(word) is SafeString else escape(str(word)) for name, word in row.items()}


@lru_cache(maxsize=64)
def _form(template: str, settled: tuple[tuple[str, bool], ...]) -> str:
    """The row with its gaps, as str.format fills them. Raises ValueError for a brace that is no gap."""
    form = str(get_template(template).render({**dict(settled), "row": Gaps()})).strip()
    if not all(name is None or name.isidentifier() for _, name, _, _ in Formatter().parse(form)):
        raise ValueError(f"{template} has a brace that is no gap")
    return form
