"""Photos: what the camera wrote is read, then the picture is made anew without it, with a small one beside.

Everything read here was written by a device whose clock and place may be wrong or forged: a hint, never a verdict.
"""

import io
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.core.files.base import ContentFile
from PIL import ExifTags, Image, ImageFilter, ImageOps, ImageStat

from common.errors import Invalid
from common.uploads import CheckedUpload

THUMB_PIXELS: Final = 400
JUDGED_PIXELS: Final = 640
"""Sharpness is measured on a picture of this size, so that figures of different cameras compare."""
_MADE: Final[dict[str, dict[str, Any]]] = {
    "JPEG": {"quality": 88, "optimize": True},
    "PNG": {"optimize": False},
    "WEBP": {"quality": 88, "method": 3},
}
_LAPLACE: Final = ImageFilter.Kernel((3, 3), (0, 1, 0, 1, -4, 1, 0, 1, 0), scale=1, offset=128)


@dataclass(frozen=True, slots=True)
class CameraFacts:
    """What the camera wrote: its clock as it stood (`taken`, with a zone only where the camera knew it), its place."""

    taken: datetime | None = None
    lat: float | None = None
    lon: float | None = None

    def taken_at(self, tz: str) -> datetime | None:
        """The instant; a clock without a zone is read as one at the site."""
        if self.taken is None:
            return None
        return self.taken if self.taken.tzinfo else self.taken.replace(tzinfo=ZoneInfo(tz))


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture made anew: bytes to keep and to show small, its size in pixels as shown, sharpness (variance of the
    Laplacian), a mark that similar pictures share (16 hex digits), and what the camera wrote."""

    content: bytes
    thumb: bytes
    width: int
    height: int
    sharpness: int
    look: str
    camera: CameraFacts


def remade(upload: Any, *, keep_place: bool = False) -> Photo:
    """Read a picture that the gate let through; leaves the upload rewound. Raises Invalid when it is damaged.

    The copy has no camera data, except the place where its owner wants to keep it.
    """
    upload.seek(0)
    try:
        with Image.open(io.BytesIO(upload.read()), formats=tuple(_MADE)) as found:
            kind, exif = found.format if found.format in _MADE else "JPEG", found.getexif()
            camera = _camera(exif)
            upright = _plain(ImageOps.exif_transpose(found), kind)
            extra = {"exif": _place_only(exif)} if keep_place and camera.lat is not None else {}
            return Photo(
                content=_saved(upright, kind, **_MADE[kind], **extra),
                thumb=thumb(upright),
                width=upright.width,
                height=upright.height,
                sharpness=_sharpness(upright),
                look=_look(upright),
                camera=camera,
            )
    except (OSError, SyntaxError, ValueError, KeyError, Image.DecompressionBombError) as error:
        raise Invalid("The picture is damaged. Choose another file.") from error
    finally:
        upload.seek(0)


def without_camera(file: Any, checked: CheckedUpload) -> tuple[Any, CheckedUpload]:
    """For pictures of which nothing is to be read: the same picture made anew. Other files stay as they are."""
    if not checked.is_image:
        return file, checked
    content = remade(file).content
    made = ContentFile(content, name=checked.name)
    return made, replace(checked, size=len(content), sha256=sha256(content).hexdigest())


def is_blank(upload: Any) -> bool:
    """Whether a drawing has nothing on it: one colour everywhere."""
    upload.seek(0)
    with Image.open(io.BytesIO(upload.read()), formats=("PNG",)) as found:
        shown = on_white(found).convert("L")
    upload.seek(0)
    low, high = shown.getextrema()
    return low == high


def thumb(picture: Image.Image) -> bytes:
    """A small copy on white, at most 400 pixels on the longest side."""
    small = on_white(picture)
    small.thumbnail((THUMB_PIXELS, THUMB_PIXELS))
    return _saved(small, "JPEG", quality=80)


def on_white(picture: Image.Image) -> Image.Image:
    """The picture as paper would show it: what is transparent is white."""
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    seen = picture.convert("RGBA")
    paper = Image.new("RGBA", seen.size, "white")
    paper.alpha_composite(seen)
    return paper.convert("RGB")


def _plain(picture: Image.Image, kind: str) -> Image.Image:
    """The pixels alone, in a mode that its format can hold: no comments, profiles or further frames."""
    fits = ("L", "RGB") if kind == "JPEG" else ("L", "RGB", "RGBA")
    mode = (
        picture.mode
        if picture.mode in fits
        else "RGBA"
        if kind != "JPEG" and picture.has_transparency_data
        else "RGB"
    )
    made = picture.convert(mode)
    made.info = {}
    return made


def _saved(picture: Image.Image, kind: str, **options: Any) -> bytes:
    made = io.BytesIO()
    picture.save(made, kind, **options)
    return made.getvalue()


def _camera(exif: Image.Exif) -> CameraFacts:
    """Odd values, of which cameras write many, count as not written."""
    details, place = exif.get_ifd(ExifTags.IFD.Exif), exif.get_ifd(ExifTags.IFD.GPSInfo)
    Gps = ExifTags.GPS
    lat = _degrees(place.get(Gps.GPSLatitude), place.get(Gps.GPSLatitudeRef), "S", 90)
    lon = _degrees(place.get(Gps.GPSLongitude), place.get(Gps.GPSLongitudeRef), "W", 180)
    if lat is None or lon is None:
        lat = lon = None
    Base = ExifTags.Base
    taken = _clock(
        details.get(Base.DateTimeOriginal) or exif.get(Base.DateTime), details.get(Base.OffsetTimeOriginal)
    )
    return CameraFacts(taken, lat, lon)


def _clock(text: Any, offset: Any) -> datetime | None:
    try:
        read = datetime.strptime(str(text).strip("\0 "), "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007 (the zone comes next)
        zone = datetime.strptime(str(offset).strip("\0 "), "%z").tzinfo if offset else None
    except ValueError:
        return None
    if not 1990 <= read.year <= 2100:
        return None
    return read.replace(tzinfo=zone).astimezone(UTC) if zone else read


def _degrees(parts: Any, ref: Any, negative: str, most: int) -> float | None:
    try:
        degrees, minutes, seconds = (float(part) for part in parts)
        found = round(degrees + minutes / 60 + seconds / 3600, 6)
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    if not 0 <= found <= most:
        return None
    return -found if str(ref).strip("\0 ").upper() == negative else found


def _place_only(exif: Image.Exif) -> Image.Exif:
    """The place and the clock, nothing else that a camera writes."""
    kept = Image.Exif()
    kept.get_ifd(ExifTags.IFD.GPSInfo).update(
        {k: v for k, v in exif.get_ifd(ExifTags.IFD.GPSInfo).items() if k <= ExifTags.GPS.GPSLongitude}
    )
    taken = exif.get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.DateTimeOriginal)
    if taken:
        kept.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = taken
    return kept


def _sharpness(picture: Image.Image) -> int:
    """Variance of the Laplacian of the grey picture, 640 pixels at most. Below about 100 it looks blurred."""
    grey = picture.convert("L")
    grey.thumbnail((JUDGED_PIXELS, JUDGED_PIXELS))
    return round(ImageStat.Stat(grey.filter(_LAPLACE)).var[0])


def _look(picture: Image.Image) -> str:
    """64 comparisons of neighbours on a 9 x 8 grey picture: the same scene keeps nearly all of them."""
    small = picture.convert("L").resize((9, 8))
    dots = small.tobytes()
    bits = "".join(str(int(dots[9 * y + x] > dots[9 * y + x + 1])) for y in range(8) for x in range(8))
    return f"{int(bits, 2):016x}"


def looks_alike(one: str, other: str) -> bool:
    """Whether two marks are of (nearly) the same picture. A picture without contrast has no mark to compare."""
    flat = "0" * 16
    return (
        one not in ("", flat) and other not in ("", flat) and (int(one, 16) ^ int(other, 16)).bit_count() <= 4
    )
