"""The agreement as rows and bytes: canonical form, hash, chain, diff, and that nobody changes what was agreed (N2)."""

import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from assignments import agreement
from assignments.actions import money, reschedules
from assignments.actions.money import Ask
from assignments.models import AgreementSheet, Amendment
from assignments.sheets import Piece, canonical, digest, pieces, sealed
from assignments.states import State
from common import clock
from tests.assignments.scenes import assign, unassign
from tests.factories import People, assignment_in
from timeline.models import Entry

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)
WORDS = st.lists(st.sampled_from(["rack", "cable ", "two", " and", "\n", "photo."]), max_size=12).map("".join)


# --- bytes ----------------------------------------------------------------------------------------------------------


def test_the_canonical_form_is_one_for_one_value():
    assert canonical({"b": [1, None, True], "a": "ü\n"}) == '{"a":"ü\\n","b":[1,null,true]}'
    assert canonical({"a": 1, "b": 2}) == canonical({"b": 2, "a": 1})


@pytest.mark.parametrize(
    "value", [1.0, float("nan"), {"a": {1: 2}}, ("a",), datetime(2026, 12, 1, tzinfo=UTC), b""]
)
def test_what_could_be_written_in_two_ways_is_refused(value: object):
    with pytest.raises(TypeError):
        canonical({"a": [value]} if not isinstance(value, dict) else value)


@given(PLAIN)
def test_reading_and_writing_again_gives_the_same_bytes(value: object):
    assert canonical(json.loads(canonical(value))) == canonical(value)


def test_the_hash_covers_the_head_and_each_part():
    head = {"number": "A-10001/1", "before": ""}
    whole = sealed(head, "{}", "{}", "{}")
    others = {
        sealed({**head, "number": "A-10001/2"}, "{}", "{}", "{}"),
        sealed(head, "[]", "{}", "{}"),
        sealed(head, "{}", "[]", "{}"),
        sealed(head, "{}", "{}", "[]"),
    }
    assert len({whole, *others}) == 5
    assert whole == digest(
        canonical(
            {"form": 1, "head": head, "parts": dict.fromkeys(("client", "shared", "worker"), digest("{}"))}
        )
    )


# --- diff -----------------------------------------------------------------------------------------------------------


def test_a_diff_word_by_word():
    assert pieces("Swap both switches and label.", "Swap three switches and label.") == (
        Piece("same", "Swap "),
        Piece("del", "both "),
        Piece("ins", "three "),
        Piece("same", "switches and label."),
    )
    assert pieces("", "New") == (Piece("ins", "New"),)
    assert pieces("Old", "") == (Piece("del", "Old"),)
    assert pieces("Same", "Same") == (Piece("same", "Same"),)


@given(WORDS, WORDS)
def test_a_diff_loses_no_letter(old: str, new: str):
    found = pieces(old, new)
    assert "".join(piece.text for piece in found if piece.op != "ins") == old
    assert "".join(piece.text for piece in found if piece.op != "del") == new
    assert all(one.op != other.op for one, other in pairwise(found))


def test_texts_of_full_length_are_compared_in_no_time():
    old, new = "a " * 5_000, "b " * 5_000
    assert pieces(old, new) == (Piece("del", old), Piece("ins", new))


# --- rows -----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_assigning_writes_one_sheet_for_each_time(people: People):
    row = assignment_in(State.ASSIGNED, owner=people.owner, by=people.worker)
    unassign(row, people.owner)
    assign(row, people.applicant, people.owner)
    found = AgreementSheet.objects.order_by("turn")
    assert [(one.number, one.engagement.worker, one.matches) for one in found] == [
        (f"A-{row.pk}/1", people.worker, True),
        (f"A-{row.pk}/2", people.applicant, True),
    ]


@pytest.mark.django_db
def test_the_sheet_names_nobody_and_keeps_the_address(people: People):
    assignment_in(State.ASSIGNED, owner=people.owner, by=people.worker)
    sheet = AgreementSheet.objects.get()
    whole = sheet.shared + sheet.client_part + sheet.worker_part
    for private in ("Sam Site", "518 555", "Wanda", "Olivia", people.owner.email):
        assert private not in whole
    assert sheet.parts.shared["place"]["street"] == "12 State Street"
    assert sheet.parts.shared["parties"]["worker_id"] == people.worker.pk


@pytest.mark.django_db
def test_each_side_reads_the_own_money_only(people: People):
    assignment_in(State.ASSIGNED, owner=people.owner, by=people.worker, fastfunds_eligible=True)
    parts = AgreementSheet.objects.get().parts

    def text(side: str) -> str:
        return " ".join(line.text for one in agreement.sections(parts, side) for line in one.lines)

    assert [("$385.00" in text(side), "$26.25" in text(side)) for side in ("client", "worker", "admin")] == [
        (True, False),
        (False, True),
        (True, True),
    ]
    assert "38500" not in canonical(parts.shared)


