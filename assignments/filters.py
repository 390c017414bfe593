"""The filters of the client's list. They live in the URL, so a filtered list can be bookmarked and shared."""

import re
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any, ClassVar
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import django_filters
from django import forms
from django.db.models import QuerySet

from assignments import custom_labels, labels, list_words, listing
from assignments.models import Assignment, Upload
from assignments.pick_lists import picks
from assignments.states import OPEN, State
from clients.models import Customer, Member
from common.clock import now
from common.forms import KeptSelect
from common.when import day

STAGES = [("open", "All open")] + [
    (state.value, "Sent" if state == State.SENT else str(state.label)) for state in State
]
LABELS = [(key, label.text) for key, label in labels.LABELS.items() if "client" in label.seen_by]
EARLIEST, LATEST = date(1990, 1, 1), date(2200, 1, 1)
NUMBER = re.compile(r"\s*a-?(\d{1,18})\s*", re.IGNORECASE)


def number_in(text: str) -> int | None:
    """The id of an exact A-number ("A-10482"), else None."""
    found = NUMBER.fullmatch(text)
    return int(found[1]) if found else None


class AssignmentFilter(django_filters.FilterSet):
    """Every filter of the list. `member` says whose company and which clocks the dates are read by."""

    q = django_filters.CharFilter(label="Words", method="by_text")
    stage = django_filters.ChoiceFilter(
        label="Stage", choices=STAGES, method="by_stage", empty_label="All", widget=KeptSelect
    )
    label = django_filters.ChoiceFilter(
        label="Label", choices=LABELS, method="by_label", empty_label="All", widget=KeptSelect
    )
    tag = django_filters.ChoiceFilter(
        label="Own label", method="by_tag", empty_label="All", widget=KeptSelect
    )
    owner = django_filters.ChoiceFilter(
        label="Owner", field_name="owner_id", empty_label="All", widget=KeptSelect
    )
    place = django_filters.ChoiceFilter(
        label="Customer or project", method="by_place", empty_label="All", widget=KeptSelect
    )
    city = django_filters.CharFilter(label="City", field_name="city", lookup_expr="icontains")
    after = django_filters.DateFilter(
        label="Starts from",
        method="by_after",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    before = django_filters.DateFilter(
        label="Starts until",
        method="by_before",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    upload = django_filters.NumberFilter(
        label="Upload", method="by_upload", min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput
    )

    class Meta:
        model = Assignment
        fields: ClassVar[list[str]] = []

    def __init__(self, data: Any, queryset: "QuerySet[Assignment]", *, member: Member) -> None:
        super().__init__(data, queryset)
        self.member = member
        self.picks = picks(member)
        self.form.fields["owner"].choices = [("", "All"), *self.picks.owners]
        self.form.fields["place"].choices = [("", "All"), *_places(member)]
        self.form.fields["q"].help_text = ""
        self.form.fields["tag"].choices = [("", "All"), *self.picks.tags]

    @property
    def is_active(self) -> bool:
        """Whether anything is filtered."""
        return any(self.data.get(name) for name in self.filters)

    @property
    def count(self) -> int:
        """How many filters are set."""
        return sum(bool(self.data.get(name)) for name in self.filters)

    @property
    def query(self) -> str:
        """The filters in force and the order, as an address holds them: nothing that the form does not know."""
        kept = {name: str(self.data[name]).strip() for name in self._in_force}
        by = listing.order(self.data.get("sort", "")).name
        return urlencode(kept | ({"sort": by} if kept and by != listing.DEFAULT_SORT else {}))

    @property
    def told(self) -> list[dict[str, str]]:
        """The filters in force in words, for components/_kv.html."""
        fields = self.form.fields
        return [
            {"label": str(fields[name].label), "value": _words(fields[name], self.form.cleaned_data[name])}
            for name in self._in_force
        ]

    @property
    def _in_force(self) -> list[str]:
        taken = {} if self.form.errors and not self.form.cleaned_data else self.form.cleaned_data
        return [name for name in self.filters if taken.get(name) not in (None, "")]

    def by_text(self, rows: "QuerySet[Assignment]", name: str, value: str) -> "QuerySet[Assignment]":
        return list_words.matching(rows, self.member.client_id, value)

    @cached_property
    def upload_row(self) -> Upload | None:
        """The upload whose drafts are shown, for its words; one of another company is none."""
        pk = str(self.data.get("upload", ""))
        if not (pk.isascii() and pk.isdigit() and len(pk) <= 18):
            return None
        return Upload.objects.filter(client_id=self.member.client_id, pk=int(pk)).first()

    def by_upload(self, rows: "QuerySet[Assignment]", name: str, value: Any) -> "QuerySet[Assignment]":
        return rows.filter(upload_row__upload_id=int(value))

    def by_stage(self, rows: "QuerySet[Assignment]", name: str, value: str) -> "QuerySet[Assignment]":
        return rows.filter(state__in=sorted(OPEN)) if value == "open" else rows.filter(state=value)

    def by_label(self, rows: "QuerySet[Assignment]", name: str, value: str) -> "QuerySet[Assignment]":
        return labels.filtered(rows, value, now())

    def by_tag(self, rows: "QuerySet[Assignment]", name: str, value: str) -> "QuerySet[Assignment]":
        return custom_labels.filtered(rows, value)

    def by_place(self, rows: "QuerySet[Assignment]", name: str, value: str) -> "QuerySet[Assignment]":
        column = "customer_id" if value[0] == "c" else "project_id"
        return rows.filter(**{column: int(value[1:])})

    def by_after(self, rows: "QuerySet[Assignment]", name: str, value: date) -> "QuerySet[Assignment]":
        return rows.filter(start_at__gte=self._midnight(value))

    def by_before(self, rows: "QuerySet[Assignment]", name: str, value: date) -> "QuerySet[Assignment]":
        return rows.filter(start_at__lt=self._midnight(min(value, LATEST) + timedelta(days=1)))

    def _midnight(self, on: date) -> datetime:
        """Midnight on the company's clocks; years that no calendar of ours reaches are brought back to its edge."""
        return datetime.combine(
            min(max(on, EARLIEST), LATEST), time(), ZoneInfo(self.member.client.time_zone)
        )


def _words(field: forms.Field, value: Any) -> str:
    """What was chosen or typed, as the form says it."""
    if isinstance(value, date):
        return day(value)
    for key, label in getattr(field, "choices", ()):
        for inner, words in label if isinstance(label, list | tuple) else ((key, label),):
            if str(inner) == str(value):
                return str(words)
    return str(value)


def _places(member: Member) -> list[tuple[str, Any]]:
    """Customers, each with its projects below it, in one query."""
    rows = (
        Customer.objects.filter(client_id=member.client_id)
        .order_by("name", "id", "projects__name", "projects__id")
        .values_list("id", "name", "projects__id", "projects__name")
    )
    found: dict[int, tuple[str, list[tuple[str, str]]]] = {}
    for pk, name, project, project_name in rows:
        _, inner = found.setdefault(pk, (name, [(f"c{pk}", f"{name} (all)")]))
        if project is not None:
            inner.append((f"p{project}", project_name))
    return [(name, inner) if len(inner) > 1 else (inner[0][0], name) for name, inner in found.values()]
