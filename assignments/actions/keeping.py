"""A checked file on its way into storage. A photo is made anew before the door is opened: no lock waits for it."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.core.files.base import ContentFile

from accounts.models import User
from assignments.actions.visits import metres
from assignments.models import Assignment, Site
from common.photos import Photo, remade
from common.uploads import CheckedUpload


@dataclass(frozen=True, slots=True)
class Prepared:
    """The file to keep, and the photo that it is."""

    file: Any
    checked: CheckedUpload
    photo: Photo | None

    def columns(self, row: Assignment, *, actor: User, at: datetime) -> dict[str, Any]:
        """The columns of a KeptFile with its files, for an assignment that is locked."""
        found = {
            "file": self.file,
            "name": self.checked.name,
            "size": self.checked.size,
            "content_type": self.checked.content_type,
            "sha256": self.checked.sha256,
            "original_sha256": self.checked.sha256,
            "uploaded_by": actor,
            "uploaded_at": at,
        }
        return found if self.photo is None else found | self._photo_columns(self.photo, row)

    def _photo_columns(self, photo: Photo, row: Assignment) -> dict[str, Any]:
        return {
            "file": ContentFile(photo.content, name="photo"),
            "thumb": ContentFile(photo.thumb, name="thumb"),
            "size": len(photo.content),
            "sha256": sha256(photo.content).hexdigest(),
            "width": photo.width,
            "height": photo.height,
            "sharpness": photo.sharpness,
            "look": photo.look,
            "taken_at": photo.camera.taken_at(row.time_zone),
            "taken_lat": photo.camera.lat,
            "taken_lon": photo.camera.lon,
            "taken_distance_m": _distance(row, photo),
        }


def prepared(file: Any, checked: CheckedUpload, *, keep_place: bool = False) -> Prepared:
    """Make a picture anew without its camera data; other files stay as they are. Raises Invalid when it is damaged."""
    return Prepared(file, checked, remade(file, keep_place=keep_place) if checked.is_image else None)


def _distance(row: Assignment, photo: Photo) -> int | None:
    site = Site.objects.filter(assignment=row).first()
    if (
        photo.camera.lat is None
        or photo.camera.lon is None
        or site is None
        or site.lat is None
        or site.lon is None
    ):
        return None
    return int(metres(photo.camera.lat, photo.camera.lon, site.lat, site.lon))
