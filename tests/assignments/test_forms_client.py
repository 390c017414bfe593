"""What the client types: money, hours, local times, lines; and the content that comes out of it."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from assignments.actions.copying import copied
from assignments.filters import number_in
from assignments.forms.client import AddMoneyForm
from assignments.forms.drafting import SECTIONS, DraftForm, section_of
from assignments.forms.typed import HoursField, MoneyField
from assignments.states import State
from clients.models import Member
from tests import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.one_database, pytest.mark.usefixtures("frozen")]

BASE = {
    "title": "Replace two access points",
    "place": "here",
    "time_zone": "America/New_York",
    "schedule_kind": "fixed",
    "pricing_type": "flat",
    "terms_days": "30",
    "wanted-lines": "0",
    "asked-lines": "0",
}


@pytest.fixture
def member() -> Member:
    return make.member(make.company(), "Olivia Owner").memberships.get()


@pytest.fixture
def filled(member: Member) -> Callable[..., DraftForm]:
    def build(row: Any = None, files: Any = None, **changes: Any) -> DraftForm:
        data = QueryDict(mutable=True)
        for name, value in {**BASE, "owner": member.user_id, **changes}.items():
            data.setlist(name, [str(one) for one in value] if isinstance(value, list) else [str(value)])
        return DraftForm(data, MultiValueDict(files or {}), member=member, row=row)

    return build


@pytest.mark.parametrize(
    ("typed", "minor"), [("320", 32_000), ("$1,204.50", 120_450), ("0", 0), ("", None), (" 7.5 ", 750)]
)
def test_money_is_read_as_people_write_it(typed: str, minor: int | None) -> None:
    assert MoneyField(required=False).clean(typed) == minor


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("abc", "Enter an amount in digits, for example 320.00."),
        ("-5", "Enter an amount of zero or more."),
        ("1.005", "USD amounts have at most 2 decimals."),
        ("99999999999999", "Enter a smaller amount."),
    ],
)
def test_money_that_is_none_gets_a_sentence(typed: str, sentence: str) -> None:
    with pytest.raises(ValidationError) as caught:
        MoneyField(required=False).clean(typed)
    assert caught.value.messages == [sentence]


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [("2", 120), ("2.5", 150), ("2,5", 150), ("2:30", 150), ("0:05", 5), ("1.33", 80), ("", None)],
)
def test_hours_are_decimal_or_clock(typed: str, minutes: int | None) -> None:
    assert HoursField(required=False).clean(typed) == minutes


@pytest.mark.parametrize("typed", ["two", "2:60", "-1", "2h30", "99999"])
def test_hours_that_are_none_get_a_sentence(typed: str) -> None:
    with pytest.raises(ValidationError) as caught:
        HoursField(required=False).clean(typed)
    assert caught.value.messages == ["Enter hours in digits, for example 2.5 or 2:30."]


def test_a_title_is_enough_for_a_draft(filled: Callable[..., DraftForm]) -> None:
    form = filled()
    assert form.is_valid(), form.errors
    content = form.content()
    assert content.columns["title"] == "Replace two access points"
    assert (content.columns["start_at"], content.columns["price_minor"]) == (None, 0)
    assert (content.wanted, content.asked) == ([], [])


def test_times_are_those_of_the_site(filled: Callable[..., DraftForm]) -> None:
    form = filled(time_zone="America/Denver", start_date="2026-12-10", start_time="09:00")
    assert form.is_valid(), form.errors
    assert form.content().columns["start_at"] == datetime(2026, 12, 10, 16, 0, tzinfo=UTC)


def test_a_time_that_the_clocks_skip_is_refused_and_the_earlier_of_two_is_taken(
    filled: Callable[..., DraftForm],
) -> None:
    skipped = filled(start_date="2027-03-14", start_time="02:30")
    assert not skipped.is_valid()
    assert list(skipped.summary()) == [
        (
            "id_start_time",
            "2:30 AM does not exist on Mar 14, 2027 there: clocks go forward. Enter another time.",
        )
    ]
    twice = filled(start_date="2027-11-07", start_time="01:30")
    assert twice.is_valid()
    assert twice.content().columns["start_at"] == datetime(2027, 11, 7, 5, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("changes", "name", "sentence"),
    [
        ({"start_date": "2026-12-10"}, "start_time", "Enter the time of the start."),
        ({"start_time": "09:00"}, "start_date", "Enter the date of the start."),
        (
            {"start_date": "1999-01-01", "start_time": "09:00"},
            "start_date",
            "Enter a year between 2000 and 2200.",
        ),
        ({"place": "saved"}, "place", "Choose one of the options for where"),
        ({"country": "USA"}, "country", "Enter the two letters of the country, for example US."),
        ({"wanted-lines": 1, "wanted-0-kind": "photo", "wanted-0-instructions": "Before"}, None, None),
    ],
)
def test_half_an_answer_is_named(
    filled: Callable[..., DraftForm], changes: dict[str, Any], name: str | None, sentence: str | None
) -> None:
    form = filled(**changes)
    assert not form.is_valid()
    if name is None:
        assert list(form.summary()) == [("id_wanted-0-title", "Enter what the worker has to give.")]
    else:
        assert sentence in [text for _, text in form.summary()]
        assert name in form.errors


def test_inputs_of_another_kind_do_not_matter(filled: Callable[..., DraftForm]) -> None:
    form = filled(price="320", hours="nonsense", extra_price="x", end_date="nonsense", units="many")
    assert form.is_valid(), form.errors
    assert form.terms().budget.minor == 32_000
    assert form.content().columns["window_end_at"] is None


def test_blended_work_needs_both_parts(filled: Callable[..., DraftForm]) -> None:
    form = filled(pricing_type="blended", price="50", hours="2", extra_price="40", extra_hours="1:30")
    assert form.is_valid(), form.errors
    assert form.terms().budget.minor == 10_000 + 6_000


def test_complete_by_starts_now_when_nothing_else_is_said(
    filled: Callable[..., DraftForm], frozen: datetime
) -> None:
    form = filled(schedule_kind="complete_by", end_date="2026-12-20", end_time="17:00")
    assert form.is_valid(), form.errors
    assert form.content().columns["start_at"] == frozen


def test_a_saved_location_is_copied(filled: Callable[..., DraftForm], member: Member) -> None:
    saved = make.LocationFactory(
        client=member.client, name="Store 214", time_zone="America/Chicago", postcode="60601"
    )
    form = filled(
        place="saved", location=saved.pk, street="Elsewhere 5", start_date="2026-12-10", start_time="09:00"
    )
    assert form.is_valid(), form.errors
    content = form.content()
    assert content.site["street"] == "12 State Street"
    assert content.columns["time_zone"] == "America/Chicago"
    assert content.columns["start_at"] == datetime(2026, 12, 10, 15, 0, tzinfo=UTC)
    assert content.site["lat"] == pytest.approx(41.88, abs=0.1)


def test_a_location_of_another_company_is_no_choice(filled: Callable[..., DraftForm], member: Member) -> None:
    make.LocationFactory(client=member.client)
    foreign = make.LocationFactory(client=make.company("Other"))
    form = filled(place="saved", location=foreign.pk)
    assert not form.is_valid()
    assert "location" in form.errors


def test_remote_work_has_no_address(filled: Callable[..., DraftForm]) -> None:
    form = filled(place="virtual", street="12 State Street", city="Albany", lat="91")
    assert form.is_valid(), form.errors
    content = form.content()
    assert (content.columns["is_virtual"], content.columns["city"], content.site["street"]) == (True, "", "")


def test_us_postcodes_give_coordinates_and_typed_ones_win(filled: Callable[..., DraftForm]) -> None:
    found = filled(postcode="12207")
    assert found.is_valid()
    assert found.content().site["lat"] == pytest.approx(42.65, abs=0.05)
    assert found.content().columns["region"] == "NY"
    typed = filled(postcode="12207", lat="40.5", lon="-70.25")
    assert typed.is_valid()
    assert (typed.content().site["lat"], typed.content().site["lon"]) == (40.5, -70.25)


def test_lines_become_what_is_wanted_and_asked(filled: Callable[..., DraftForm]) -> None:
    form = filled(
        **{
            "wanted-lines": 2,
            "wanted-0-title": "Photos",
            "wanted-0-kind": "photo",
            "wanted-0-count": 3,
            "wanted-1-kind": "photo",
            "wanted-1-count": 1,
            "asked-lines": 1,
            "asked-0-label": "Result",
            "asked-0-kind": "choice",
            "asked-0-choices": "Good, Bad, Good",
            "asked-0-is_required": "on",
        }
    )
    assert form.is_valid(), list(form.summary())
    content = form.content()
    assert [(one.title, one.count) for one in content.wanted] == [("Photos", 3)]
    assert [(one.label, one.choices, one.is_required) for one in content.asked] == [
        ("Result", ["Good", "Bad"], True)
    ]


def test_a_choice_needs_two_choices(filled: Callable[..., DraftForm]) -> None:
    form = filled(
        **{"asked-lines": 1, "asked-0-label": "Result", "asked-0-kind": "choice", "asked-0-choices": "Good"}
    )
    assert not form.is_valid()
    assert list(form.summary()) == [
        ("id_asked-0-choices", "Enter at least two choices, separated by commas.")
    ]


@pytest.mark.parametrize("count", ["-1", "x", "99999", "²"])
def test_a_tampered_line_count_does_no_harm(filled: Callable[..., DraftForm], count: str) -> None:
    form = filled(**{"wanted-lines": count})
    assert form.is_valid()
    assert form.wanted.count <= 60


def test_bad_files_are_named(filled: Callable[..., DraftForm]) -> None:
    bad = SimpleUploadedFile("page.html", b"<html><script>alert(1)</script></html>")
    empty = SimpleUploadedFile("plan.pdf", b"")
    good = SimpleUploadedFile("plan.pdf", b"%PDF-1.7 plan")
    form = filled(files={"documents": [bad, empty, good]})
    assert not form.is_valid()
    assert [text.split(":")[0] for _, text in form.summary()] == ["page.html", "plan.pdf"]


def test_untouched_times_come_back_to_the_second(filled: Callable[..., DraftForm], member: Member) -> None:
    exact = datetime(2026, 12, 10, 14, 0, 37, tzinfo=UTC)
    row = make.assignment_in(State.DRAFT, owner=member.user, start_at=exact)
    start = DraftForm(member=member, row=row).initial
    assert (str(start["start_date"]), f"{start['start_time']:%H:%M}") == ("2026-12-10", "09:00")
    form = filled(row, start_date="2026-12-10", start_time="09:00")
    assert form.is_valid(), form.errors
    assert form.content().columns["start_at"] == exact


def test_a_copy_has_no_dates_and_the_posted_price(member: Member) -> None:
    row = make.assignment_in(State.SENT, owner=member.user, price_minor=20_000, external_id="X-1")
    row.posted_terms = {**row.posted_terms, "price_minor": 15_000}
    content = copied(row, owner=member.user)
    assert content.columns["price_minor"] == 15_000
    assert {"start_at", "window_end_at", "deliverables_due_at", "external_id", "worker"} & set(
        content.columns
    ) == set()
    assert content.site["street"] == "12 State Street"


def test_every_input_has_a_section(member: Member) -> None:
    names = {name for _, fields in SECTIONS.values() for name in fields}
    assert names >= set(DraftForm(member=member).fields)
    assert [section_of(name) for name in ("start_at", "max_units", "street", "is_marketplace", "?")] == [
        "schedule",
        "price",
        "location",
        "routing",
        "overview",
    ]


def test_the_currency_is_the_companys() -> None:
    member = make.member(make.company("Tokyo Works", currency="JPY"), "Jun").memberships.get()
    form = DraftForm(member=member)
    assert form.fields["price"].clean("1,200") == 1_200


@pytest.mark.parametrize(
    ("text", "found"), [("A-10482", 10482), ("a10482", 10482), ("10482", None), ("A-x", None), ("", None)]
)
def test_an_exact_number_is_known(text: str, found: int | None) -> None:
    assert number_in(text) == found


def test_added_money_follows_the_kind_of_price(member: Member) -> None:
    flat = make.assignment_in(State.ASSIGNED, owner=member.user)
    form = AddMoneyForm({"kind": "increase", "amount": "50", "reason": "More racks"}, row=flat)
    assert form.is_valid()
    assert form.ask().amount_minor == 5_000
    hourly = make.assignment_in(
        State.ASSIGNED, owner=member.user, pricing_type="hourly", price_minor=4_500, max_minutes=120
    )
    form = AddMoneyForm(
        {"kind": "increase", "more_hours": "1:30", "amount": "9", "reason": "Longer"}, row=hourly
    )
    assert form.is_valid()
    assert (form.ask().add_minutes, form.ask().amount_minor) == (90, 0)
    none = AddMoneyForm({"kind": "increase", "amount": "9", "reason": "Longer"}, row=hourly)
    assert not none.is_valid()
    assert none.errors["more_hours"] == ["Enter how much more, above zero."]
