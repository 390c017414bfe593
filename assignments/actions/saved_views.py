"""A member's own saved views of the assignment list: keep, rename, remove (ux.md 6.3)."""

from typing import Final

from django.db import transaction

from assignments.models import SavedView
from clients.models import Member
from common.errors import Invalid

MOST: Final = 20
LONGEST: Final = 1_000
"""Characters of the filters in the address."""


def save(member: Member, name: str, query: str) -> SavedView:
    """Keep these filters under a name. `query` comes from AssignmentFilter.query, so it holds nothing foreign.

    Raises Invalid at `name`, and without a field when there is nothing to keep or no room for one more.
    """
    if not query:
        raise Invalid("Set a filter first, then save it as a view.")
    if len(query) > LONGEST:
        raise Invalid("These filters are too long to be saved. Use fewer words.")
    with transaction.atomic():
        Member.objects.select_for_update(no_key=True, of=("self",)).get(pk=member.pk)
        mine = SavedView.objects.filter(member=member)
        if mine.count() >= MOST:
            raise Invalid(f"You have {MOST} saved views already. Remove one first.")
        return SavedView.objects.create(member=member, name=_free(member, name), query=query)


def rename(view: SavedView, name: str) -> None:
    """Give an own view another name. Raises Invalid at `name`."""
    with transaction.atomic():
        member = Member.objects.select_for_update(no_key=True, of=("self",)).get(pk=view.member_id)
        view.name = _free(member, name, but=view.pk)
        view.save(update_fields=["name"])


def remove(view: SavedView) -> None:
    view.delete()


def _free(member: Member, name: str, *, but: int | None = None) -> str:
    """The name with single spaces, which no other view of the member has."""
    bare = " ".join(name.split())
    if not bare:
        raise Invalid("Enter a name.", "name")
    same = SavedView.objects.filter(member=member, name__iexact=bare)
    if any(view.pk != but for view in same):
        raise Invalid("You have a view with this name already.", "name")
    return bare
