"""The search rows: in step with each change, nothing private among them, found by the index of either database."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from assignments import search, word_index
from assignments.actions import assigning, drafting
from assignments.actions.drafting import Content
from assignments.models import Assignment, Findable
from assignments.models.search import FULL_TEXT
from assignments.states import State
from common import clock
from tests.factories import assignment_in, company, member, worker
from tests.support import markers
from tests.support.markers import marked
from tests.support.triggers import trigger_names

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


def found(text: str) -> list[str]:
    return list(
        search.matching(Findable.objects.order_by("pk"), text).values_list("assignment__title", flat=True)
    )


def as_made(pk: int) -> dict[str, Any]:
    """The row that the assignment asks for, made anew."""
    row = Assignment.objects.get(pk=pk)
    return columns(search.made(row, [skill.name for skill in row.skills.all()], clock.now()))


def columns(row: Findable) -> dict[str, Any]:
    return {f.name: getattr(row, f.attname) for f in row._meta.concrete_fields if f.name != "changed_at"}


class TestInStep:
    def test_a_draft_has_none_sending_makes_it_and_leaving_takes_it(self) -> None:
        draft = assignment_in(State.DRAFT)
        assert not Findable.objects.exists()
        drafting.send(draft.pk, actor=draft.owner)
        assert columns(Findable.objects.get()) == as_made(draft.pk)
        assert Findable.objects.get().pay_minor == 35_000

    def test_no_other_stage_has_one(self) -> None:
        owner = member(company(), "Olga Owner")
        for state in State:
            if state != State.SENT:
                assignment_in(state, owner=owner)
        assert not Findable.objects.exists()

    def test_an_edit_changes_words_price_date_and_skills(self) -> None:
        row = assignment_in(State.SENT, content=Content(skills=["Cabling"]))
        assert found("cabling") == [row.title]
        later = clock.now() + timedelta(days=9)
        edited = Content(
            columns={"title": "Hang a screen", "price_minor": 12_300, "start_at": later}, skills=["Ladders"]
        )
        drafting.edit(row.pk, edited, actor=row.owner)
        assert columns(Findable.objects.get()) == as_made(row.pk)
        assert (found("cabling"), found("switches hang"), found("ladders")) == (
            [],
            ["Hang a screen"],
            ["Hang a screen"],
        )
        drafting.edit(row.pk, Content(skills=["Drones"]), actor=row.owner)
        assert (found("ladders"), found("drones")) == ([], ["Hang a screen"])

    def test_taken_off_the_marketplace_it_is_not_found(self) -> None:
        row = assignment_in(State.SENT, invite=(worker("Ines Invited"),))
        drafting.edit(row.pk, Content(columns={"is_marketplace": False}), actor=row.owner)
        assert not Findable.objects.exists()

    def test_back_on_the_market_after_its_worker_left(self) -> None:
        row = assignment_in(State.ASSIGNED)
        assigning.unassign(
            row.pk, actor=row.owner, reason="scope_changed", note="Other plan.", original_budget=True
        )
        assert columns(Findable.objects.get()) == as_made(row.pk)

    def test_a_change_that_fails_leaves_it_as_it_was(self) -> None:
        row = assignment_in(State.SENT)
        with transaction.atomic():
            drafting.edit(row.pk, Content(columns={"title": "Zeppelin"}), actor=row.owner)
            assert found("zeppelin") == ["Zeppelin"]
            transaction.set_rollback(True)
        assert (found("zeppelin"), found("replace")) == ([], [row.title])

    def test_expired_rows_are_swept_away_and_an_edit_brings_one_back(self, at: Any) -> None:
        row = assignment_in(State.SENT)
        assert search.drop_expired(100) == 0
        with at(clock.now() + timedelta(days=3)):
            assert (search.drop_expired(100), search.drop_expired(100)) == (1, 0)
            drafting.edit(
                row.pk, Content(columns={"start_at": clock.now() + timedelta(days=1)}), actor=row.owner
            )
            assert columns(Findable.objects.get()) == as_made(row.pk)

    def test_rebuilding_makes_the_same_rows(self) -> None:
        owner = member(company(), "Olga Owner")
        for number in range(3):
            assignment_in(
                State.SENT, owner=owner, title=f"Work {number}", content=Content(skills=["Cabling"])
            )
        wrong = assignment_in(State.ASSIGNED, owner=owner)
        before = [columns(row) for row in Findable.objects.order_by("pk")]
        Findable.objects.filter(assignment__title="Work 0").delete()
        Findable.objects.filter(assignment__title="Work 1").update(text="nothing", pay_minor=1)
        Findable.objects.create(assignment=wrong, **{**_plain(Findable.objects.first()), "text": "left over"})
        assert search.rebuild(batch=2) == 3
        assert [columns(row) for row in Findable.objects.order_by("pk")] == before
        assert found("work") == ["Work 0", "Work 1", "Work 2"]


def _plain(row: Findable | None) -> dict[str, Any]:
    assert row is not None
    return {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields if not f.primary_key}


class TestPrivate:
    def test_nothing_private_is_among_the_words(self, people: Any) -> None:
        marked(people, State.SENT, title="Swap", description="Two switches")
        row = Findable.objects.get()
        held = " ".join(str(value) for value in columns(row).values()).casefold()
        for secret in (
            *markers.CONTACTS, markers.STREET, markers.WAY_IN, markers.INSTRUCTIONS, markers.DOCUMENT,
            *markers.CLIENTS_OWN,
        ):  # fmt: skip
            assert not set(search.words(secret)) & set(row.text.split()) - set(search.words(as_shown(row)))
            assert secret.casefold() not in held


def as_shown(row: Findable) -> str:
    shown = row.assignment
    return " ".join((shown.title, shown.description, shown.industry, shown.city, shown.region))


class TestWords:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("Éléphant's “10 GbE” switch_2", ["elephants", "10", "gbe", "switch", "2"]),
            ("  Rack rack RACK  ", ["rack"]),
            ("Straße Łódź ﬁbre", ["strasse", "łodz", "fibre"]),
            ("'; DROP TABLE -- * \" & | ! : ( )", ["drop", "table"]),
            ("", []),
        ],
    )
    def test_are_parted_and_folded(self, text: str, expected: list[str]) -> None:
        assert search.words(text) == expected

    def test_search_begins_words_and_signs_are_harmless(self) -> None:
        owner = member(company(), "Olga Owner")
        for title in ("Replace two switches", "Switch café lights"):
            assignment_in(State.SENT, owner=owner, title=title, description="As agreed.")
        both = ["Replace two switches", "Switch café lights"]
        asked = {
            "switch": both, "sw": both, "witch": [], "SWITCH two": both[:1], "two replace": both[:1],
            "cafe": both[1:], "CAFÉ": both[1:], '"switch" & !': both, "sw:* | zz": [], "%": both, "": both,
            "switch " * 40: both, "x" * 500: [], "\x00switch": both, "sw' OR 1=1 --": [],
        }  # fmt: skip
        assert {text: found(text) for text in asked} == asked

    def test_many_rows_are_found_without_the_index_just_the_same(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        owner = member(company(), "Olga Owner")
        for title in ("Alpha one", "Alpha two", "Beta two"):
            assignment_in(State.SENT, owner=owner, title=title, description="As agreed.")
        by_index = [found(text) for text in ("alpha", "two alp", "et", "b")]
        monkeypatch.setattr(search, "FEW", 0)
        assert [found(text) for text in ("alpha", "two alp", "et", "b")] == by_index
        assert by_index == [["Alpha one", "Alpha two"], ["Alpha two"], [], ["Beta two"]]


class TestIndex:
    def test_is_there(self) -> None:
        if connection.vendor == "sqlite":
            wanted = {f"assignments_findable_word_{name}" for name in ("in", "out", "over")}
            assert wanted <= trigger_names()
        else:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT indexdef FROM pg_indexes WHERE indexname = 'assignments_findable_words'"
                )
                assert "gin" in cursor.fetchone()[0]

    @pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL keeps its index by itself")
    def test_agrees_with_the_rows_after_every_kind_of_change(self) -> None:
        owner = member(company(), "Olga Owner")
        rows = [
            assignment_in(State.SENT, owner=owner, title=f"Word{n} thing", description="As agreed.")
            for n in range(4)
        ]
        Findable.objects.filter(pk=rows[0].pk).update(text="other words")
        Findable.objects.filter(pk=rows[1].pk).delete()
        Findable.objects.filter(pk=rows[2].pk).update(pay_minor=5)
        check = f"INSERT INTO {FULL_TEXT} ({FULL_TEXT}, rank) VALUES ('integrity-check', 1)"  # noqa: S608
        with connection.cursor() as cursor:  # raises when the index and the rows differ
            cursor.execute(check)
        assert word_index.few(["thing"], 10) == [rows[2].pk, rows[3].pk]
        assert word_index.few(["other"], 10) == [rows[0].pk]
        assert word_index.few(["thing"], 1) is None
