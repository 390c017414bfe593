"""Files beside a message or a problem report: private, checked at the gate, handed out by their uuid."""

import uuid
from typing import ClassVar

from django.db import models

from assignments.models.talk import Message
from common.uploads import CheckedUpload


def message_file_path(file: "MessageFile", filename: str) -> str:
    return f"messages/{file.uuid.hex[:2]}/{file.uuid.hex}"


def problem_photo_path(file: "ProblemPhoto", filename: str) -> str:
    return f"problems/{file.uuid.hex[:2]}/{file.uuid.hex}"


class CheckedFile(models.Model):
    """What the gate found out about a file (common/uploads.py). An erased one has neither name nor content (D17)."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=130, blank=True)
    size = models.PositiveIntegerField()
    content_type = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def is_image(self) -> bool:
        return self.content_type.startswith("image/")


class MessageFile(CheckedFile):
    """A file sent with a message or kept with a note; whoever reads the message may have it, and nobody else."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="files")
    file = models.FileField(upload_to=message_file_path, max_length=200, blank=True)

    class Meta:
        ordering: ClassVar = ["id"]


class ProblemPhoto(CheckedFile):
    """A photo of what is wrong on site."""

    problem = models.ForeignKey("assignments.Problem", on_delete=models.CASCADE, related_name="photos")
    file = models.FileField(upload_to=problem_photo_path, max_length=200, blank=True)

    class Meta:
        ordering: ClassVar = ["id"]


def facts_of(checked: CheckedUpload) -> dict[str, str | int]:
    """The columns of a CheckedFile for an upload that passed."""
    return {
        "name": checked.name,
        "size": checked.size,
        "content_type": checked.content_type,
        "sha256": checked.sha256,
    }
