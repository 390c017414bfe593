"""The tools of the plot: a moved clock, and one step for each thing that people do in it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from io import BytesIO
from random import Random
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from accounts.models import User
from assignments.actions import assigning, closeout, deliverables, drafting, sourcing, visits
from assignments.actions.drafting import Asked, Content, Wanted
from assignments.actions.sourcing import Offer
from assignments.candidates import unblocked
from assignments.models import Assignment, CustomField, DeliverableRequirement
from assignments.states import PricingType, ScheduleKind
from clients.models import Location
from common import clock
from common.errors import Conflict
from common.uploads import check_upload
from config.demo.cast import Cast, Company
from workers.models import Worker

TITLES = (
    ("Replace two access points and label the rack", "wireless"),
    ("Swap failed POS terminal", "point of sale"),
    ("Site survey, cold storage", "survey"),
    ("Printer fleet refresh", "printers"),
    ("Cable drop, floor 3", "cabling"),
    ("Install digital menu boards", "signage"),
    ("Camera alignment and recorder check", "cameras"),
    ("Self-checkout kiosk repair", "kiosks"),
    ("Mount and patch a 12U wall rack", "rack"),
    ("Replace the store router", "networking"),
)
SCOPE = (
    "Arrive at the store, sign in at the service desk and ask for the manager on duty.\n\n"
    "Do the work as described in the title, test it with the store's staff, tidy up and take the photos that are "
    "asked. Call the support line before you leave if a test fails."
)


class Stage:
    """Builds assignments at moved instants. `now` is the real present; `at` moves the clock of one act."""

    def __init__(self, cast: Cast, now: datetime, seed: int) -> None:
        self.cast, self.now, self.random = cast, now, Random(seed)  # noqa: S311 (a demo wants the same dice)
        self.count = 0

    def ago(self, **span: float) -> datetime:
        return self.now - timedelta(**span)

    def ahead(self, **span: float) -> datetime:
        return self.now + timedelta(**span)

    def workday(self, days: int, hour: int = 14) -> datetime:
        """A working hour (UTC) some days from now, spread so that hard starts do not collide."""
        slot = (self.now + timedelta(days=days)).replace(hour=hour, minute=0, second=0, microsecond=0)
        return slot + timedelta(minutes=30 * (self.count % 4))

    def create(self, company: Company, start_at: datetime, written: datetime, **over: Any) -> Assignment:
        """A draft, written by the company's first person unless `by` says otherwise."""
        self.count += 1
        title, skill = TITLES[self.count % len(TITLES)]
        sites = list(Location.objects.filter(client=company.client).order_by("pk"))
        site = over.pop("site", sites[self.count % len(sites)])
        by: User = over.pop("by", company.boss)
        photos, fields = over.pop("photos", True), over.pop("fields", False)
        skill = over.pop("skill", skill)
        columns: dict[str, Any] = {
            "title": title,
            "industry": "Information technology",
            "description": SCOPE,
            "special_instructions": "The store's network key is in the envelope at the service desk.",
            "owner": by,
            "customer": site.customer,
            "project": site.customer.projects.first() if site.customer else None,
            "city": site.city,
            "region": site.region,
            "postcode": site.postcode,
            "time_zone": site.time_zone,
            "schedule_kind": ScheduleKind.FIXED,
            "start_at": start_at,
            "duration_minutes": 120,
            "pricing_type": PricingType.FLAT,
            "price_minor": 16_000 + 2_000 * self.random.randrange(8),
            "terms_days": 30,
            "confirm_hours": 24,
            "fastfunds_eligible": self.count % 2 == 0,
            "deliverables_due_at": start_at + timedelta(hours=8) if photos else None,
            **over,
        }
        content = Content(
            columns,
            site={
                "name": site.name,
                "number": site.number,
                "street": site.street,
                "lat": site.lat,
                "lon": site.lon,
                "contact_name": site.contact_name,
                "contact_phone": site.contact_phone,
                "contact_email": site.contact_email,
                "instructions": site.instructions,
            },
            skills=[skill],
            wanted=_wanted() if photos else [],
            asked=[Asked("Serial number of the new device")] if fields else [],
        )
        with clock.moved(written):
            return drafting.create(content, actor=by)

    def sent(self, company: Company, start_at: datetime, written: datetime, **over: Any) -> Assignment:
        invite: Sequence[Worker] = over.pop("invite", ())
        row = self.create(company, start_at, written, **over)
        with clock.moved(written + timedelta(minutes=20)):
            return drafting.send(row.pk, actor=row.owner, invite=invite)

    def apply(self, row: Assignment, worker: Worker, at: datetime, offer: Offer | None = None) -> int:
        with clock.moved(at):
            return sourcing.apply(row.pk, offer or Offer(reason="I am close by."), actor=worker.user).pk

    def assigned(
        self, company: Company, worker: Worker, start_at: datetime, written: datetime, **over: Any
    ) -> Assignment:
        """Sent, applied for by the worker and one other, and assigned within a day of `written`."""
        row = self.sent(company, start_at, written, **over)
        return self.hire(row, worker, written)

    def hire(self, row: Assignment, worker: Worker, written: datetime) -> Assignment:
        """The worker and one other apply for what is sent; within a day of `written` it is assigned."""
        others = [other for other in unblocked(row.client_id, self.cast.workers) if other != worker]
        self.apply(row, self.random.choice(others), written + timedelta(hours=1))
        offer = self.apply(row, worker, written + timedelta(hours=2))
        with clock.moved(written + timedelta(hours=3)):
            try:
                return assigning.assign(row.pk, offer, actor=row.owner)
            except Conflict as error:
                raise RuntimeError(f"the plot books {worker} twice: {error.sentence}") from error

    def confirm(self, row: Assignment, worker: Worker, at: datetime) -> None:
        with clock.moved(at):
            visits.confirm(row.pk, actor=worker.user)

    def check_in(self, row: Assignment, worker: Worker, at: datetime) -> None:
        site = row.site
        fix = visits.Fix(site.lat + 0.0003, site.lon, 12) if site.lat and site.lon else None
        with clock.moved(at):
            visits.check_in(row.pk, actor=worker.user, fix=fix)

    def check_out(self, row: Assignment, worker: Worker, at: datetime) -> None:
        with clock.moved(at):
            visits.check_out(row.pk, actor=worker.user)

    def deliver(self, row: Assignment, worker: Worker, at: datetime, *, most: int = 99) -> None:
        """Give the files that are asked, at most so many."""
        left = most
        for wanted in DeliverableRequirement.objects.filter(assignment=row):
            for number in range(wanted.count):
                if left == 0:
                    return
                left -= 1
                file = photo(f"{wanted.title} {number + 1}, {row.number}")
                with clock.moved(at + timedelta(minutes=number)):
                    checked = check_upload(file)
                    deliverables.deliver(row.pk, wanted.pk, actor=worker.user, file=file, checked=checked)
        values = {field.pk: "SN-4711-0815" for field in CustomField.objects.filter(assignment=row)}
        if values:
            with clock.moved(at + timedelta(minutes=9)):
                deliverables.fill_fields(row.pk, values, actor=worker.user)

    def worked(
        self, company: Company, worker: Worker, start_at: datetime, written: datetime, **over: Any
    ) -> Assignment:
        """Done on site: checked in on time, delivered, checked out two hours later."""
        row = self.assigned(company, worker, start_at, written, **over)
        self.confirm(row, worker, written + timedelta(hours=4))
        self.check_in(row, worker, start_at - timedelta(minutes=5))
        self.deliver(row, worker, start_at + timedelta(minutes=60))
        self.check_out(row, worker, start_at + timedelta(minutes=110))
        return row

    def submitted(
        self, company: Company, worker: Worker, start_at: datetime, written: datetime, **over: Any
    ) -> Assignment:
        row = self.worked(company, worker, start_at, written, **over)
        with clock.moved(start_at + timedelta(minutes=125)):
            words = "All done and tested with the manager on duty. Photos are attached."
            closeout.submit(row.pk, closeout.Submission(words), actor=worker.user)
        row.refresh_from_db()
        return row


def photo(text: str) -> SimpleUploadedFile:
    """A small picture with words on it: a real JPEG, so that it passes the gate."""
    picture = Image.new("RGB", (960, 640), (36, 59, 83))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((48, 48, 912, 592), outline=(159, 179, 200), width=6)
    draw.text((96, 300), text, fill=(240, 244, 248))
    data = BytesIO()
    picture.save(data, "JPEG", quality=80)
    return SimpleUploadedFile("photo.jpg", data.getvalue(), "image/jpeg")


def _wanted() -> list[Wanted]:
    return [
        Wanted("Photos before the work", instructions="The whole rack or desk."),
        Wanted("Photos after the work", count=2, instructions="Labels readable."),
    ]
