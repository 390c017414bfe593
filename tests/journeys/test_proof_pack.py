"""N8 in the browser: a worker takes the proof of paid work along; somebody without an account checks it."""

import hashlib
from pathlib import Path

import pytest

from assignments.actions import talk
from assignments.models import AgreementSheet
from assignments.states import State
from payments.models import ProofPack
from tests.factories import assignment_in
from tests.support.browser import PHONE, Desk, Window
from tests.support.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def bring(window: Window, pack: Path) -> Window:
    window.open("/verify/").page.get_by_label("Proof pack").set_input_files(str(pack))
    return window.press("Check the pack")


def test_n8_the_worker_downloads_and_a_visitor_verifies(windows: Desk, cast: Cast, tmp_path: Path) -> None:
    row = assignment_in(State.IN_PROGRESS, owner=cast.owner, by=cast.worker)
    talk.post_message(row.pk, actor=cast.worker.user, body="The switch is in rack four.")

    # On the phone: from the page of the assignment to the file.
    phone = windows.window(cast.worker.user, viewport=PHONE).open(f"/assignments/{row.pk}/")
    phone.follow("Get the proof pack").has("No pack was made yet", "signed by Onsite")
    phone.press("Make proof pack")
    issued = ProofPack.objects.get()
    phone.has(issued.sha256, issued.name)
    with phone.page.expect_download() as loading:
        phone.page.get_by_role("link", name=issued.name).click()
    pack = tmp_path / "pack.zip"
    loading.value.save_as(pack)
    assert (loading.value.suggested_filename, hashlib.sha256(pack.read_bytes()).hexdigest()) == (
        issued.name, issued.sha256,
    )  # fmt: skip

    # A visitor has the file: it is exactly what was issued, and nothing of its contents is on the page.
    visitor = windows.window()
    bring(visitor, pack).has("Exactly as Onsite issued it", row.number, "0 changed, 0 added, 0 missing")
    visitor.lacks("rack four", str(cast.worker), row.title)
    visitor.page.get_by_text("All files").click()
    visitor.has("messages/messages.txt: unchanged")

    # One byte of a message is another one.
    content = bytearray(pack.read_bytes())
    content[content.index(b"rack four")] ^= 1
    pack.write_bytes(content)
    bring(visitor, pack).has("Changed since Onsite issued it", "record.json Changed")

    # By hash alone: a day and nothing else; the hash on the agreement is known too.
    visitor.fill(sha256=issued.sha256).press("Check the hash").has("Issued by Onsite")
    visitor.lacks(row.number)
    visitor.fill(sha256=AgreementSheet.objects.get(assignment=row).sha256).press("Check the hash")
    visitor.has("An agreement with this SHA-256 was made on")
