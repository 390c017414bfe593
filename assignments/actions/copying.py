"""A former assignment as a new draft."""

from uuid import UUID

from django.core.files import File
from django.db import transaction

from accounts.models import User
from assignments.actions import requiring, talk
from assignments.actions.asking import asked_of, groups_of, wanted_of
from assignments.actions.content import SITE_COLUMNS, Content
from assignments.actions.drafting import creator
from assignments.actions.saving import made_once
from assignments.models import Assignment, Attachment, Site
from assignments.planned import plans
from assignments.pricing import Terms
from common.errors import NotAllowed
from common.uploads import CheckedUpload

KEPT = (
    "customer project title industry description special_instructions is_virtual city region postcode country "
    "time_zone schedule_kind duration_minutes confirm_hours checkin_required terms_days non_negotiable "
    "requests_allowed fastfunds_eligible is_marketplace change_answer change_limit_minor change_minutes"
).split()
PRICE = [name for name in Terms.__dataclass_fields__ if name != "currency"]


def copy(pk: int, *, actor: User, key: UUID | None) -> Assignment:
    """The draft that was copied from it with this key: made now with its documents, or a moment ago.

    Raises NotAllowed for roles that do not create, and for assignments of other companies.
    """
    member = creator(actor)
    row = Assignment.objects.filter(pk=pk, client_id=member.client_id).first()
    if row is None:
        raise NotAllowed("Only the people of its company can copy this assignment.")
    with transaction.atomic():
        draft, is_new = made_once(copied(row, owner=actor), actor=actor, key=key)
        if is_new:
            copy_documents(row, draft, actor)
    return draft


def copy_documents(row: Assignment, draft: Assignment, actor: User) -> None:
    """Attach the documents of one to the other, in the caller's transaction."""
    for old in Attachment.objects.filter(assignment=row, removed_at__isnull=True):
        checked = CheckedUpload(old.name, old.size, old.content_type, old.sha256, is_image=False)
        with old.file.open("rb") as stream:
            talk.attach(draft.pk, actor=actor, file=File(stream, name=old.name), checked=checked)


def copied(row: Assignment, *, owner: User) -> Content:
    """Everything but dates, own number, worker and their files. The price is the one that was posted."""
    price = {name: getattr(row, name) for name in PRICE}
    posted = {name: value for name, value in (row.posted_terms or {}).items() if name in price}
    site = Site.objects.filter(assignment=row).first() or Site()
    return Content(
        {**{name: getattr(row, name) for name in KEPT}, **price, **posted, "owner": owner},
        {name: getattr(site, name) for name in SITE_COLUMNS},
        [skill.name for skill in row.skills.all()],
        wanted_of(row),
        asked_of(row),
        groups=groups_of(row),
        days=plans(row),
        sets=list(dict.fromkeys([*requiring.chosen(row), *requiring.defaults(row.client_id)])),
    )
