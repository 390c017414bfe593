"""N8, the proof pack: one download of an assignment for whoever may see it, and a page that checks it for anybody."""

import hashlib
import io
import json
import shutil
import subprocess
import zipfile
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from assignments.actions import talk
from assignments.actions.drafting import Asked, Wanted
from assignments.models import AgreementSheet, Assignment, Deliverable, Message
from assignments.states import State
from clients.models import Client
from common import clock
from common.errors import Conflict
from payments import actions
from payments.actions import proving
from payments.models import Invoice, ProofKey, ProofPack
from payments.proof import chain, reading, signing
from payments.proof.judging import by_pack
from tests.payments.support import usd
from tests.support import markers, pdf
from tests.support.facts import history, url
from tests.support.http import Visitor
from tests.support.markers import marked
from tests.support.packs import forged, inside, made, packed, pdf_words, record, verify
from tests.support.triggers import unguarded
from timeline import seals
from timeline.models import Entry
from timeline.triggers import remove_sql

WANTED = (Wanted(title="Rack photo", count=1),)
ASKED = (Asked(label="Serial number"),)
RIVAL = "Adam Applicant"


@pytest.fixture
def row(people) -> Assignment:
    """Paid work with markers, a file, an answer and a word from each side."""
    row = marked(people, State.APPROVED, wanted=WANTED, asked=ASKED)
    for name, words in (("owner", "Thank you, marker-thanks"), ("worker", "My pleasure")):
        talk.post_message(row.pk, actor=people.user(name), body=words)
    actions.pay([Invoice.objects.get(assignment=row).pk], actor=people.owner)
    return Assignment.objects.get(pk=row.pk)


def texts(pack: bytes) -> str:
    """Everything readable in it, PDFs by their own words."""
    found = [
        pdf.words(content) if name.endswith(".pdf") else content.decode(errors="replace")
        for name, content in inside(pack).items()
    ]
    return "\n".join([*inside(pack), *found])


def test_n8_the_worker_takes_the_proof_of_the_own_work_along(row, visitor):
    """N8: agreement, pay note, visits, files, messages and the time line, in the own figures and nothing else."""
    pack = made(visitor("worker"), row)
    files = inside(pack)
    sheet, invoice = AgreementSheet.objects.get(assignment=row), Invoice.objects.get(assignment=row)
    file = Deliverable.objects.get(assignment=row)
    assert set(files) == {
        "README.txt", "record.json", f"agreement/A-{row.pk}-1.pdf", f"invoice/{invoice.number}-pay-note.pdf",
        "check-ins/check-ins.json", "check-ins/check-ins.txt", "messages/messages.json", "messages/messages.txt",
        "timeline/timeline.json", "timeline/timeline.txt", "public-key.pem", f"deliverables/001-{file.name}",
        f"documents/001-{markers.DOCUMENT}", "SHA256SUMS", "SHA256SUMS.sig",
    }  # fmt: skip
    assert hashlib.sha256(files[f"deliverables/001-{file.name}"]).hexdigest() == file.sha256
    told = record(pack)
    assert (told["schema"], told["made_for"], told["assignment"]["number"]) == (
        "onsite.proof/1", "worker", row.number,
    )  # fmt: skip
    assert [one["text"] for one in told["messages"]] == ["Thank you, marker-thanks", "My pleasure"]
    assert [(one["number"], one["worker_pay"]) for one in told["invoices"]] == [
        (invoice.number, {"minor": markers.PRICE_MINOR, "currency": "USD"})
    ]
    assert [one["value"] for one in told["fields"]] == ["Done"]
    assert told["agreements"][0]["versions"][0]["sha256"] == sheet.sha256
    everything = texts(pack)
    hidden = (*markers.CLIENTS_OWN, RIVAL, "38635", '"minor": 3512,', '_minor":3512,')
    assert [word for word in hidden if word in everything] == []
    assert markers.PAY in everything


