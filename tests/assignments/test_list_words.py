"""The search of a company's own list: what words find, in step with each change, on either way and either database."""

from datetime import timedelta

import pytest
from django.db import connection

from assignments import list_words, word_index
from assignments.actions import drafting
from assignments.actions.drafting import Content
from assignments.models import Assignment, ListWords
from assignments.models.search import LIST_FULL_TEXT
from assignments.states import State
from common import clock
from tests.factories import assignment_in, company, member
from tests.support.triggers import trigger_names

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


@pytest.fixture(params=[(1_000, 20_000), (0, 20_000), (1_000, 0)], ids=["few", "many", "many as it seems"])
def ways(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Few rows are looked up by the index, many are walked: with 0 all are many, or seem to be."""
    few, many = request.param
    monkeypatch.setattr(list_words, "FEW", few)
    monkeypatch.setattr(word_index, "MANY", many)
    monkeypatch.setattr(word_index, "MANY_OF_ALL", 0.0)


def found(row: Assignment, text: str) -> list[str]:
    mine = Assignment.objects.filter(client_id=row.client_id)
    rows = list_words.matching(mine, row.client_id, text).order_by("pk")
    return list(rows.values_list("title", flat=True))


def right() -> bool:
    """Whether each assignment has the row that its columns ask for."""
    rows = Assignment.objects.values_list("pk", "client_id", "title", "external_id")
    wanted = {pk: list_words.text_of(*columns) for pk, *columns in rows}
    return dict(ListWords.objects.values_list("pk", "text")) == wanted


def draft(owner: object, title: str, number: str = "") -> Assignment:
    return drafting.create(Content({"title": title, "external_id": number}), actor=owner)  # type: ignore[arg-type]


@pytest.mark.usefixtures("ways")
def test_a_word_begins_some_word_of_the_title_or_the_own_number() -> None:
    owner = member(company(), "Olga Owner")
    one = draft(owner, "Replace the Café's Wi-Fi switch", "PO-77/4711")
    two = draft(owner, "Install a switch", "77 B")
    draft(member(company("Other"), "Otto Other"), "Replace their switch", "PO-77")
    asked = {
        "switch": [one.title, two.title],
        "SWITCH repl": [one.title],
        "repl switch": [one.title],
        "cafe": [one.title],
        "cafés": [one.title],
        "wi-fi": [one.title],
        "po-77": [one.title],
        "77": [one.title, two.title],
        "4711": [one.title],
        "witch": [],
        "711": [],
        "switch router": [],
        "b": [two.title],
        "%": [],
        "'\":*&|!": [],
        str(two.pk): [two.title],
        f"a-{two.pk}": [two.title],
        "9" * 18: [],
        "9" * 30: [],
    }
    assert {text: found(one, text) for text in asked} == asked


@pytest.mark.usefixtures("ways")
def test_another_company_whose_id_begins_alike_is_not_asked() -> None:
    """ "1:" must not find what "11:" has, nor a word that begins with the rest of the id."""
    first = draft(member(company("First"), "Fay First"), "Hang a screen")
    other = int(f"{first.client_id}1")
    ListWords.objects.filter(pk=first.pk).update(text=list_words.text_of(other, "Hang a screen", ""))
    assert (found(first, "hang"), found(first, "1hang")) == ([], [])


def test_it_is_in_step_with_every_stage_and_edit() -> None:
    owner = member(company(), "Olga Owner")
    for state in State:
        assignment_in(state, owner=owner)
    assert right()
    row = draft(owner, "Hang a screen", "A1")
    drafting.edit(row.pk, Content({"title": "Fix a lock"}), actor=owner)
    assert (found(row, "screen"), found(row, "lock"), found(row, "a1")) == (
        [],
        ["Fix a lock"],
        ["Fix a lock"],
    )
    drafting.edit(row.pk, Content({"external_id": "B2"}), actor=owner)
    assert (found(row, "a1"), found(row, "b2")) == ([], ["Fix a lock"])
    assert right()
    drafting.delete(row.pk, actor=owner)
    assert right()


def test_mending_writes_what_is_missing_and_what_changed_lately() -> None:
    owner = member(company(), "Olga Owner")
    rows = [draft(owner, f"Thing {n}") for n in range(4)]
    long_ago = clock.now() - timedelta(days=3)
    ListWords.objects.filter(pk=rows[0].pk).delete()
    ListWords.objects.filter(pk__in=[rows[1].pk, rows[2].pk]).update(text="other words")
    Assignment.objects.filter(pk__in=[rows[0].pk, rows[2].pk]).update(updated_at=long_ago)
    assert list_words.mend(clock.now(), batch=2) == 2
    assert [found(rows[0], f"thing {n}") for n in range(4)] == [["Thing 0"], ["Thing 1"], [], ["Thing 3"]]
    assert (list_words.mend(clock.now(), timedelta(days=4)), right()) == (1, True)
    assert list_words.mend(clock.now()) == 0


class TestIndex:
    def test_is_there(self) -> None:
        if connection.vendor == "sqlite":
            wanted = {f"assignments_listwords_word_{name}" for name in ("in", "out", "over")}
            assert wanted <= trigger_names()
        else:
            with connection.cursor() as cursor:
                cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = %s", [LIST_FULL_TEXT])
                assert "gin" in cursor.fetchone()[0]

    def test_answers_few_only(self) -> None:
        owner = member(company(), "Olga Owner")
        rows = [draft(owner, f"Word{n} thing") for n in range(4)]
        words = [f"{rows[0].client_id}:thing"]
        ListWords.objects.filter(pk=rows[0].pk).update(text="other words")
        ListWords.objects.filter(pk=rows[1].pk).delete()
        assert sorted(word_index.listed(words, 2) or []) == [rows[2].pk, rows[3].pk]
        assert word_index.listed(words, 1) is None
        assert word_index.listed([f"{rows[0].client_id}:nothing"], 1) == []

    @pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite keeps no such statistics")
    def test_is_not_asked_for_words_that_are_everywhere(self, monkeypatch: pytest.MonkeyPatch) -> None:
        owner = member(company(), "Olga Owner")
        # below a hundred words PostgreSQL trusts no statistics
        rows = [draft(owner, " ".join(["Thing", *(f"word{n}x{k}" for k in range(10))])) for n in range(12)]
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE assignments_listwords")
        thing, seldom = ([f"{rows[0].client_id}:{word}"] for word in ("thing", "word3x"))
        assert (len(word_index.listed(thing, 99) or []), word_index.listed(seldom, 99)) == (12, [rows[3].pk])
        monkeypatch.setattr(word_index, "MANY", 10)
        monkeypatch.setattr(word_index, "MANY_OF_ALL", 0.5)
        assert (word_index.listed(thing, 99), word_index.listed(seldom, 99)) == (None, [rows[3].pk])

    @pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL keeps its index by itself")
    def test_agrees_with_the_rows_after_every_kind_of_change(self) -> None:
        owner = member(company(), "Olga Owner")
        rows = [draft(owner, f"Word{n} thing") for n in range(3)]
        ListWords.objects.filter(pk=rows[0].pk).update(text="other words")
        ListWords.objects.filter(pk=rows[1].pk).delete()
        check = f"INSERT INTO {LIST_FULL_TEXT} ({LIST_FULL_TEXT}, rank) VALUES ('integrity-check', 1)"  # noqa: S608
        with connection.cursor() as cursor:  # raises when the index and the rows differ
            cursor.execute(check)
