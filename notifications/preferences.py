"""Who wants to hear of what, where. Both channels are on until somebody switches one off."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from accounts.models import User
from notifications.events import event
from notifications.models import Preference


@dataclass(frozen=True, slots=True)
class Channels:
    """Whether an event goes to the bell (portal) and to the mail box."""

    portal: bool
    email: bool


BOTH: Final = Channels(portal=True, email=True)


def channels(kind: str, users: Iterable[User], *, must_have: bool = False) -> dict[int, Channels]:
    """The channels of one event by user id, in at most one query. Must-have events ignore switches."""
    ids = {user.pk for user in users}
    if must_have or event(kind).must_have:
        return dict.fromkeys(ids, BOTH)
    chosen = {
        row.user_id: Channels(row.portal, row.email)
        for row in Preference.objects.filter(kind=kind, user__in=ids)
    }
    return {pk: chosen.get(pk, BOTH) for pk in ids}


def chosen(user: User) -> dict[str, Channels]:
    """What this person has switched, by event kind."""
    return {row.kind: Channels(row.portal, row.email) for row in Preference.objects.filter(user=user)}


def choose(user: User, choices: Mapping[str, Channels]) -> None:
    """Keep a person's switches. The form refuses must-have and unknown events."""
    Preference.objects.bulk_create(
        [Preference(user=user, kind=kind, portal=c.portal, email=c.email) for kind, c in choices.items()],
        update_conflicts=True,
        unique_fields=["user", "kind"],
        update_fields=["portal", "email"],
    )
