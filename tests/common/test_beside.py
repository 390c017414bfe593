"""Rows that are read beside a row come back as they are stored, on both databases."""

from datetime import timedelta

import pytest
from django.db.models import OuterRef

from assignments.actions import sourcing
from assignments.actions.drafting import Asked, Content
from assignments.actions.sourcing import Offer
from assignments.models import Application, Assignment, Attachment, CustomField, Invitation
from assignments.states import State
from common import clock
from common.beside import HowMany, Rows, columns, put, revived
from tests.factories import People, assignment_in
from workers.models import Skill

pytestmark = pytest.mark.django_db


@pytest.fixture
def row(people: People) -> Assignment:
    """Two offers, two fields of one group, one invitation."""
    content = Content(
        asked=[Asked("Serial number"), Asked("Colour", is_required=False)], skills=["Wiring", "Audio"]
    )
    row = assignment_in(State.SENT, owner=people.owner, content=content, invite=(people.invited,))
    for by in (people.worker, people.applicant):
        offer = Offer(expenses_minor=3_500, reason='“Łódź” \\ "quoted"\n</script>', expires_at=soon())
        sourcing.apply(row.pk, offer, actor=by.user)
    return row


def soon() -> object:
    return clock.now() + timedelta(hours=3, microseconds=1)


def beside(row: Assignment, rows: Rows) -> list[dict[str, object]]:
    found: list[dict[str, object]] = Assignment.objects.values(found=rows).get(pk=row.pk)["found"]
    return found


def test_a_whole_row_comes_back_in_every_column(row: Assignment) -> None:
    for model in (Application, Invitation):
        stored = list(model.objects.filter(assignment=row).order_by("-pk"))
        rows = model.objects.filter(assignment=OuterRef("pk")).order_by("-pk")
        found = [revived(model, one) for one in beside(row, Rows(rows, columns(model)))]
        assert [values(one) for one in found] == [values(one) for one in stored]
        assert [type(value) for one in found for value in values(one).values()] == [
            type(value) for one in stored for value in values(one).values()
        ]


def values(one: Application | Invitation) -> dict[str, object]:
    assert not one.get_deferred_fields()
    return {name: getattr(one, name) for name in columns(type(one))}


def test_a_revived_row_is_saved_like_a_loaded_one(row: Assignment) -> None:
    rows = Application.objects.filter(assignment=OuterRef("pk")).order_by("pk")[:1]
    (found,) = beside(row, Rows(rows, columns(Application)))
    offer = revived(Application, found)
    offer.withdraw()
    offer.save(update_fields=["state", "decided_at"])
    assert [one.state for one in Application.objects.filter(assignment=row).order_by("pk")] == [
        "withdrawn",
        "pending",
    ]


def test_names_lead_on_to_other_rows(row: Assignment, django_assert_num_queries) -> None:
    fields = CustomField.objects.filter(assignment=OuterRef("pk")).order_by("-label")
    found = beside(row, Rows(fields, ("id", "label", "is_required", "group_id", "group__id", "group__title")))
    with django_assert_num_queries(0):
        read = [revived(CustomField, one) for one in found]
        told = [(one.label, one.is_required, one.group.title, one.group == read[0].group) for one in read]
    group = "Questions at closeout"
    assert told == [("Serial number", True, group, True), ("Colour", False, group, True)]
    with django_assert_num_queries(1):
        assert read[0].kind == "text", "left out, so loaded when it is touched"


def test_none_is_an_empty_list_and_a_way_to_nobody_is_none(row: Assignment) -> None:
    assert beside(row, Rows(Attachment.objects.filter(assignment=OuterRef("pk")), ("id",))) == []
    named = Invitation.objects.filter(assignment=OuterRef("pk"))
    (found,) = beside(row, Rows(named, ("id", "vendor__id", "vendor__name")))
    assert revived(Invitation, found).vendor is None


def test_a_column_that_would_change_on_the_way_is_refused(row: Assignment) -> None:
    fields = CustomField.objects.filter(assignment=OuterRef("pk"))
    for name in ("choices", "least"):
        found = beside(row, Rows(fields, ("id", name)))
        with pytest.raises(ValueError, match=f"^{name} would not come back as it was$"):
            revived(CustomField, found[0])


def test_rows_are_counted_beside_a_row_up_to_where_they_are_cut(row: Assignment) -> None:
    offers = Application.objects.filter(assignment=OuterRef("pk"))
    found = Assignment.objects.values(all=HowMany(offers), some=HowMany(offers.order_by("pk")[:1])).get(
        pk=row.pk
    )
    assert found == {"all": 2, "some": 1}


def test_rows_that_were_put_on_a_row_are_not_asked_again(row: Assignment, django_assert_num_queries) -> None:
    skills = Skill.objects.filter(assignments=OuterRef("pk")).order_by("name")
    found = [revived(Skill, one) for one in beside(row, Rows(skills, columns(Skill)))]
    put(row, "skills", found)
    with django_assert_num_queries(0):
        assert [skill.name for skill in row.skills.all()] == ["Audio", "Wiring"]
    assert Assignment.objects.get(pk=row.pk).skills.count() == 2
