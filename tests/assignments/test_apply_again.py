"""The same offer sent twice is a doubled click: one application, one entry (decisions.md D25)."""

import pytest

from assignments.actions import sourcing
from assignments.actions.sourcing import Offer
from assignments.models import Application
from assignments.states import State
from common.errors import AlreadyDone
from tests.factories import People, assignment_in
from timeline.models import Entry


def test_the_same_offer_again_changes_nothing_and_another_one_replaces_it(people: People) -> None:
    row = assignment_in(State.SENT, owner=people.owner)
    sourcing.apply(row.pk, Offer(reason="I can do it."), actor=people.stranger.user)

    with pytest.raises(AlreadyDone):
        sourcing.apply(row.pk, Offer(reason="I can do it."), actor=people.stranger.user)
    sourcing.apply(row.pk, Offer(reason="I can do it today."), actor=people.stranger.user)

    offer = Application.objects.get(assignment=row)
    assert (offer.reason, offer.revision) == ("I can do it today.", 2)
    assert Entry.objects.filter(kind="assignment.applied", subject_id=row.pk).count() == 2
