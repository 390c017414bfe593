"""The filters of Find Work. All in the address; an unknown value is the same as none."""

from typing import Any

from django import forms

from assignments.finding import Search
from assignments.forms.typed import MoneyField
from assignments.states import ScheduleKind
from workers.models import Skill, Worker

RADII = (10, 25, 50, 100, 250)
SORTS = (("soonest", "Soonest"), ("nearest", "Nearest"), ("pay", "Highest pay"))


def _day(label: str) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "Enter a date, for example 2026-12-01."},
    )


class FindForm(forms.Form):
    """Distance starts at the worker's own radius."""

    q = forms.CharField(
        label="Words", required=False, max_length=100, widget=forms.TextInput(attrs={"type": "search"})
    )
    within = forms.ChoiceField(label="Distance", required=False)
    from_day = _day("From")
    to_day = _day("To")
    pay = MoneyField(label="Pay at least", required=False)
    skill = forms.ModelChoiceField(
        Skill.objects.all(), label="Skill", required=False, empty_label="Any skill"
    )
    kind = forms.ChoiceField(label="Schedule", required=False, choices=[("", "Any"), *ScheduleKind.choices])
    qualified = forms.BooleanField(label="Only what I have the skills for", required=False)
    sort = forms.ChoiceField(label="Sort by", required=False, choices=SORTS)

    def __init__(self, data: Any, *, worker: Worker) -> None:
        filled = data.copy()
        filled.setdefault("within", str(worker.radius_miles))
        filled.setdefault("sort", "soonest")
        super().__init__(filled)
        self.worker = worker
        miles = sorted({*RADII, worker.radius_miles})
        self.fields["within"].choices = [  # type: ignore[attr-defined]
            *(
                (str(one), f"{one} mi{' (your radius)' if one == worker.radius_miles else ''}")
                for one in miles
            ),
            ("any", "Any distance"),
        ]
        if worker.lat is None:
            del self.fields["within"]

    def search(self) -> Search:
        """What was asked; what cannot be read is shown as an error and left out."""
        self.is_valid()
        found = self.cleaned_data
        within = found.get("within")
        return Search(
            text=found.get("q", ""),
            within=int(within) if within and within != "any" else None,
            from_day=found.get("from_day"),
            to_day=found.get("to_day"),
            pay_minor=found.get("pay"),
            skill_id=found["skill"].pk if found.get("skill") else None,
            kind=found.get("kind", ""),
            qualified=bool(found.get("qualified")),
            sort=found.get("sort") or "soonest",
        )

    @property
    def active(self) -> int:
        """How many filters differ from what the page starts with."""
        names = ("q", "from_day", "to_day", "pay", "skill", "kind", "qualified")
        others = sum(1 for name in names if self.cleaned_data.get(name))
        return others + (self.cleaned_data.get("within") not in (None, "", str(self.worker.radius_miles)))
