"""Messages with a file, a private note, and problems on site: one open, one resolved."""

from datetime import timedelta
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from assignments.actions import problems, talk
from assignments.actions.talk import Files
from common import clock
from common.uploads import check_upload
from config.demo.stage import Stage


def play(s: Stage) -> None:
    """A kiosk that cannot be hung stops the work now; a missing key card delayed other work until it came."""
    north, _ = s.cast.companies
    w = s.cast.worker
    start = s.ago(hours=3)
    row = s.assigned(north, w("grace"), start, s.ago(days=2), title="Hang the self-service kiosk")
    s.check_in(row, w("grace"), start)
    with clock.moved(s.ago(minutes=50)):
        talk.post_message(
            row.pk,
            actor=w("grace").user,
            body="The wall behind the kiosk is drywall without studs. Photo attached.",
            files=_photo("wall"),
        )
    with clock.moved(s.ago(minutes=48)):
        problems.report_problem(
            row.pk,
            actor=w("grace").user,
            kind="site_not_ready",
            severity="stops",
            text="The wall cannot carry the kiosk. It needs a backing plate before I can go on.",
            photos=_photo("kiosk-wall"),
        )
    with clock.moved(s.ago(minutes=35)):
        talk.post_note(row.pk, actor=north.boss, body="Ask the landlord who pays for the plate.")
    row = s.assigned(
        north, w("sofia"), s.ahead(hours=30), s.ago(days=2), title="Move the camera over the door"
    )
    with clock.moved(s.ago(days=1)):
        made = problems.report_problem(
            row.pk,
            actor=w("sofia").user,
            kind="access",
            severity="delays",
            text="I need a key card for the stair to the roof.",
        )
    with clock.moved(s.ago(days=1) + timedelta(hours=2)):
        problems.resolve_problem(
            row.pk, made.pk, actor=north.boss, resolution="The card waits for you at the desk."
        )


def _photo(name: str) -> Files:
    made = BytesIO()
    Image.new("RGB", (640, 480), "#9aa5b1").save(made, "JPEG")
    file = SimpleUploadedFile(f"{name}.jpg", made.getvalue(), content_type="image/jpeg")
    return [(file, check_upload(file))]
