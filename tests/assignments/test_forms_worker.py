"""What worker forms make of what was typed."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.http import QueryDict

from assignments.actions.money import Ask
from assignments.actions.visits import Fix
from assignments.forms.answering import FieldsForm
from assignments.forms.fields import AmountField, LocalMomentField
from assignments.forms.finding import FindForm
from assignments.forms.worker import (
    ApplyForm,
    ConfirmForm,
    CounterofferForm,
    EditVisitForm,
    MoneyForm,
    PlaceForm,
    SubmitForm,
)
from assignments.models import Application, Assignment, CheckIn, CustomField, CustomFieldGroup
from assignments.pricing import Terms
from tests.conftest import NOON
from workers.models import Worker

EASTERN = "America/New_York"
START = datetime(2026, 12, 3, 14, 0, tzinfo=UTC)
TYPED_START = "2026-12-03T09:00"


def row(**columns: Any) -> Assignment:
    base = {"title": "Swap", "price_minor": 32_000, "start_at": START, "time_zone": EASTERN}
    return Assignment(**{**base, **columns})


def counter(
    data: dict[str, str], of: Assignment | None = None, mine: Application | None = None
) -> CounterofferForm:
    typed = {"pricing_type": "flat", "price_minor": "320.00", "start_at": TYPED_START, **data}
    return CounterofferForm(typed, row=of or row(), warned=False, now=NOON, earlier=mine)


class TestAmount:
    @pytest.mark.parametrize(("text", "minor"), [("320", 32_000), ("$1,204.5", 120_450), (" 0.01 ", 1)])
    def test_gives_minor_units(self, text: str, minor: int) -> None:
        assert AmountField(currency="USD").clean(text) == minor

    @pytest.mark.parametrize("text", ["0", "-5", "abc", "1.005", "9" * 20])
    def test_refuses_what_is_no_amount_above_zero(self, text: str) -> None:
        with pytest.raises(Exception, match=r"Enter|at most"):
            AmountField(currency="USD").clean(text)

    def test_zero_where_it_means_something(self) -> None:
        assert AmountField(currency="USD", zero=True).clean("0") == 0

    def test_decimals_follow_the_currency(self) -> None:
        assert AmountField(currency="JPY").clean("1200") == 1200
        assert AmountField(currency="KWD").clean("1.250") == 1250


class TestLocalMoment:
    def test_is_read_on_the_clocks_of_the_site(self) -> None:
        assert LocalMomentField(tz_name=EASTERN).clean(TYPED_START) == START

    def test_starts_with_the_local_time(self) -> None:
        assert LocalMomentField(tz_name=EASTERN).prepare_value(START) == TYPED_START

    def test_an_untouched_value_stays_the_exact_instant(self) -> None:
        second = datetime(2026, 11, 1, 6, 30, 12, tzinfo=UTC)  # the second 1:30 AM of that night
        field = LocalMomentField(tz_name=EASTERN, keep=second)
        assert field.clean(field.prepare_value(second)) == second

    @pytest.mark.parametrize("text", ["tomorrow", "2026-13-01T09:00", "2026-12-01T09:00Z"])
    def test_refuses_what_is_no_local_time(self, text: str) -> None:
        with pytest.raises(Exception, match="Enter"):
            LocalMomentField(tz_name=EASTERN).clean(text)

    def test_refuses_a_time_that_the_clocks_skip(self) -> None:
        with pytest.raises(Exception, match="does not exist"):
            LocalMomentField(tz_name=EASTERN).clean("2027-03-14T02:30")


class TestApply:
    def test_a_warning_has_to_be_ticked(self) -> None:
        assert not ApplyForm({"reason": ""}, warned=True).is_valid()
        assert ApplyForm({"reason": "", "understood": "on"}, warned=True).is_valid()
        assert ApplyForm({"reason": ""}, warned=False).is_valid()

    def test_edits_the_own_message(self) -> None:
        assert (
            ApplyForm(warned=False, earlier=Application(reason="I live near")).initial["reason"]
            == "I live near"
        )


class TestCounteroffer:
    def test_as_posted_is_no_other_schedule(self) -> None:
        form = counter({})
        assert form.is_valid(), form.errors
        offer = form.offer()
        assert (offer.terms, offer.schedule, offer.expenses_minor) == (row().terms, None, 0)

    def test_price_expenses_date_and_expiry(self) -> None:
        form = counter(
            {
                "price_minor": "400",
                "expenses": "15.50",
                "start_at": "2026-12-04T10:00",
                "expires_at": "2026-12-02T12:00",
                "reason": "Two people",
            }
        )
        assert form.is_valid(), form.errors
        offer = form.offer()
        assert offer.terms == Terms("flat", "USD", 40_000)
        assert offer.schedule == ("fixed", datetime(2026, 12, 4, 15, 0, tzinfo=UTC), None)
        assert offer.expenses_minor == 1_550
        assert offer.expires_at == datetime(2026, 12, 2, 17, 0, tzinfo=UTC)
        assert offer.reason == "Two people"

    @pytest.mark.parametrize(
        ("kind", "typed", "terms"),
        [
            ("hourly", {"max_minutes": "2:30"}, Terms("hourly", "USD", 32_000, max_minutes=150)),
            ("unit", {"max_units": "12"}, Terms("unit", "USD", 32_000, max_units=12)),
            (
                "blended",
                {"max_minutes": "1", "extra_price_minor": "20", "extra_max_minutes": "1.5"},
                Terms("blended", "USD", 32_000, 60, 0, 2_000, 90),
            ),
        ],
    )
    def test_the_kind_of_price_may_change(self, kind: str, typed: dict[str, str], terms: Terms) -> None:
        form = counter({"pricing_type": kind, **typed})
        assert form.is_valid(), form.errors
        assert form.offer().terms == terms

    def test_only_the_fields_of_the_kind_are_asked(self) -> None:
        assert "max_minutes" not in counter({}).fields
        assert "max_minutes" in counter({"pricing_type": "hourly"}).fields
        assert counter({"pricing_type": "nonsense"}).pricing_type == "flat"

    def test_without_a_price_nothing_can_be_computed(self) -> None:
        form = counter({"price_minor": "much"})
        assert not form.is_valid()
        assert form.terms() is None

    def test_a_fixed_price_hides_the_price(self) -> None:
        form = counter({"price_minor": "900", "expenses": "10"}, of=row(non_negotiable=True))
        assert form.is_valid(), form.errors
        assert "price_minor" not in form.fields
        assert form.offer().terms == row().terms

    def test_starts_from_the_own_offer(self) -> None:
        mine = Application(
            pricing_type="unit", price_minor=1_200, max_units=40, expenses_minor=500, start_at=START
        )
        form = CounterofferForm(row=row(), warned=False, now=NOON, earlier=mine)
        start = {
            name: form[name].value() for name in ("pricing_type", "price_minor", "max_units", "expenses")
        }
        assert start == {"pricing_type": "unit", "price_minor": "12.00", "max_units": 40, "expenses": "5.00"}

    def test_a_window_has_two_ends(self) -> None:
        of = row(schedule_kind="window", window_end_at=datetime(2026, 12, 3, 18, 0, tzinfo=UTC))
        form = counter({"window_end_at": "2026-12-03T14:00"}, of=of)
        assert form.is_valid(), form.errors
        assert form.offer().schedule == ("window", START, datetime(2026, 12, 3, 19, 0, tzinfo=UTC))


class TestPlace:
    def test_a_position(self) -> None:
        form = PlaceForm({"lat": "39.9612", "lon": "-83.0007", "accuracy": "12.6"})
        assert form.is_valid()
        assert form.fix() == Fix(39.9612, -83.0007, 13)

    @pytest.mark.parametrize(
        "data",
        [{}, {"lat": "1"}, {"lat": "x", "lon": "y"}, {"lat": "91", "lon": "0"}, {"lat": "nan", "lon": "1"}],
    )
    def test_a_wrong_position_is_as_good_as_none(self, data: dict[str, str]) -> None:
        form = PlaceForm(data)
        assert form.is_valid()
        assert form.fix() is None

    def test_a_note_has_a_limit(self) -> None:
        assert not PlaceForm({"note": "x" * 501}).is_valid()


class TestConfirmAndVisit:
    def test_only_a_window_asks_for_the_time(self) -> None:
        assert list(ConfirmForm(row=row()).fields) == []
        assert list(ConfirmForm(row=row(schedule_kind="window")).fields) == ["start_at"]

    def test_a_closed_visit_keeps_a_check_out(self) -> None:
        closed = CheckIn(in_at=START, out_at=datetime(2026, 12, 3, 15, 0, tzinfo=UTC))
        assert not EditVisitForm({"in_at": TYPED_START, "reason": "late"}, row=row(), visit=closed).is_valid()
        running = CheckIn(in_at=START)
        form = EditVisitForm({"in_at": TYPED_START, "reason": "late"}, row=row(), visit=running)
        assert form.is_valid()
        assert form.cleaned_data["out_at"] is None


class TestFields:
    GROUP = CustomFieldGroup(pk=1, title="Cable")
    ASKED = (
        CustomField(pk=1, group=GROUP, label="Serial", kind="text"),
        CustomField(pk=2, group=GROUP, label="Metres", kind="number", least=Decimal(0), most=Decimal(100)),
        CustomField(pk=3, group=GROUP, label="Side", kind="choice", choices=["Left", "Right"]),
        CustomField(pk=4, group=GROUP, label="Serviced", kind="date", is_required=False),
        CustomField(pk=5, group=GROUP, label="Clean", kind="check", is_required=False),
    )

    def test_each_kind_becomes_text(self) -> None:
        typed = {
            "custom_1": "SN-9",
            "custom_2": "12.50",
            "custom_3": "Left",
            "custom_4": "2026-11-02",
            "custom_5": "on",
        }
        form = FieldsForm(typed, fields=self.ASKED, values={})
        assert form.is_valid(), form.errors
        assert form.values() == {1: "SN-9", 2: "12.50", 3: "Left", 4: "2026-11-02", 5: "yes"}

    def test_errors_stand_at_the_field(self) -> None:
        typed = {"custom_1": "", "custom_2": "many", "custom_3": "Top", "custom_4": "soon"}
        assert set(FieldsForm(typed, fields=self.ASKED, values={}).errors) == {
            "custom_1",
            "custom_2",
            "custom_3",
            "custom_4",
        }

    def test_optional_ones_may_stay_empty(self) -> None:
        form = FieldsForm({"custom_4": ""}, fields=self.ASKED[3:], values={})
        assert form.is_valid()
        assert form.values() == {4: "", 5: ""}

    def test_answers_so_far_are_there(self) -> None:
        form = FieldsForm(fields=self.ASKED, values={1: "SN-9", 5: "yes"})
        assert form["custom_1"].value() == "SN-9"
        assert form["custom_5"].value() is True


class TestMoney:
    @pytest.mark.parametrize(
        ("kind", "pricing", "typed", "ask"),
        [
            ("increase", "flat", {"amount": "40"}, Ask("increase", "More", amount_minor=4_000)),
            ("increase", "hourly", {"add_minutes": "1:30"}, Ask("increase", "More", add_minutes=90)),
            ("increase", "blended", {"add_minutes": "1"}, Ask("increase", "More", add_minutes=60)),
            ("increase", "unit", {"add_units": "5"}, Ask("increase", "More", add_units=5)),
            ("expense", "hourly", {"amount": "12.30"}, Ask("expense", "More", amount_minor=1_230)),
            ("bonus", "unit", {"amount": "5"}, Ask("bonus", "More", amount_minor=500)),
        ],
    )
    def test_asks_by_the_kind_of_price(
        self, kind: str, pricing: str, typed: dict[str, str], ask: Ask
    ) -> None:
        form = MoneyForm({"reason": "More", **typed}, row=row(pricing_type=pricing), kind=kind)
        assert form.is_valid(), form.errors
        assert form.ask() == ask
        assert ("receipt" in form.fields) is (kind == "expense")


class TestSubmit:
    def test_units_are_asked_where_units_are_paid(self) -> None:
        assert "units_done" not in SubmitForm(row=row()).fields
        form = SubmitForm({"resolution": "Done", "units_done": "3"}, row=row(pricing_type="unit"))
        assert form.is_valid()
        assert form.submission().units_done == 3

    def test_a_lower_amount_may_be_zero(self) -> None:
        form = SubmitForm({"resolution": "Done", "reduced_minor": "0"}, row=row())
        assert form.is_valid()
        assert form.submission().reduced_minor == 0


@pytest.mark.django_db
class TestFind:
    def worker(self, **columns: Any) -> Worker:
        return Worker(**{"radius_miles": 40, "lat": 42.65, "lon": -73.75, **columns})

    def test_starts_with_the_own_radius(self) -> None:
        form = FindForm(QueryDict(""), worker=self.worker())
        search = form.search()
        assert (search.within, search.sort, form.active) == (40, "soonest", [])

    def test_counts_what_differs(self) -> None:
        form = FindForm(QueryDict("within=any&q=rack&pay=100&qualified=on"), worker=self.worker())
        search = form.search()
        assert (search.within, search.text, search.pay_minor, search.qualified) == (
            None,
            "rack",
            10_000,
            True,
        )
        assert [one.words for one in form.active] == [
            "“rack”",
            "Any distance",
            "At least $100.00",
            "Only what I qualify for",
        ]

    def test_what_cannot_be_read_is_left_out(self) -> None:
        form = FindForm(QueryDict("pay=lots&from_day=soon&within=7&sort=odd"), worker=self.worker())
        search = form.search()
        assert (search.pay_minor, search.from_day, search.within, search.sort) == (
            None,
            None,
            None,
            "soonest",
        )
        assert set(form.errors) == {"pay", "from_day", "within", "sort"}

    def test_without_a_home_there_is_no_distance(self) -> None:
        form = FindForm(QueryDict(""), worker=self.worker(lat=None, lon=None))
        assert (form.search().origin, form.search().within) == (None, None)
