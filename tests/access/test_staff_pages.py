"""Every page of the portal, not only the administration, asks platform admins for a second factor."""

from typing import Any

import pytest

from accounts import staff
from accounts.models import User
from tests.access.table import TABLE
from tests.access.test_urls import address
from tests.support.scene import Scene

pytestmark = [pytest.mark.django_db]


@pytest.fixture(autouse=True)
def enforced(settings: Any) -> None:
    settings.ONSITE_STAFF_MFA = True


@pytest.mark.one_database
def test_every_page_but_those_of_the_own_sign_in_leads_to_the_set_up(scene: Scene) -> None:
    """Also where a page answers others 404 or 403: nothing is computed for a platform admin before."""
    client, led, stayed = scene.visitors["staff"].client, set(), set()
    for name, stage, *_ in TABLE:
        is_led = client.get(address(scene, name, stage)).headers.get("Location") == "/accounts/2fa/"
        (led if is_led else stayed).add(name)
    is_own = {name for name in led | stayed if name in staff.OPEN or name.startswith(staff.OPEN_PREFIXES)}
    assert stayed == is_own


def test_other_people_are_asked_nothing(scene: Scene) -> None:
    assert scene.visitors["owner"].client.get("/assignments/").status_code == 200
    assert scene.visitors["worker"].client.get("/find-work/").status_code == 200


def test_a_person_made_staff_is_asked_on_the_next_request(scene: Scene) -> None:
    visitor = scene.visitors["worker"]
    assert visitor.client.get("/profile/").status_code == 200
    User.objects.filter(pk=scene.people.worker.user_id).update(is_staff=True)
    assert visitor.client.get("/profile/").headers["Location"] == "/accounts/2fa/"