@pytest.mark.django_db
def test_closed_parts_cannot_be_guessed(people: People):
    """Two sheets over the same sums have parts with other hashes: each has a salt of its own."""
    row = assignment_in(State.ASSIGNED, owner=people.owner, by=people.worker)
    unassign(row, people.owner)
    assign(row, people.applicant, people.owner)
    for name in ("client_part", "worker_part"):
        assert len({digest(text) for text in AgreementSheet.objects.values_list(name, flat=True)}) == 2


@pytest.mark.django_db
def test_agreed_changes_are_chained_amendments_with_only_their_section(people: People):
    row = assignment_in(State.ASSIGNED, owner=people.owner, by=people.worker)
    ask = money.request_money(row.pk, Ask("increase", "More", amount_minor=5_000), actor=people.worker.user)
    money.approve_money(row.pk, ask.pk, actor=people.owner)
    later = ("fixed", clock.now() + timedelta(days=6), None)
    date = reschedules.request_reschedule(row.pk, actor=people.owner, schedule=later, note="Rain")
    reschedules.accept_reschedule(row.pk, date.pk, actor=people.worker.user)
    money.add_money(row.pk, Ask("expense", "Parking", amount_minor=1_000), actor=people.owner)
    sheet = AgreementSheet.objects.get()
    found = list(Amendment.objects.select_related("sheet"))
    assert [(one.number, one.kind, one.source_id, one.proposed_by, one.accepted_by) for one in found[:2]] == [
        (f"A-{row.pk}/1.1", "increase", ask.pk, people.worker.user, people.owner),
        (f"A-{row.pk}/1.2", "schedule", date.pk, people.owner, people.worker.user),
    ]
    assert (found[2].kind, found[2].proposed_by, found[2].accepted_by) == ("expense", people.owner, None)
    chain = [sheet, *found]
    assert [one.before_sha256 for one in chain] == ["", *(one.sha256 for one in chain[:-1])]
    assert all(one.matches for one in chain)
    steps = [
        sorted(key for key in new.parts.shared if old.parts.shared[key] != new.parts.shared[key])
        for old, new in zip(chain, found, strict=False)
    ]
    assert steps == [["price"], ["schedule"], ["price"]]
    assert found[2].parts.client["total_minor"] == 45_100


@pytest.mark.django_db
def test_the_history_holds_the_hash(people: People):
    row = assignment_in(State.ASSIGNED, owner=people.owner, by=people.worker)
    sheet = AgreementSheet.objects.get()
    entry = Entry.objects.get(subject_id=row.pk, kind="assignment.assigned")
    assert entry.facts["agreement"] == {"number": f"A-{row.pk}/1", "sha256": sheet.sha256}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "sql", ["UPDATE {} SET sha256 = ''", "UPDATE {} SET shared = '{{}}'", "DELETE FROM {}"]
)
@pytest.mark.parametrize("model", [AgreementSheet, Amendment])
def test_the_database_refuses_to_change_what_was_agreed(people: People, model: type, sql: str):
    row = assignment_in(State.ASSIGNED, owner=people.owner, by=people.worker)
    money.add_money(row.pk, Ask("expense", "Parking", amount_minor=1_000), actor=people.owner)
    table = model._meta.db_table
    with pytest.raises(IntegrityError, match=f"{table} is append-only"), transaction.atomic():
        connection.cursor().execute(sql.format(table))


@pytest.mark.django_db
def test_a_changed_text_no_longer_matches(people: People):
    assignment_in(State.ASSIGNED, owner=people.owner, by=people.worker)
    sheet = AgreementSheet.objects.get()
    sheet.shared = sheet.shared.replace("Swap both", "Swap all")
    assert (sheet.matches, sheet.parts.shared["scope"]["description"][:8]) == (False, "Swap all")


@pytest.mark.django_db
def test_a_failing_sheet_assigns_nobody(people: People, monkeypatch: pytest.MonkeyPatch):
    row = assignment_in(State.SENT, owner=people.owner)

    def broken(*_: object) -> str:
        raise RuntimeError("no hash")

    monkeypatch.setattr("assignments.actions.sheets.sealed", broken)
    with pytest.raises(RuntimeError):
        assign(row, people.worker, people.owner)
    row.refresh_from_db()
    assert (row.state, row.worker_id, AgreementSheet.objects.count()) == (State.SENT, None, 0)
