"""Rows that are drawn from one template with gaps."""

from pathlib import Path

import pytest
from django.conf import LazySettings

from common import lines


@pytest.fixture
def row(settings: LazySettings, tmp_path: Path) -> Path:
    """A template of our own."""
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]
    lines._form.cache_clear()
    return tmp_path / "row.html"


def test_each_row_fills_the_gaps_and_is_escaped(row: Path) -> None:
    row.write_text(
        "<tr>{% if box %}<td>{{ row.pk }}</td>{% endif %}<td>{{ row.title }}</td>{{ row.cell }}</tr>\n"
    )
    rows = [
        {"pk": 1, "title": "<b>{pk}</b>", "cell": lines.SafeString("<td>ok</td>")},
        {"pk": 2, "title": "Two & two", "cell": ""},
    ]
    with_box = "<tr><td>1</td><td>&lt;b&gt;{pk}&lt;/b&gt;</td><td>ok</td></tr><tr><td>2</td><td>Two &amp; two</td></tr>"
    assert lines.drawn("row.html", rows, box=True) == with_box
    assert lines.drawn("row.html", rows[1:], box=False) == "<tr><td>Two &amp; two</td></tr>"
    assert lines.drawn("row.html", [], box=False) == ""


def test_a_word_that_is_missing_and_a_stray_brace_are_found(row: Path) -> None:
    row.write_text("{{ row.title }}{{ row.other }}")
    with pytest.raises(KeyError):
        lines.drawn("row.html", [{"title": "x"}])
    lines._form.cache_clear()
    row.write_text("{{ row.title }}<style>a {color: red}</style>")
    with pytest.raises((KeyError, ValueError)):
        lines.drawn("row.html", [{"title": "x"}])
