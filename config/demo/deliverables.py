"""Work whose proof is under way: photos with hints, one accepted, one asked again, a signature, serial numbers."""

from datetime import datetime, timedelta
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import ExifTags, Image, ImageDraw, ImageFilter

from assignments.actions import deliverables, drafting
from assignments.actions.deliverables import Signer
from assignments.actions.drafting import Asked, Content, Grouped, Wanted
from assignments.models import Assignment
from clients.models import Location
from common import clock
from common.localtime import local
from common.uploads import check_upload
from config.demo.stage import Stage
from workers.models import Worker

CONTENT = Content(
    wanted=[
        Wanted("Rack before the work", instructions="The whole rack, door open.", moment="before", due_minutes=60),
        Wanted("Rack after the work", count=5, instructions="Labels readable.", moment="after"),
        Wanted("Sign-off by the store", "signature", instructions="The manager on duty signs."),
    ],
    asked=[
        Asked("Serial numbers of the routers", "serials", group="Routers", count=4),
        Asked("Signal at the till, in dBm", "number", group="Routers", least="-90", most="0"),
        Asked("Was the site ready?", "choice", ["Yes", "Mostly", "No"], group="Survey"),
    ],
    groups=[
        Grouped("Routers", "From the label on the back."),
        Grouped("Survey", "Two minutes, for the next visit.", is_required=False, is_survey=True),
    ],
)  # fmt: skip


def play(s: Stage) -> None:
    north, _ = s.cast.companies
    site = Location.objects.get(client=north.client, number="201")
    worker, start = s.cast.worker("mei"), s.ago(hours=3)
    row = s.create(north, start, s.ago(days=4), site=site, title="Replace four routers, Columbus flagship")
    with clock.moved(s.ago(days=4) + timedelta(minutes=10)):
        drafting.edit(row.pk, CONTENT, actor=row.owner)
        drafting.send(row.pk, actor=row.owner)
    s.hire(row, worker, s.ago(days=3))
    s.confirm(row, worker, s.ago(days=2))
    s.check_in(row, worker, start)
    _work(s, row, worker, start)


def _work(s: Stage, row: Assignment, worker: Worker, start: datetime) -> None:
    before, after, sign_off = row.requirements.all()
    serials, signal, _ = row.custom_fields.all()
    place = (row.site.lat or 0.0, row.site.lon or 0.0)
    taken = start + timedelta(minutes=10)
    files = [
        (before, rack("Before", taken, place, row.time_zone)),
        (after, rack("After, left", taken + timedelta(minutes=70), place, row.time_zone)),
        (after, rack("After, right", taken + timedelta(minutes=71), place, row.time_zone, blur=9)),
        (after, rack("Another store", taken - timedelta(days=9), (39.76, -84.19), row.time_zone)),
    ]
    given = []
    for number, (wanted, file) in enumerate(files):
        with clock.moved(taken + timedelta(minutes=75 + number)):
            given.append(
                deliverables.deliver(
                    row.pk, wanted.pk, actor=worker.user, file=file, checked=check_upload(file)
                )
            )
    with clock.moved(taken + timedelta(minutes=85)):
        sign(row, sign_off.pk, worker)
        values = {serials.pk: "FR-20417-A\nFR-20417-B\nFR-20419-A", signal.pk: "-61"}
        deliverables.fill_fields(row.pk, values, actor=worker.user)
    with clock.moved(taken + timedelta(minutes=95)):
        deliverables.accept_deliverable(row.pk, given[0].pk, actor=row.owner)
        deliverables.reject_deliverable(row.pk, given[3].pk, actor=row.owner, reason="This is another store.")


def sign(row: Assignment, wanted: int, worker: Worker) -> None:
    """A line that looks like a hand's."""
    pad = Image.new("RGB", (900, 300), "white")
    curve = [(90 + 7 * i, 160 + int(70 * ((i * i * 13) % 17 - 8) / 8)) for i in range(0, 96, 4)]
    ImageDraw.Draw(pad).line(curve, fill="#10151c", width=5, joint="curve")
    file = _file(pad, "signature.png", "PNG")
    signer = Signer("Jordan Blake", "Manager on duty", is_drawn=True)
    deliverables.deliver(
        row.pk, wanted, actor=worker.user, file=file, checked=check_upload(file), signer=signer
    )


def rack(
    words: str, taken: datetime, place: tuple[float, float], zone: str, *, blur: int = 0
) -> SimpleUploadedFile:
    """A drawn rack as a photo, with the clock and place of its camera."""
    picture = Image.new("RGB", (1600, 1200), (46, 52, 62))
    draw = ImageDraw.Draw(picture)
    for unit in range(9):
        top, shift = 70 + 120 * unit, (unit * 83 + len(words) * 131) % 420
        draw.rectangle((140, top, 1460, top + 96), fill=(24, 28, 36), outline=(120, 130, 146), width=4)
        for port in range(10):
            left = 190 + shift + 78 * port
            draw.rectangle(
                (left, top + 28, left + 48, top + 68), fill=(58, 134, 92) if port % 3 else (199, 140, 48)
            )
        draw.text((160, top + 8), f"{words} - unit {unit + 1}", fill=(226, 230, 236))
    exif = Image.Exif()
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = local(taken, zone).strftime(
        "%Y:%m:%d %H:%M:%S"
    )
    exif.get_ifd(ExifTags.IFD.GPSInfo).update(
        {1: "N", 2: (abs(place[0]), 0.0, 0.0), 3: "W", 4: (abs(place[1]), 0.0, 0.0)}
    )
    shown = picture.filter(ImageFilter.GaussianBlur(blur)) if blur else picture
    return _file(
        shown, f"{words.lower().replace(', ', '-').replace(' ', '-')}.jpg", "JPEG", exif=exif, quality=82
    )


def _file(picture: Image.Image, name: str, kind: str, **options: object) -> SimpleUploadedFile:
    made = BytesIO()
    picture.save(made, kind, **options)
    return SimpleUploadedFile(name, made.getvalue())
