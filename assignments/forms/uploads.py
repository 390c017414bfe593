"""What is typed for a CSV upload: the file, and which column fills which field."""

from typing import Any

from django import forms

from assignments.models import Template, Upload, UploadMapping
from assignments.uploading.columns import BY_KEY, FIELDS, GROUPS
from assignments.uploading.reading import LARGEST_BYTES, MOST_ROWS
from clients.models import Client

LARGEST_MB = LARGEST_BYTES // 1024 // 1024
NOT_USED = ("", "Leave out")
CHOICES = [NOT_USED] + [
    (
        group,
        [
            (one.key, f"{one.label} (required)" if one.is_required else one.label)
            for one in FIELDS
            if one.group == group
        ],
    )
    for group in GROUPS
]


class UploadForm(forms.Form):
    """The file, and what goes for all its rows."""

    file = forms.FileField(
        label="CSV file",
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,text/csv"}),
        help_text=f"At most {MOST_ROWS:,} rows and {LARGEST_MB} MB. The first row names the columns.",
        error_messages={"required": "Choose a CSV file."},
    )
    template = forms.ModelChoiceField(
        Template.objects.none(),
        label="Template",
        required=False,
        empty_label="None",
        help_text="Its values fill what the rows leave empty.",
    )
    mapping = forms.ModelChoiceField(
        UploadMapping.objects.none(),
        label="Saved matching",
        required=False,
        empty_label="Guess from the first row",
        help_text="Which column fills which field.",
    )
    label = forms.CharField(
        label="Label",
        max_length=60,
        required=False,
        help_text="Drafts are found by it later. For example: Spring refresh.",
    )

    def __init__(self, *data: Any, client: Client) -> None:
        super().__init__(*data)
        fields: dict[str, Any] = self.fields
        fields["template"].queryset = Template.objects.filter(client=client)
        fields["mapping"].queryset = UploadMapping.objects.filter(client=client)
        if not fields["template"].queryset.exists():
            del fields["template"]
        if not fields["mapping"].queryset.exists():
            del fields["mapping"]

    def clean_file(self) -> Any:
        """Measured before a byte is read."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST_BYTES:
            raise forms.ValidationError(
                f"The file is larger than {LARGEST_MB} MB. Split it into several files."
            )
        return file


class ColumnsForm(forms.Form):
    """One choice for each column of the file; a field can be chosen once."""

    save_as = forms.CharField(
        label="Save this matching as",
        max_length=80,
        required=False,
        help_text="For the next file with the same columns.",
    )

    def __init__(self, data: Any = None, *, upload: Upload) -> None:
        super().__init__(data)
        self.upload = upload
        places = {place: key for key, place in upload.columns.items()}
        for i, header in enumerate(upload.headers):
            self.fields[f"column-{i}"] = forms.ChoiceField(
                label=header, choices=CHOICES, required=False, initial=places.get(i, "")
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first: dict[str, int] = {}
        for i in range(len(self.upload.headers)):
            key = cleaned.get(f"column-{i}")
            if key and key in first:
                other = self.upload.headers[first[key]]
                self.add_error(
                    f"column-{i}", f"{BY_KEY[key].label} is filled by the column “{other}” already."
                )
            elif key:
                first[key] = i
        return cleaned

    def columns(self) -> dict[str, int]:
        """{field: column}; only after is_valid()."""
        chosen = {i: self.cleaned_data.get(f"column-{i}") for i in range(len(self.upload.headers))}
        return {key: i for i, key in chosen.items() if key}
