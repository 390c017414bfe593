"""A signature: drawn on the page, or signed on paper and photographed; always with the name of who signed."""

import base64
import binascii
from typing import Any, Final

from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile

from assignments.actions.deliverables import Signer

PREFIX: Final = "data:image/png;base64,"
LONGEST_DRAWING: Final = 1_500_000
"""Characters of the drawing as the page sends it: a drawing is some ten thousand."""


class SignatureForm(forms.Form):
    """Name and role, and either the drawing that the page sends or a file."""

    signer_name = forms.CharField(label="Name of who signs", max_length=120)
    signer_role = forms.CharField(
        label="Role", max_length=120, required=False, help_text="For example: store manager."
    )
    drawing = forms.CharField(required=False, max_length=LONGEST_DRAWING, widget=forms.HiddenInput)
    on_paper = forms.BooleanField(label="Signed on paper: the file below shows it", required=False)
    file = forms.FileField(
        label="Photo or PDF of the signed paper",
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": "image/*,.pdf", "data-preview": ""}),
    )

    given: Any = None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self.given = cleaned.get("file")
        if cleaned.get("on_paper") and self.given is None and "file" not in self.errors:
            self.add_error("file", "Choose the photo or PDF of the signed paper.")
        elif not cleaned.get("on_paper") and cleaned.get("drawing"):
            self.given = self._drawn(cleaned["drawing"])
        elif not cleaned.get("on_paper") and self.given is not None:
            self.add_error("on_paper", "Tick that it was signed on paper, or draw the signature.")
        elif not cleaned.get("on_paper"):
            self.add_error(
                "on_paper", "Draw the signature, or tick that it was signed on paper and add a photo."
            )
        return cleaned

    def _drawn(self, text: str) -> SimpleUploadedFile | None:
        """The PNG that the page sent."""
        try:
            content = base64.b64decode(text.removeprefix(PREFIX), validate=True)
        except (binascii.Error, ValueError):
            self.add_error("on_paper", "The drawing did not arrive whole. Draw it again.")
            return None
        return SimpleUploadedFile("signature.png", content, content_type="image/png")

    def signer(self) -> Signer:
        """Only after is_valid()."""
        got = self.cleaned_data
        return Signer(got["signer_name"].strip(), got["signer_role"].strip(), is_drawn=not got["on_paper"])