def test_n8_the_clients_pack_has_the_clients_figures_and_private_notes_and_nothing_of_the_workers_own(
    row, visitor
):
    """N8: the same page, the other side: gross and fee, the note among colleagues, no FastFunds fee."""
    everything = texts(made(visitor("manager"), row))
    expected = (markers.GROSS, markers.FEE, markers.NOTE, "My pleasure")
    assert [word for word in expected if word not in everything] == []
    assert [word for word in markers.WORKERS_OWN if word in everything] == []


def test_n8_a_worker_reads_only_the_own_fastfunds_figures(people, visitor):
    """N8: what FastFunds cost is in the worker's pack alone."""
    row = marked(people, State.APPROVED, fastfunds_eligible=True)
    visitor("worker").submit(url(row, "fastfunds/"), press=f"Get {markers.EARLY_NET} now")
    assert [w for w in markers.WORKERS_OWN if w not in texts(made(visitor("worker"), row))] == []
    assert [w for w in markers.WORKERS_OWN if w in texts(made(visitor("owner"), row))] == []


def test_n8_others_get_nothing(row, people, visitor):
    """N8: a stranger and a rival get a missing page; an admin only while a dispute is open."""
    pack = made(visitor("worker"), row)
    issued = ProofPack.objects.get()
    address = url(row, f"proof/{issued.uuid}/")
    for name in ("stranger", "applicant", "other_client", "staff"):
        for path in (url(row, "proof/"), address):
            assert visitor(name).client.get(path).status_code == 404, (name, path)
    assert visitor("owner").client.get(address).status_code == 404  # the worker's own
    assert Visitor().open(address, status=302).response.headers["Location"].startswith("/accounts/login/")
    assert visitor("worker").open(address).body == pack


def test_n8_an_admin_has_it_while_a_dispute_is_open_and_not_by_support_access(people, visitor):
    """N8: a company that lets support in does not hand out its proof; an open dispute does, to read both sides."""
    row = marked(people, State.PENDING_APPROVAL)
    Client.objects.filter(pk=people.client.pk).update(support_access=True)
    visitor("staff").open(url(row, "proof/"), status=403)
    actions.open_dispute(row.pk, actor=people.owner, ground="quality", statement="Not as agreed.")
    told = record(made(visitor("staff"), row))
    assert told["made_for"] == "admin"
    assert [one["private"] for one in told["messages"]] == []
    assert markers.NOTE not in json.dumps(told)


def test_n8_before_somebody_is_assigned_there_is_nothing_to_prove(people, visitor):
    """N8: a pack begins with the agreement; the page says so calmly."""
    row = marked(people, State.SENT)
    visitor("owner").open(url(row, "proof/"), status=409).has("Nobody was assigned yet.")
    assert "Get the proof pack" not in visitor("owner").open(url(row)).text


def test_n8_the_same_content_is_the_same_file_and_is_noted_once_for_each_person(row, people, visitor):
    """N8: at another hour, in another year, by a colleague: the hash is the same, and nothing enters the history."""
    before = history(row)
    first = made(visitor("owner"), row)
    with clock.moved(clock.now() + timedelta(days=400)):
        again = made(visitor("owner"), row)
        by_colleague = made(visitor("manager"), row)
    assert first == again == by_colleague
    assert history(row) == before
    rows = list(ProofPack.objects.order_by("pk").values_list("scope", "issued_by", "sha256", "size"))
    digest, size = hashlib.sha256(first).hexdigest(), len(first)
    assert rows == [("client", people.owner.pk, digest, size), ("client", people.manager.pk, digest, size)]
    visitor("worker").open(url(row, "proof/")).lacks(digest, people.owner.name)


