"""What is typed about talent pools."""

from typing import Any

from django import forms

from clients.forms import LineField
from clients.models import Client, Pool, PoolVisibility, RequirementSet
from workers.models import Worker


class PoolForm(forms.Form):
    """A pool's own words. Private is chosen once: later only the other two change into each other."""

    name = LineField(label="Name", max_length=80)
    description = forms.CharField(
        label="Description", max_length=2_000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    visibility = forms.ChoiceField(
        label="Who can see it", choices=PoolVisibility.choices, widget=forms.RadioSelect
    )
    requirements = forms.ModelChoiceField(
        RequirementSet.objects.none(),
        label="Requirements to join",
        required=False,
        empty_label="None",
        help_text="Who lacks one can ask you for an override. A private pool asks for nothing.",
    )
    is_active = forms.BooleanField(label="In use", required=False, initial=True)

    def __init__(self, client: Client, row: Pool | None, data: Any = None) -> None:
        kept = row and {
            "name": row.name,
            "description": row.description,
            "visibility": row.visibility,
            "requirements": row.requirements_id,
            "is_active": row.is_active,
        }
        super().__init__(data, initial=kept or {"visibility": PoolVisibility.PRIVATE})
        sets = client.requirement_sets.filter(is_active=True)
        if row and row.requirements_id:
            sets = sets | client.requirement_sets.filter(pk=row.requirements_id)
        self.fields["requirements"].queryset = sets  # type: ignore[attr-defined]
        if not sets.exists():
            del self.fields["requirements"]
        if row is None:
            del self.fields["is_active"]
        else:
            is_private = row.visibility == PoolVisibility.PRIVATE
            allowed = [
                one for one in PoolVisibility.choices if (one[0] == PoolVisibility.PRIVATE) == is_private
            ]
            self.fields["visibility"].choices = allowed  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """As actions.save_pool takes them."""
        data = self.cleaned_data
        wanted = data.get("requirements")
        return {
            "name": data["name"],
            "description": data["description"],
            "visibility": data["visibility"],
            "requirements_id": wanted.pk if wanted else None,
            "is_active": data.get("is_active", True),
        }


class PickForm(forms.Form):
    """Workers found by a search, to be ticked."""

    workers = forms.ModelMultipleChoiceField(
        Worker.objects.none(),
        label="Workers",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one worker"},
    )

    def __init__(self, found: list[Worker], data: Any = None) -> None:
        super().__init__(data)
        field = self.fields["workers"]
        field.queryset = (  # type: ignore[attr-defined]
            Worker.objects.filter(pk__in=[worker.pk for worker in found])
            .select_related("user")
            .order_by("user__name", "pk")
        )
        field.label_from_instance = lambda row: f"{row} · {row.area}"  # type: ignore[attr-defined]


class MessageForm(forms.Form):
    text = forms.CharField(
        label="Message to all members", max_length=5_000, widget=forms.Textarea(attrs={"rows": 4})
    )


class OverrideForm(forms.Form):
    reason = forms.CharField(
        label="Why the company should let you in all the same",
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The company reads it. No phone numbers or addresses.",
    )
