"""Sign in, create and send without a pointer: every stop is outlined and uncovered."""

import pytest
from allauth.account.models import EmailAddress

from assignments.models import Assignment
from assignments.states import State
from tests.factories import PASSWORD
from tests.support.browser import Desk, Keys
from tests.support.cast import Cast, soon

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_keyboard_only(windows: Desk, cast: Cast, theme: str) -> None:
    EmailAddress.objects.create(user=cast.owner, email=cast.owner.email, verified=True, primary=True)
    window = windows.window(theme=theme).open("/accounts/login/")
    keys = Keys(window)

    keys.write(login=cast.owner.email, password=PASSWORD).send()
    keys.to("[data-create]").send()
    assert window.h1 == "Create assignment"

    start = soon(days=2)
    keys.write(
        title="Replace two access points", industry="Net", description="Swap both and label the cables."
    )
    keys.write(street="12 State Street", city="Albany", region="NY", postcode="12207")
    # The browser's own pickers: Tab goes through their parts, so the parts are typed in one go.
    keys.to("[name=start_date]").type(start.strftime("%m%d%Y"))
    keys.to("[name=start_time]").type(start.strftime("%I%M%p"))
    keys.write(price="320")
    keys.to("button[name=send]").send()
    assert window.h1 == "Check and send"

    keys.to("button[name=send]").send()
    row = Assignment.objects.get()
    assert row.state == State.SENT
    assert row.price_minor == 32_000
    window.has("No applications yet")
    assert keys.stops > 60
