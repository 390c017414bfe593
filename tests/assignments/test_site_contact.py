"""What the database holds of visits, codes and own labels, whoever writes it."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from assignments.actions import custom_labels, site_links
from assignments.actions.custom_labels import Own
from assignments.models import CheckIn, CustomLabel, SiteCode, SiteLink
from assignments.site_contact import code_hash
from assignments.states import State
from common import clock
from common.errors import AlreadyDone, Invalid
from common.secrets import unseal
from tests.assignments.scenes import scene
from tests.factories import People

pytestmark = pytest.mark.django_db


def refused(act: Any) -> bool:
    with transaction.atomic():
        try:
            act()
        except IntegrityError:
            transaction.set_rollback(True)
            return True
    return False


def test_a_visit_keeps_known_sources_and_no_reminder_after_its_end(people: People):
    scene(people, State.IN_PROGRESS)
    rows = CheckIn.objects.all()
    assert refused(lambda: rows.update(in_source="guess"))
    assert refused(lambda: rows.update(out_source="guess"))
    assert refused(lambda: rows.update(out_at=clock.now() + timedelta(days=1)))
    assert not refused(lambda: rows.update(out_at=clock.now(), out_source="client", remind_due_at=None))


def test_a_code_is_used_for_a_visit_or_not_at_all(people: People):
    row = scene(people, State.IN_PROGRESS)
    site_links.give_code(site_links.renew_site_link(row.pk, actor=people.owner), SiteCode.Kind.OUT)
    rows = SiteCode.objects.all()
    assert refused(lambda: rows.update(used_at=clock.now()))
    assert refused(lambda: rows.update(kind="up"))
    assert refused(lambda: rows.update(expires_at=clock.now() - timedelta(days=1)))
    assert not refused(lambda: rows.update(used_at=clock.now(), visit=CheckIn.objects.get()))


def test_neither_token_nor_digits_stand_in_the_database(people: People):
    row = scene(people, State.ASSIGNED)
    token = site_links.renew_site_link(row.pk, actor=people.owner)
    digits = site_links.give_code(token, SiteCode.Kind.IN)
    link, code = SiteLink.objects.get(), SiteCode.objects.get()
    stored = f"{SiteLink.objects.values().get()} {SiteCode.objects.values().get()['code_hash']}"
    assert (token in stored, digits in code.code_hash, unseal(link.sealed_token)) == (False, False, token)
    assert code.code_hash == code_hash(link.pk, digits) != code_hash(link.pk + 1, digits)


def test_an_own_label_holds_once_and_at_most_ten_do(people: People):
    row = scene(people, State.ASSIGNED)
    first = custom_labels.add_label(row.pk, Own("VIP"), actor=people.owner)
    assert refused(lambda: CustomLabel.objects.create(**_copy(first)))
    assert refused(lambda: CustomLabel.objects.filter(pk=first.pk).update(removed_at=clock.now()))
    assert refused(lambda: CustomLabel.objects.filter(pk=first.pk).update(text=""))
    with pytest.raises(AlreadyDone):
        custom_labels.add_label(row.pk, Own(" vip "), actor=people.owner)
    for number in range(9):
        custom_labels.add_label(row.pk, Own(f"Label {number}"), actor=people.owner)
    for text in ("Eleventh", "", "x" * 31):
        with pytest.raises(Invalid):
            custom_labels.add_label(row.pk, Own(text), actor=people.owner)
    custom_labels.remove_label(row.pk, first.pk, actor=people.owner)
    with pytest.raises(AlreadyDone):
        custom_labels.remove_label(row.pk, first.pk, actor=people.owner)
    assert CustomLabel.objects.filter(removed_at=None).count() == 9


def _copy(label: CustomLabel) -> dict[str, Any]:
    return {
        "assignment": label.assignment,
        "client": label.client,
        "text": label.text,
        "key": label.key,
        "added_by": label.added_by,
    }
