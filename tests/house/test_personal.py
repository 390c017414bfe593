"""Every column that holds words, a place or a file says what happens to it when its person leaves (row 36)."""

import pytest
from django.apps import apps

from config.personal.registry import ACTS, REASONS, all_columns, parsed
from config.personal.tables import TABLES


def test_every_column_is_classified_once() -> None:
    named = [(table.label, column.name) for table in TABLES for column in table.columns]
    assert len(named) == len(set(named))
    missing, unknown = set(all_columns()) - set(named), set(named) - set(all_columns())
    assert (sorted(missing), sorted(unknown)) == ([], [])


def test_every_table_is_there_once() -> None:
    labels = [table.label for table in TABLES]
    models = {model._meta.label for model in apps.get_models(include_auto_created=True)}
    assert (len(labels), set(labels)) == (len(set(labels)), models)


@pytest.mark.django_db
def test_every_path_leads_to_an_account() -> None:
    for table in TABLES:
        for path in table.paths:
            rows = table.model._default_manager.filter(**{path: 1})
            assert list(rows[:1]) == [], (table.label, path)


def test_only_personal_columns_name_a_person_and_reasons_are_known() -> None:
    for table in TABLES:
        for column in table.columns:
            assert column.act in ACTS
            assert not column.reason or column.reason in REASONS
            assert bool(column.path) is (column.act in ("blank", "file", "place", "keep", "secret"))


@pytest.mark.parametrize("words", ["blank", "keep author", "keep author whim", "stays", "code author", "x"])
def test_a_word_that_says_too_little_is_refused(words: str) -> None:
    with pytest.raises(ValueError, match="says nothing that is known"):
        parsed("accounts.User", {"name": words})