def test_n8_a_download_goes_on_where_it_broke_off(row, visitor):
    """N8: as other files: attachment, never cached, in parts."""
    pack = made(visitor("worker"), row)
    address = url(row, f"proof/{ProofPack.objects.get().uuid}/")
    answer = visitor("worker").client.get(address, headers={"Range": "bytes=100-"})
    assert answer.status_code == 206
    assert b"".join(answer.streaming_content) == pack[100:]
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{ProofPack.objects.get().name}"'
    assert (answer.headers["X-Content-Type-Options"], answer.headers["Cache-Control"]) == (
        "nosniff", "private, no-store",
    )  # fmt: skip


def test_n8_after_something_happened_the_old_pack_is_not_given_out_as_if_it_were_new(people, visitor):
    """N8: the old file stays good where it was saved; here it says calmly that a new one is needed."""
    row = marked(people, State.IN_PROGRESS)
    old = made(visitor("worker"), row)
    talk.post_message(row.pk, actor=people.worker.user, body="One more word")
    address = url(row, f"proof/{ProofPack.objects.get().uuid}/")
    visitor("worker").open(address, status=409).has("since this pack was made. Make a new one.")
    verify(old).has("Exactly as Onsite issued it", row.number, "Unbroken, and goes on from there")


def test_n8_an_open_invoice_goes_in_only_when_the_client_says_so(people, visitor):
    """N8: having the document binds (D7): without the tick it stays out and the payment can still be stopped."""
    row = marked(people, State.APPROVED)
    invoice = Invoice.objects.get(assignment=row)
    assert f"invoice/{invoice.number}.pdf" not in inside(made(visitor("owner"), row))
    assert Invoice.objects.get().locked_at is None
    assert f"invoice/{invoice.number}.pdf" in inside(made(visitor("owner"), row, invoice=True))
    assert Invoice.objects.get().locked_at == clock.now()
    assert f"invoice/{invoice.number}.pdf" in inside(made(visitor("view_only"), row))


def test_n8_who_may_not_bind_the_company_cannot_by_a_pack(people, visitor):
    """N8: a reader ticks the box: refused, and neither a lock nor a pack is there."""
    row = marked(people, State.APPROVED)
    visitor("view_only").submit(url(row, "proof/"), press="Make proof pack", invoice=True, status=403)
    assert (Invoice.objects.get().locked_at, ProofPack.objects.count()) == (None, 0)


def test_n8_credit_notes_are_in_it_with_the_amount_for_the_client_alone(people, visitor):
    """N8, D6: what was given back stands beside the invoice; the worker reads that it was, not how much."""
    row = marked(people, State.PAID)
    note = actions.credit(
        Invoice.objects.get().pk, actor=people.staff, amount=usd(1_234), reason="Late.", key="c"
    )
    mine, theirs = made(visitor("owner"), row), made(visitor("worker"), row)
    said = {"number": note.number, "issued_on": "2026-12-01", "reason": "Late."}
    assert record(mine)["invoices"][0]["credit_notes"] == [
        {**said, "amount": {"minor": 1_234, "currency": "USD"}}
    ]
    assert record(theirs)["invoices"][0]["credit_notes"] == [said]
    assert [name for name in inside(mine) if note.number in name] == [f"invoice/{note.number}.pdf"]
    assert [name for name in inside(theirs) if note.number in name] == [f"invoice/{note.number}-worker.pdf"]
    assert ("$12.34" in texts(mine), "$12.34" in texts(theirs)) == (True, False)


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="needs pdftotext")
def test_n8_another_program_reads_in_the_papers_what_the_pages_say(row, people, visitor, tmp_path):
    """N8: the agreement and the pay note by pdftotext, line by line of the pages."""
    files = inside(made(visitor("worker"), row))
    sheet = pdf_words(files[f"agreement/A-{row.pk}-1.pdf"], tmp_path)
    for line in record(made(visitor("worker"), row))["agreements"][0]["in_words"]["Price and fees"]:
        assert " ".join(line).strip() in sheet
    assert AgreementSheet.objects.get().sha256 in sheet.replace(" ", "")
    note = pdf_words(files[f"invoice/{Invoice.objects.get().number}-pay-note.pdf"], tmp_path)
    page = visitor("worker").open(f"/payments/invoices/{Invoice.objects.get().number}/")
    for words in (
        f"You receive {markers.PAY}",
        f"Supplier (worker) {people.worker}",
        "Issued Dec 1",
        "Due Dec 31",
    ):
        assert words in note
        page.has(words)


