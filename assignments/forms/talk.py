"""Forms of the thread and of problem reports: words with files, sent once however often the button is pressed."""

from typing import Any, ClassVar, Final
from uuid import uuid4

from django import forms

from assignments.actions.talk import LONGEST, MOST_FILES
from assignments.forms.client import checked_files
from assignments.forms.typed import ManyFilesField
from assignments.states import ProblemKind, Severity
from common.uploads import ACCEPTED, CheckedUpload

AGAIN: Final = "Choose your files again: the browser does not keep them."


class OnceForm(forms.Form):
    """A form with a key of its own: the act takes each key once. A broken key is as good as none."""

    files_field: str
    key = forms.UUIDField(required=False, widget=forms.HiddenInput, initial=uuid4)

    def __init__(self, *data: Any) -> None:
        super().__init__(*data)
        self.uploads: list[tuple[Any, CheckedUpload]] = []

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self.errors.pop("key", None)
        files = cleaned.get(self.files_field) or []
        if len(files) > MOST_FILES:
            self.add_error(self.files_field, f"Choose at most {MOST_FILES} files.")
        elif files:
            checked_files(self, self.files_field, self.uploads)
        if files and self.errors:
            self.add_error(self.files_field, AGAIN)
        return cleaned


class MessageForm(OnceForm):
    """A message to the other side, or, for the client, a private note."""

    files_field = "attached"
    body = forms.CharField(
        label="Message",
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "required": False}),
        help_text="It cannot be changed or deleted.",
    )
    attached = ManyFilesField(
        label="Files",
        required=False,
        allow_empty_file=True,
        help_text=f"Up to {MOST_FILES}: pictures, PDF, Word, Excel, text or CSV, at most 25 MB each.",
    )
    is_private = forms.BooleanField(label="Private note: only my company reads it", required=False)

    BEGUN: ClassVar = {"leaving": "I cannot finish this work. Can you take me off it? The reason: "}
    """How a message begins that another page led to."""

    def __init__(self, *data: Any, notes: bool, writes: bool, about: str = "") -> None:
        super().__init__(*data)
        self.initial["body"] = self.BEGUN.get(about, "")
        self.fields["attached"].widget.attrs["accept"] = ACCEPTED
        if not notes:
            del self.fields["is_private"]
        elif not writes:
            self.fields["is_private"].initial = True
            self.fields["is_private"].disabled = True


class NoteForm(MessageForm):
    """A message from the visit page: words only, as a phone without a signal keeps them."""

    def __init__(self, *data: Any) -> None:
        super().__init__(*data, notes=False, writes=True)
        del self.fields["attached"]
        self.fields["body"].required = True
        self.fields["body"].widget.attrs["required"] = True


class ReportForm(OnceForm):
    """What is wrong on site, how bad it is, and photos of it."""

    files_field = "photos"
    kind = forms.ChoiceField(label="What is wrong", choices=[("", "Choose"), *ProblemKind.choices])
    severity = forms.ChoiceField(
        label="What it does to the work",
        choices=Severity.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether it delays or stops the work"},
    )
    text = forms.CharField(
        label="Describe it",
        error_messages={"required": "Enter what you found"},
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Say what you found and what you need to go on. The other side will read it.",
    )
    photos = ManyFilesField(
        label="Photos",
        required=False,
        allow_empty_file=True,
        help_text=f"Up to {MOST_FILES}: JPEG, PNG or WebP, at most 25 MB each.",
    )

    def __init__(self, *data: Any) -> None:
        super().__init__(*data)
        attrs = {"accept": "image/*", "data-preview": "", "data-smaller": ""}
        self.fields["photos"].widget.attrs.update(attrs)
