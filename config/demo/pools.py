"""Who belongs together in the demo, and who keeps apart: talent pools, a vendor with its Team Agent, two blocks."""

from assignments.actions import sourcing
from assignments.actions.sourcing import Offer
from assignments.models import Assignment
from assignments.states import State
from clients.actions import blocks, pools
from clients.models import Pool, PoolVisibility, RequirementSet
from common import clock
from config.demo.cast import Company
from config.demo.stage import Stage
from workers import vendor_actions as vendors


def play(s: Stage) -> None:
    """Three pools of the first company and one of the second, one vendor, and a block by each side."""
    _night_crew(s)
    _window_crew(s)
    _electricians(s)
    _first_to_call(s)
    _vendor(s)
    _blocks(s)


def _pool(company: Company, name: str, visibility: str, description: str, asks: str = "") -> Pool:
    wanted = RequirementSet.objects.filter(client=company.client, name=asks).first()
    return pools.save_pool(
        company.client.pk,
        None,
        actor=company.boss,
        name=name,
        description=description,
        visibility=visibility,
        requirements_id=wanted.pk if wanted else None,
    )


def _night_crew(s: Stage) -> None:
    """Public: two members with a message, and one who left again."""
    north, _ = s.cast.companies
    words = "Work in stores after closing time, mostly between ten and four. You are asked a week ahead."
    with clock.moved(s.ago(days=40)):
        made = _pool(north, "Night crew", PoolVisibility.PUBLIC, words)
    for days, login in ((35, "worker"), (30, "worker2"), (28, "aisha")):
        with clock.moved(s.ago(days=days)):
            pools.join_pool(made.pk, actor=s.cast.worker(login).user)
    with clock.moved(s.ago(days=12)):
        pools.leave_pool(made.pk, actor=s.cast.worker("aisha").user)
    with clock.moved(s.ago(days=2)):
        text = (
            "Six stores get new routers in the second week of December. Who is free from Monday to Thursday?"
        )
        pools.post_message(north.client.pk, made.pk, actor=north.boss, text=text)


def _window_crew(s: Stage) -> None:
    """Public, and nobody is in it yet."""
    _, harbor = s.cast.companies
    words = "Window signage and displays in the stores around Columbus, twelve times a year."
    with clock.moved(s.ago(days=5)):
        _pool(harbor, "Window crew", PoolVisibility.PUBLIC, words)


def _electricians(s: Stage) -> None:
    """Invite only, with requirements: one invitation waits, one worker asks to be let in."""
    north, _ = s.cast.companies
    words = "Small electrical work in our Ohio stores. Members get it before anybody else."
    with clock.moved(s.ago(days=10)):
        made = _pool(north, "Ohio electricians", PoolVisibility.INVITE_ONLY, words, "Electrical work, Ohio")
        ids = [s.cast.worker(login).pk for login in ("worker", "tomasz")]
        pools.add_members(north.client.pk, made.pk, ids, actor=north.boss)
    with clock.moved(s.ago(days=3)):
        reason = "My licence is in review at Onsite since last week. The number is on the application."
        pools.request_override(made.pk, actor=s.cast.worker("tomasz").user, reason=reason)


def _first_to_call(s: Stage) -> None:
    north, _ = s.cast.companies
    with clock.moved(s.ago(days=20)):
        made = _pool(
            north, "First to call", PoolVisibility.PRIVATE, "Never let us down. For urgent work only."
        )
        ids = [s.cast.worker(login).pk for login in ("worker2", "leo", "mei")]
        pools.add_members(north.client.pk, made.pk, ids, actor=north.boss)


def _vendor(s: Stage) -> None:
    """One employee, for whom the Team Agent has just applied; a second person is asked."""
    agent, employee = s.cast.worker("worker2"), s.cast.worker("tomasz")
    with clock.moved(s.ago(days=25)):
        about = "Two vans, networks and printers between Columbus and Dayton."
        made = vendors.found(actor=agent.user, name="Obi Field Services", about=about)
        place = vendors.invite(made.pk, actor=agent.user, email=employee.user.email)
    with clock.moved(s.ago(days=24)):
        vendors.accept(place.pk, actor=employee.user)
    _, harbor = s.cast.companies
    rows = Assignment.objects.filter(
        client=harbor.client, state=State.SENT, is_marketplace=True, start_at__gt=s.ahead(days=1)
    )
    row = rows.exclude(applications__worker=employee).exclude(worker_requirements__isnull=False).latest("pk")
    with clock.moved(s.ago(minutes=50)):
        offer = Offer(reason="Tomasz lives next door and has the parts in his van.", understood=True)
        sourcing.apply(row.pk, offer, actor=agent.user, acting_for=employee.pk)
    with clock.moved(s.ago(days=1)):
        vendors.invite(made.pk, actor=agent.user, email=s.cast.worker("worker").user.email)


def _blocks(s: Stage) -> None:
    north, harbor = s.cast.companies
    with clock.moved(s.ago(days=6)):
        reason = "Left the site twice without signing out. Talk to Helena before you lift it."
        nora = s.cast.worker("nora")
        blocks.block_worker(harbor.client.pk, nora.pk, actor=harbor.boss, reason=reason)
        jamal = s.cast.worker("jamal")
        blocks.block_client(north.client.pk, actor=jamal.user, reason="Too far, and always in a hurry.")