def test_n8_it_can_be_checked_offline(row, visitor, tmp_path):
    """N8: sha256sum reads the list, the public key fits the signature, and five lines follow the time line."""
    pack = made(visitor("worker"), row)
    with zipfile.ZipFile(io.BytesIO(pack)) as archive:
        archive.extractall(tmp_path)
    done = subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=tmp_path, capture_output=True, check=True)
    assert {line.rpartition(": ")[2] for line in done.stdout.decode().splitlines()} == {"OK"}
    sums, signature = (tmp_path / "SHA256SUMS").read_bytes(), (tmp_path / "SHA256SUMS.sig").read_text()
    assert signing.holds(ProofKey.objects.get().public_hex, sums, bytes.fromhex(signature))
    timeline = json.loads((tmp_path / "timeline/timeline.json").read_text())
    h = timeline["start"]
    for e in timeline["entries"]:
        text = json.dumps(e["entry"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        h = hashlib.sha256((h + text).encode()).hexdigest()
        assert h == e["sha256"]
    assert h == timeline["head"] == record(pack)["timeline"]["head"]


def test_n8_the_page_knows_a_pack_and_an_agreement_by_the_hash_and_says_no_more_than_the_day(row, visitor):
    """N8: without signing in; neither number, nor title, nor people."""
    pack = made(visitor("worker"), row)
    digest = hashlib.sha256(pack).hexdigest()
    page = Visitor().open(f"/verify/?sha256={digest.upper()}")
    page.has("Issued by Onsite", "A proof pack with this SHA-256 was issued on December 1, 2026 (UTC).")
    page.lacks(row.number, row.title, "Wanda", "Acme")
    agreed = Visitor().open(f"/verify/?sha256={AgreementSheet.objects.get().sha256}")
    agreed.has("An agreement with this SHA-256 was made on November 29, 2026 (UTC).")
    agreed.lacks(row.number, row.title, "Wanda", "Acme")
    Visitor().open(f"/verify/?sha256={'0' * 64}").has("Not known", "Onsite issued nothing with this SHA-256.")
    Visitor().open("/verify/?sha256=12ab", status=422).has("Enter all 64 characters of the SHA-256")


def test_n8_the_very_pack_is_known_with_its_number(row, visitor):
    """N8: signature, time line, history and each file; nothing of its contents."""
    page = verify(made(visitor("worker"), row))
    page.has(
        "Exactly as Onsite issued it", row.number, "December 1, 2026 (UTC)", "Holds: the list of files is Onsite's",
        "Time line in the pack Unbroken", "Unbroken, and goes on from there",
        "13 unchanged, 0 changed, 0 added, 0 missing",
    )  # fmt: skip
    page.lacks("marker-thanks", markers.PAY, row.title, "Wanda")


def change(name, content=None):
    return lambda files: files.pop(name) if content is None else files.__setitem__(name, content)


@pytest.mark.parametrize(("forge", "said"), [
    (change("messages/messages.txt", b"Other words"),
     ("Changed since Onsite issued it", "messages/messages.txt Changed", "12 unchanged, 1 changed")),
    (change("messages/messages.txt"), ("Changed since", "messages/messages.txt Missing", "0 added, 1 missing")),
    (change("notes.txt", b"new"), ("Changed since Onsite issued it", "notes.txt Added", "1 added, 0 missing")),
    (lambda files: None, ("Every file is as Onsite issued it", "Another zip file than the one issued")),
])  # fmt: skip
def test_n8_what_was_changed_is_told_file_by_file(row, visitor, forge, said):
    """N8: the signed list stays Onsite's word for what was there."""
    verify(forged(made(visitor("worker"), row), forge)).has(*said, row.number)


def test_n8_a_time_line_without_one_entry_is_broken(row, visitor):
    """N8: an entry taken out leaves a gap in the hashes."""

    def cut(files):
        timeline = json.loads(files["timeline/timeline.json"])
        del timeline["entries"][1]
        files["timeline/timeline.json"] = json.dumps(timeline).encode()

    verify(forged(made(visitor("worker"), row), cut)).has("Time line in the pack Broken")


@pytest.mark.parametrize("name", ["SHA256SUMS", "SHA256SUMS.sig"])
def test_n8_a_list_that_onsite_did_not_sign_proves_nothing(row, visitor, name):
    """N8: not even a number is said, and the words are those for any other archive."""
    pack = made(visitor("worker"), row)
    forgery = verify(forged(pack, change(name, inside(pack)[name].replace(b"a", b"b"))))
    forgery.has("Onsite issued no pack with this SHA-256, and no signature in it is Onsite's.")
    forgery.lacks(row.number, "Issued December")
    verify(packed({"a.txt": b"words"})).has(
        "Onsite issued no pack with this SHA-256, and no signature in it is Onsite's."
    )


def test_n8_one_changed_byte_is_found(row, visitor):
    """N8: anywhere in a file, with the archive's own checksum left as it was."""
    pack = bytearray(made(visitor("worker"), row))
    pack[pack.index(b"marker-thanks")] ^= 1
    verify(bytes(pack)).has("Changed since Onsite issued it", "1 changed")


def bomb(name: str = "a.txt", size: int = 1 << 20, copies: int = 1) -> bytes:
    return packed({f"{n}-{name}": bytes(size) for n in range(copies)}, zipfile.ZIP_DEFLATED)


def linked() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        info = zipfile.ZipInfo("link")
        info.create_system, info.external_attr = 3, 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
    return out.getvalue()


@pytest.mark.parametrize(("content", "said"), [
    (b"no zip at all", reading.NO_PACK),
    (packed({"a": b"b"})[:-8], reading.NO_PACK),
    (packed({"../../etc/cron.d/x": b"b"}), reading.TRICKS),
    (packed({"/etc/passwd": b"b"}), reading.TRICKS),
    (packed({"C:\\x": b"b"}), reading.TRICKS),
    (linked(), reading.TRICKS),
    (packed({f"{n}": b"" for n in range(reading.MOST_FILES + 1)}), reading.TOO_MUCH),
    (bomb(copies=5), reading.TOO_MUCH),
], ids=["text", "cut", "up", "root", "drive", "link", "many", "bomb"])  # fmt: skip
def test_n8_archives_that_are_built_to_harm_are_refused(db, settings, content, said):
    """N8: at the field, before anything is unpacked."""
    settings.ONSITE_PROOF_UPLOAD_MB = 2
    verify(content, status=422).has(said)


def test_n8_a_size_that_is_a_lie_is_counted(db, settings):
    """N8: an entry that claims a few bytes and unpacks to more than it says."""
    settings.ONSITE_PROOF_UPLOAD_MB = 1
    raw = bytearray(bomb(size=3 << 20))
    real, claimed = (3 << 20).to_bytes(4, "little"), (100).to_bytes(4, "little")
    assert raw.count(real) == 2
    verdict = by_pack(io.BytesIO(bytes(raw).replace(real, claimed)))
    assert (verdict.result, verdict.files) == ("unknown", ())


def test_n8_too_large_a_file_is_refused_before_it_is_read(db, settings):
    """N8: the limit of the settings, in words at the field; nothing was parsed."""
    settings.ONSITE_PROOF_UPLOAD_MB = 0
    Visitor().post("/verify/", {"pack": io.BytesIO(bytes(100_000))}, status=422).has("larger than 0 MB")


def test_n8_the_page_is_not_for_guessing(db):
    """N8: so many questions of one address, then 429; the page itself stays open."""
    guesser = Visitor()
    for _ in range(40):
        guesser.open(f"/verify/?sha256={'1' * 64}")
    guesser.open(f"/verify/?sha256={'1' * 64}", status=429)
    guesser.open("/verify/")


def test_n8_after_the_key_changed_old_packs_stay_good_and_the_page_shows_both_keys(row, visitor, settings):
    """N8: the former key is kept; a pack that it signed verifies file by file, too."""
    former, pack = signing.public_hex(), made(visitor("worker"), row)
    settings.ONSITE_PROOF_KEY = "another secret of this installation"
    assert signing.public_hex() != former
    page = verify(forged(pack, lambda files: None))
    page.has("Every file is as Onsite issued it", former, signing.public_hex(), "A former key")


def test_n8_a_history_that_was_changed_afterwards_is_told(row, visitor):
    """N8: the pack still proves what was there; the page says that Onsite's own record does not match it."""
    pack = made(visitor("worker"), row)
    with unguarded(remove_sql):
        Entry.objects.filter(subject_id=row.pk, kind="assignment.approved").update(role="worker")
        assert seals.verify("assignment", row.pk).broken
        verify(pack).has("Exactly as Onsite issued it", "Does not match any more")


def test_n8_issued_packs_and_keys_are_kept_for_good(row, visitor):
    """N8: the database itself refuses to change or remove what proves them."""
    made(visitor("worker"), row)
    for act in (
        lambda: ProofPack.objects.update(size=1),
        lambda: ProofPack.objects.all()._raw_delete("default"),
        lambda: ProofKey.objects.update(public_hex="0" * 64),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            act()


def test_n8_an_erased_file_is_named_and_not_there(row, people, visitor):
    """N8: a file that was erased leaves its hash in the record; the pack is whole without it."""
    one = Deliverable.objects.get(assignment=row)
    one.file.delete(save=False)
    told = record(made(visitor("worker"), row))
    assert [(d["name"], d["file"], d["sha256"]) for d in told["deliverables"]] == [
        (one.name, None, one.sha256)
    ]


def test_n8_names_in_a_pack_are_plain_whatever_people_called_their_files(row, people, visitor):
    """N8: a path, a steering character and a very long name."""
    Deliverable.objects.filter(assignment=row).update(name="../..\\evil\u202e" + "x" * 100 + ".png")
    (name,) = [name for name in inside(made(visitor("worker"), row)) if name.startswith("deliverables/")]
    assert name.startswith("deliverables/001-") and name.endswith("x.png") and name.count("/") == 1
    assert name.isprintable() and len(name) < 130


def test_n8_a_message_in_between_is_a_conflict_not_a_mixture(people, monkeypatch):
    """N8: something that happens while the pack is made is noticed: nothing is issued."""
    row = marked(people, State.IN_PROGRESS)
    real = proving.pack

    def slow(pieces):
        done = real(pieces)
        talk.post_message(row.pk, actor=people.owner, body="In between")
        return done

    monkeypatch.setattr(proving, "pack", slow)
    with pytest.raises(Conflict, match="while the pack was made"):
        actions.issue_pack(row.pk, actor=people.worker.user)
    assert ProofPack.objects.count() == 0
    assert Message.objects.filter(body="In between").exists()


def test_n8_a_chain_of_another_assignment_or_side_does_not_fit():
    """N8: the start belongs to one assignment and one side."""
    made_for = chained = chain.chained("A-1", "worker", [{"text": "a"}, {"text": "b"}])
    assert chain.is_whole(chained, "A-1", "worker")
    assert not chain.is_whole(made_for, "A-2", "worker")
    assert not chain.is_whole(made_for, "A-1", "client")
    assert not chain.is_whole({"form": chain.FORM}, "A-1", "worker")
    assert not chain.is_whole([], "A-1", "worker")
