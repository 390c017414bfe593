"""What a phone sends of an act that it kept offline: id, kind and time first, then what the page's own form has."""

import hashlib
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.http import HttpRequest

from assignments.actions.syncing import Parcel

KINDS = ("check_in", "check_out", "confirm", "deliver", "fill_fields", "post_message")


LIVE = "live"
"""Sent at once, with a signal: our own time counts. No part of the act itself, for a later try goes without it."""


class MomentField(forms.CharField):
    """An instant in ISO 8601 with its offset; gives it in UTC."""

    def clean(self, value: Any) -> datetime:
        text = super().clean(value)
        try:
            moment = datetime.fromisoformat(text)
            if moment.tzinfo is None:
                raise ValueError("no offset")
            return moment.astimezone(UTC)
        except (ValueError, OverflowError):
            raise forms.ValidationError("The time of the phone is not readable.") from None


class ParcelForm(forms.Form):
    """The wrapping of one act."""

    uuid = forms.UUIDField(
        error_messages={"required": "The act has no id.", "invalid": "The id is not readable."}
    )
    kind = forms.ChoiceField(
        choices=[(kind, kind) for kind in KINDS],
        error_messages={"required": "The act has no kind.", "invalid_choice": "This cannot be made offline."},
    )
    device_at = MomentField(max_length=40, error_messages={"required": "The act has no time."})

    def parcel(self, request: HttpRequest) -> Parcel:
        cleaned = self.cleaned_data
        return Parcel(cleaned["uuid"], cleaned["kind"], cleaned["device_at"], body_hash(request))


def body_hash(request: HttpRequest) -> str:
    """SHA-256 over the address and everything that was sent, files by their content, in an order of our own."""
    digest = hashlib.sha256(request.path.encode())
    for name, values in sorted(request.POST.lists()):
        if name not in ("csrfmiddlewaretoken", LIVE):
            digest.update(repr((name, values)).encode())
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            content = hashlib.sha256()
            for chunk in file.chunks():
                content.update(chunk)
            file.seek(0)
            digest.update(repr((name, file.name, content.hexdigest())).encode())
    return digest.hexdigest()
