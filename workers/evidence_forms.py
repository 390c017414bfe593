"""What is typed about a proof."""

from typing import Any

from django import forms

from common.errors import Invalid
from common.photos import without_camera
from common.uploads import ACCEPTED, CheckedUpload, check_upload
from workers.models import Credential, CredentialKind
from workers.models.evidence import SCREENINGS
from workers.proving import Document


class DayField(forms.DateField):
    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(
            required=False, widget=widget, error_messages={"invalid": "Enter a day as 2027-05-31"}, **kwargs
        )


class EvidenceForm(forms.Form):
    """What is proved, what stands on the document, and its file."""

    credential = forms.ModelChoiceField(
        Credential.objects.none(),
        label="What it proves",
        empty_label="Choose",
        error_messages={"invalid_choice": "Choose one of the list"},
    )
    file = forms.FileField(
        label="The document",
        allow_empty_file=True,
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPTED}),
        help_text="A photo or PDF, up to 25 MB. Onsite's reviewers see it; clients never do.",
    )
    number = forms.CharField(label="Number on the document", max_length=80, required=False)
    issuer = forms.CharField(label="Issued by", max_length=120, required=False)
    issued_on = DayField(label="Issued on")
    expires_on = DayField(label="Valid until", help_text="The last day. Leave it empty if it never runs out.")
    is_shown = forms.BooleanField(
        label="Show clients that it is clear",
        required=False,
        help_text="For background checks and drug tests: they count only while you show them. All else is shown.",
    )

    def __init__(self, data: Any = None, files: Any = None, **options: Any) -> None:
        super().__init__(data, files, **options)
        rows = Credential.objects.all()
        field: Any = self.fields["credential"]
        field.queryset = rows
        field.choices = [("", "Choose"), *_grouped(list(rows))]
        self.has_choices = len(field.choices) > 1
        if not any(row.kind in SCREENINGS for row in rows):
            del self.fields["is_shown"]
        self.checked: CheckedUpload | None = None

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        try:
            file, self.checked = without_camera(file, check_upload(file))
        except Invalid as refusal:
            raise forms.ValidationError(refusal.sentence) from refusal
        return file

    def document(self) -> Document:
        """Only after is_valid()."""
        got = self.cleaned_data
        return Document(got["number"], got["issuer"], got["issued_on"], got["expires_on"])


def _grouped(rows: list[Credential]) -> list[tuple[str, list[tuple[int, str]]]]:
    """The credentials under the names of their kinds."""
    found: dict[str, list[tuple[int, str]]] = {}
    for row in rows:
        found.setdefault(row.kind, []).append((row.pk, row.name))
    return [(str(CredentialKind(kind).label), choices) for kind, choices in found.items()]
