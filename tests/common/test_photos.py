"""Photos: what the camera wrote is read, and is gone from the copy; small pictures, sharpness, marks of likeness."""

import io
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import ExifTags, Image, ImageDraw, ImageFilter

from common.photos import is_blank, looks_alike, remade
from common.uploads import check_upload

NEW_YORK = "America/New_York"
MAKER = "Secret Camera Works 4711"


def scene(size: tuple[int, int] = (1200, 900), shift: int = 0) -> Image.Image:
    """A rack with labels: edges and letters."""
    made = Image.new("RGB", size, "#d9dee5")
    draw = ImageDraw.Draw(made)
    for i in range(12):
        draw.rectangle((40 + shift, 40 + 70 * i, size[0] - 90 * (i % 4) - 60, 90 + 70 * i), fill="#171c24")
        draw.text((60 + shift, 55 + 70 * i), f"Port {i} - switch {i * 7}", fill="white")
    return made


def exif(
    clock: str = "2026:12:01 09:12:00", offset: str = "", orientation: int = 1, **place: Any
) -> Image.Exif:
    """What a camera writes, by default in Albany, New York."""
    made = Image.Exif()
    made[ExifTags.Base.Make], made[ExifTags.Base.Orientation] = MAKER, orientation
    details = made.get_ifd(ExifTags.IFD.Exif)
    details[ExifTags.Base.DateTimeOriginal] = clock
    if offset:
        details[ExifTags.Base.OffsetTimeOriginal] = offset
    gps = {
        ExifTags.GPS.GPSLatitudeRef: "N",
        ExifTags.GPS.GPSLatitude: (42.0, 39.0, 0.0),
        ExifTags.GPS.GPSLongitudeRef: "W",
        ExifTags.GPS.GPSLongitude: (73.0, 45.0, 0.0),
    }
    made.get_ifd(ExifTags.IFD.GPSInfo).update({**gps, **place.get("gps", {})})
    return made


def photo(picture: Image.Image | None = None, kind: str = "JPEG", **options: Any) -> SimpleUploadedFile:
    made = io.BytesIO()
    (picture or scene()).save(made, kind, **options)
    return SimpleUploadedFile("rack.jpg", made.getvalue())


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_camera_data_are_read_and_taken_out(kind: str) -> None:
    found = remade(photo(kind=kind, exif=exif()))
    assert (found.camera.lat, found.camera.lon) == (42.65, -73.75)
    assert found.camera.taken_at(NEW_YORK) == datetime(2026, 12, 1, 14, 12, tzinfo=UTC)
    kept = opened(found.content)
    assert (kept.format, dict(kept.getexif()), kept.size) == (kind, {}, (1200, 900))
    assert MAKER.encode() not in found.content + found.thumb
    assert b"Exif" not in found.content


def test_the_place_stays_where_it_is_wanted() -> None:
    found = remade(photo(exif=exif()), keep_place=True)
    again = remade(SimpleUploadedFile("again.jpg", found.content))
    assert (again.camera.lat, again.camera.lon) == (42.65, -73.75)
    assert MAKER.encode() not in found.content


def test_a_turned_photo_is_upright() -> None:
    found = remade(photo(exif=exif(orientation=6)))
    assert (found.width, found.height, opened(found.content).size) == (900, 1200, (900, 1200))
    assert max(opened(found.thumb).size) == 400


def test_a_clock_with_its_zone_is_an_instant() -> None:
    found = remade(photo(exif=exif("2026:12:01 09:12:00", "+01:00")))
    assert found.camera.taken_at(NEW_YORK) == datetime(2026, 12, 1, 8, 12, tzinfo=UTC)


@pytest.mark.parametrize("clock", ["0000:00:00 00:00:00", "soon", "1970:01:01 00:00:00"])
def test_odd_values_count_as_not_written(clock: str) -> None:
    gps = {ExifTags.GPS.GPSLatitude: (99.0, 0.0, 0.0)}
    found = remade(photo(exif=exif(clock, gps=gps)))
    assert (found.camera.taken, found.camera.lat, found.camera.lon) == (None, None, None)


def test_an_appended_film_is_dropped() -> None:
    """Phones append a short film to a photo: it goes, the photo stays."""
    file = photo()
    film = SimpleUploadedFile("motion.jpg", file.read() + b"\x00\x00\x00\x18ftypmp42" + b"film" * 100)
    assert b"ftypmp42" not in remade(film).content


def test_a_pair_of_pictures_in_one_jpeg_becomes_one() -> None:
    """As some cameras write them."""
    file = photo(kind="MPO", save_all=True, append_images=[scene((900, 700))])
    assert opened(file.read()).format == "MPO"
    assert check_upload(file).content_type == "image/jpeg"
    assert opened(remade(file).content).format == "JPEG"


def test_blurred_is_told_from_sharp() -> None:
    sharp = remade(photo()).sharpness
    blurred = remade(photo(scene().filter(ImageFilter.GaussianBlur(8)))).sharpness
    assert (sharp > 200, blurred < 100) == (True, True), (sharp, blurred)


def test_likeness() -> None:
    first, again = remade(photo()), remade(photo(quality=40))
    other = remade(photo(scene().rotate(90)))
    assert looks_alike(first.look, again.look)
    assert not looks_alike(first.look, other.look)
    flat = remade(photo(Image.new("RGB", (900, 900), "white")))
    assert not looks_alike(flat.look, flat.look)


def test_transparent_is_white_paper() -> None:
    drawn = Image.new("RGBA", (900, 300), (0, 0, 0, 0))
    assert is_blank(photo(drawn, "PNG"))
    ImageDraw.Draw(drawn).line((50, 50, 800, 250), fill="black", width=5)
    file = photo(drawn, "PNG")
    assert not is_blank(file)
    assert opened(remade(file).thumb).getpixel((1, 1)) == (255, 255, 255)
