"""What workers change about themselves. Each is one transaction with its history."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from accounts.models import User
from common import clock
from common.errors import Conflict, NotAllowed
from timeline.models import Entry
from timeline.record import next_sequence, record
from workers import skills as skill_words
from workers.area import Area
from workers.hours import Span
from workers.models import Availability, Worker

SUBJECT = "worker"


@transaction.atomic
def join(*, actor: User, area: Area, radius_miles: int, skills: Sequence[str]) -> Worker:
    """Give an account its worker side and put that hat on. Raises Conflict when it has one."""
    user = User.objects.select_for_update(no_key=True).get(pk=actor.pk)
    if Worker.objects.filter(user=user).exists():
        raise Conflict("You are a worker already. Your profile is under your name.")
    worker = Worker.objects.create(
        user=user, radius_miles=radius_miles, created_at=clock.now(), **_columns(area)
    )
    worker.skills.set(skill_words.rows(skills))
    user.hat = User.Hat.WORKER
    user.save(update_fields=["hat"])
    note("worker.joined", worker, actor=user)
    return worker


@transaction.atomic
def edit_profile(
    worker_id: int,
    *,
    actor: User,
    area: Area,
    radius_miles: int,
    skills: Sequence[str],
    phone: str,
    about: str,
    is_available: bool,
) -> Worker:
    """Change the worker's own profile. Raises NotAllowed for anybody else's."""
    worker = own(worker_id, actor)
    values = {
        **_columns(area),
        "radius_miles": radius_miles,
        "phone": phone,
        "about": about,
        "is_available": is_available,
    }
    changed = [name for name, value in values.items() if getattr(worker, name) != value]
    for name in changed:
        setattr(worker, name, values[name])
    wanted = skill_words.rows(skills)
    if {row.pk for row in wanted} != set(worker.skills.values_list("pk", flat=True)):
        worker.skills.set(wanted)
        changed.append("skills")
    if changed:
        worker.save(update_fields=[name for name in changed if name != "skills"])
        note("worker.profile_changed", worker, actor=actor, facts={"fields": sorted(changed)})
    return worker


@transaction.atomic
def set_hours(worker_id: int, *, actor: User, spans: Sequence[Span]) -> None:
    """Replace the weekly hours."""
    worker = own(worker_id, actor)
    rows = [
        Availability(worker=worker, weekday=s.weekday, from_minute=s.from_minute, to_minute=s.to_minute)
        for s in spans
    ]
    worker.availability.all().delete()
    Availability.objects.bulk_create(rows)
    note("worker.hours_changed", worker, actor=actor, facts={"days": len(rows)})


def note(
    kind: str,
    worker: Worker,
    *,
    actor: User,
    role: str = "worker",
    visibility: str = "worker",
    facts: dict[str, Any] | None = None,
) -> Entry:
    """Write the worker's history. The caller holds the worker's row."""
    return record(
        kind,
        subject_type=SUBJECT,
        subject_id=worker.pk,
        sequence=next_sequence(SUBJECT, worker.pk),
        actor=actor,
        role=role,
        at=clock.now(),
        facts=facts,
        visibility=visibility,
    )


def own(worker_id: int, actor: User) -> Worker:
    worker = Worker.objects.select_for_update(no_key=True).filter(pk=worker_id).first()
    if worker is None or worker.user_id != actor.pk:
        raise NotAllowed("Only the worker changes this profile.")
    return worker


def _columns(area: Area) -> dict[str, Any]:
    return {name: getattr(area, name) for name in ("postcode", "city", "region", "country", "lat", "lon")}
