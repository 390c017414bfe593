"""A file from the site, and what was read of a photo before its camera data were taken out."""

import uuid

from django.db import models

from accounts.models import User
from common.clock import now


class KeptFile(models.Model):
    """One file from the worker: what is kept, what it was when it came, and what a photo says of itself.

    `original_sha256` is of the file as it was sent, `sha256` of the one that is kept: a photo is made anew without its
    camera data. Clock and place of a camera may be wrong or forged: they are hints.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=130)
    size = models.PositiveIntegerField()
    content_type = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    original_sha256 = models.CharField(max_length=64, blank=True)
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(default=now)
    removed_at = models.DateTimeField(null=True, blank=True)

    width = models.PositiveIntegerField("pixels across, of a picture", null=True, blank=True)
    height = models.PositiveIntegerField("pixels down, of a picture", null=True, blank=True)
    sharpness = models.PositiveIntegerField("variance of the Laplacian", null=True, blank=True)
    look = models.CharField("mark that similar pictures share", max_length=16, blank=True)
    taken_at = models.DateTimeField("by the clock of the camera", null=True, blank=True)
    taken_lat = models.FloatField(null=True, blank=True)
    taken_lon = models.FloatField(null=True, blank=True)
    taken_distance_m = models.PositiveIntegerField("from the site", null=True, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def is_photo(self) -> bool:
        return self.width is not None
