"""Overview: what the work is, whose it is, and the documents for it."""

from typing import Any

from django import forms

from accounts.models import User
from assignments.forms.client import checked_files
from assignments.forms.drafting.parts import Part, picked
from assignments.forms.typed import ManyFilesField
from assignments.industries import INDUSTRIES
from assignments.models import Assignment
from clients.models import Customer, Member, Project
from common.uploads import ACCEPTED, CheckedUpload

PLAIN = ("title", "industry", "description", "special_instructions", "external_id")


class OverviewPart(Part):
    title = forms.CharField(
        label="Title", max_length=120, help_text="For example: Replace two access points."
    )
    industry = forms.ChoiceField(
        label="Industry", required=False, choices=[("", "Choose"), *((one, one) for one in INDUSTRIES)]
    )
    description = forms.CharField(
        label="Description of work",
        max_length=10_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text="This is what is agreed. Every worker who can see the assignment reads it.",
    )
    special_instructions = forms.CharField(
        label="Instructions",
        max_length=5_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Only the assigned worker reads them. The place for codes and names.",
    )
    skills = forms.CharField(
        label="Skills",
        max_length=600,
        required=False,
        help_text="Separate by commas: cabling, Wi-Fi, ladder work.",
    )
    owner = forms.ModelChoiceField(
        User.objects.none(),
        label="Owner",
        empty_label=None,
        help_text="Gets all notices; the owner's limit counts.",
    )
    customer = forms.ModelChoiceField(
        Customer.objects.none(), label="Customer", required=False, empty_label="None"
    )
    project = forms.ModelChoiceField(
        Project.objects.none(), label="Project", required=False, empty_label="None"
    )
    external_id = forms.CharField(label="Your own number", max_length=60, required=False)
    documents = ManyFilesField(
        label="Documents",
        required=False,
        allow_empty_file=True,
        help_text="Only the assigned worker sees them. Pictures, PDF, Word, Excel, text or CSV, up to 25 MB each.",
    )
    uploads: list[tuple[Any, CheckedUpload]]
    """The chosen files with what was found in them; only after is_valid()."""

    def offer_overview(self) -> None:
        """Let the inputs offer people, customers and projects of the own company."""
        client = self.member.client
        fields: dict[str, Any] = self.fields
        fields["owner"].queryset = User.objects.filter(
            memberships__client=client, memberships__is_active=True
        ).order_by("name")
        fields["customer"].queryset = Customer.objects.filter(client=client, is_active=True)
        fields["project"].queryset = Project.objects.filter(
            customer__client=client, is_active=True
        ).select_related("customer")
        fields["project"].label_from_instance = lambda project: f"{project.customer}: {project}"
        fields["documents"].widget.attrs["accept"] = ACCEPTED
        if self.row and self.row.industry and self.row.industry not in INDUSTRIES:
            fields["industry"].choices = [*fields["industry"].choices, (self.row.industry, self.row.industry)]

    def judge_overview(self, cleaned: dict[str, Any]) -> None:
        if cleaned.get("project") and not cleaned.get("customer"):
            cleaned["customer"] = cleaned["project"].customer
        self.uploads = []
        checked_files(self, "documents", self.uploads)

    def overview_columns(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("owner", "customer", "project", *PLAIN)}

    def skill_names(self) -> list[str]:
        names: list[str] = self.cleaned_data["skills"].split(",")
        return names


def overview_start(member: Member, row: Assignment | None) -> dict[str, Any]:
    """What stands in the inputs at first."""
    if row is None:
        return {"owner": member.user_id}
    return {
        **picked(row, PLAIN),
        "owner": row.owner_id,
        "customer": row.customer_id,
        "project": row.project_id,
        "skills": ", ".join(skill.name for skill in row.skills.all()),
    }
