"""Real photos with what a camera writes into them."""

import io
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import ExifTags, Image, ImageDraw

CAMERA = "Marker Camera 4711"
ALBANY = (42.6512, -73.7549)


def photo(
    name: str = "rack.jpg",
    *,
    taken: datetime | None = None,
    place: tuple[float, float] | None = None,
    size: tuple[int, int] = (1200, 900),
    seed: int = 0,
    flat: bool = False,
    **options: Any,
) -> SimpleUploadedFile:
    """A rack with labels (another `seed`, another picture), or a flat grey one, taken then and there."""
    picture = Image.new("RGB", size, "#8a8f98")
    if not flat:
        draw = ImageDraw.Draw(picture)
        for i in range(10):
            left = (i * 97 + seed * 271) % (size[0] // 2)
            draw.rectangle(
                (left, i * size[1] // 10, left + size[0] // 3, i * size[1] // 10 + 40), fill="#10151c"
            )
            draw.text((left + 8, i * size[1] // 10 + 12), f"Port {i} of switch {seed}", fill="white")
    made = io.BytesIO()
    picture.save(made, "JPEG", **{"quality": 85, "exif": written(taken, place), **options})
    return SimpleUploadedFile(name, made.getvalue(), "image/jpeg")


def written(taken: datetime | None, place: tuple[float, float] | None) -> Image.Exif:
    """The camera's clock stands as at a site in New York, without a zone, as most cameras write it."""
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = CAMERA
    if taken:
        clock = taken.astimezone(ZoneInfo("America/New_York")).strftime("%Y:%m:%d %H:%M:%S")
        exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = clock
    if place:
        exif.get_ifd(ExifTags.IFD.GPSInfo).update(
            {
                ExifTags.GPS.GPSLatitudeRef: "N" if place[0] >= 0 else "S",
                ExifTags.GPS.GPSLatitude: (abs(place[0]), 0.0, 0.0),
                ExifTags.GPS.GPSLongitudeRef: "E" if place[1] >= 0 else "W",
                ExifTags.GPS.GPSLongitude: (abs(place[1]), 0.0, 0.0),
            }
        )
    return exif
