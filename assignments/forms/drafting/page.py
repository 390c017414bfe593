"""The whole form: its sections in the order of the page, and what they mean together as the content of a draft."""

from collections.abc import Iterator
from typing import Any

from assignments.actions.content import Content
from assignments.forms.drafting.closeout import CloseoutPart, closeout_start
from assignments.forms.drafting.days import DaysPart
from assignments.forms.drafting.location import LocationPart, location_start, unused_location
from assignments.forms.drafting.overview import OverviewPart, overview_start
from assignments.forms.drafting.parts import Part
from assignments.forms.drafting.price import PriceForm, PricePart, price_start
from assignments.forms.drafting.requirements import RequirementsPart, requirements_start
from assignments.forms.drafting.routing import RoutingPart, routing_start
from assignments.forms.drafting.schedule import schedule_start, unused_schedule
from assignments.models import Assignment, Site
from clients.models import Member
from common.templatetags.onsite import first_input_id, sentences

RULE_FIELDS = {
    "start_at": "start_date",
    "window_end_at": "end_date",
    "deliverables_due_at": "deliverables_date",
    "price_minor": "price",
    "extra_price_minor": "extra_price",
    "max_minutes": "hours",
    "extra_max_minutes": "extra_hours",
    "max_units": "units",
    "workers": "invite",
    "days": "start_date",
}
"""The rules speak of columns; these are the inputs that they mean."""
PARTS: dict[str, tuple[str, type[Part]]] = {
    "overview": ("Overview", OverviewPart),
    "location": ("Location", LocationPart),
    "schedule": ("Schedule", DaysPart),
    "price": ("Price", PricePart),
    "closeout": ("Deliverables and fields", CloseoutPart),
    "requirements": ("Requirements", RequirementsPart),
    "routing": ("Routing", RoutingPart),
}
SECTIONS = {key: (title, frozenset(part.base_fields)) for key, (title, part) in PARTS.items()}
"""Each section by its key: its words and its inputs, in the order of the page."""


def section_of(field: str) -> str:
    """The section in which an input, or the column of a rule, is found."""
    name = RULE_FIELDS.get(field, field)
    return next((key for key, (_, fields) in SECTIONS.items() if name in fields), "overview")


class DraftForm(OverviewPart, LocationPart, DaysPart, PricePart, CloseoutPart, RequirementsPart, RoutingPart):
    """All of an assignment. Everything but the title may be missing while it is a draft."""

    field_order = tuple(name for _, part in PARTS.values() for name in part.base_fields)
    rule_fields = tuple(RULE_FIELDS)
    needed_later = PriceForm.needed_later | frozenset(
        {"industry", "description", "street", "city", "postcode", "start_date", "start_time"}
    )

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        member: Member,
        row: Assignment | None = None,
        **options: Any,
    ) -> None:
        super().__init__(data, files, currency=member.client.currency, initial=_start(member, row), **options)
        self.member, self.row = member, row
        self.uploads = []
        self.offer_overview()
        self.offer_locations()
        self.offer_price()
        self.offer_sets()
        self.offer_workers(data)
        self.draw_lines(data)
        self.draw_days(data)

    def is_valid(self) -> bool:
        is_valid = super().is_valid()  # first: it makes the plans of the further days
        lines = [
            self.wanted.is_valid(),
            self.asked.is_valid(),
            self.groups.is_valid() and self.judge_groups(),
            self.days.is_valid(),
        ]
        return is_valid and all(lines)

    def summary(self) -> Iterator[tuple[str, str]]:
        """(id of the input, sentence) of every error, in the order of the page; "" for those of no input."""
        for error in self.non_field_errors():
            yield "", str(error)
        for key, (_, fields) in SECTIONS.items():
            inputs = [self[name] for name in self.fields if name in fields]
            lines = self.lines() if key == "closeout" else self.day_lines() if key == "schedule" else ()
            for one in [*inputs, *lines]:
                for sentence in sentences(one):
                    yield first_input_id(one), sentence

    def unused(self, cleaned: dict[str, Any]) -> set[str]:
        return super().unused(cleaned) | unused_location(cleaned) | unused_schedule(cleaned)

    def add_error(self, field: Any, error: Any) -> None:
        """Sentences of the rules speak of columns; here they belong to inputs."""
        name = RULE_FIELDS.get(field, field)
        super().add_error(name if name is None or name in self.fields else None, error)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self.judge_location(cleaned)
        if self.zone:
            self.judge_schedule(cleaned)
            self.judge_closeout(cleaned)
            self.judge_days(cleaned)
        self.judge_overview(cleaned)
        return cleaned

    def content(self) -> Content:
        """What the form says, for drafting.create and drafting.edit; only after is_valid()."""
        where, site = self.where()
        columns = {
            **self.overview_columns(),
            **where,
            **self.schedule_columns(),
            **self.price_columns(),
            **self.closeout_columns(),
            **self.routing_columns(),
        }
        return Content(
            columns,
            site,
            self.skill_names(),
            self.wanted.items(),
            self.asked.items(),
            self.invitees(),
            self.set_names(),
            self.day_plans(),
            self.groups.items(),
        )


def _start(member: Member, row: Assignment | None) -> dict[str, Any]:
    """What stands in the inputs at first: the row, or the company's usual values."""
    site = Site.objects.filter(assignment=row).first() if row else None
    return {
        **overview_start(member, row),
        **location_start(member, row, site or Site()),
        **schedule_start(row),
        **price_start(member, row),
        **closeout_start(row),
        **requirements_start(member, row),
        **routing_start(row),
    }
