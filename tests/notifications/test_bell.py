from datetime import timedelta

import pytest
from django.http import Http404

from accounts.models import User
from common.context import Shell
from notifications import bell
from notifications.models import Notice
from tests.support.posts import AT

pytestmark = pytest.mark.django_db


def notice(user: User, minutes: int = 0, **more: object) -> Notice:
    values = {"title": "A-1", "sentence": f"{minutes} minutes ago", "url": "/assignments/1/", **more}
    return Notice.objects.create(user=user, kind="test.paid", at=AT - timedelta(minutes=minutes), **values)


def test_unread_counts_the_own_ones_up_to_a_hundred(priya: User, marcus: User, django_assert_num_queries):
    Notice.objects.bulk_create([Notice(user=priya, at=AT, sentence="x", url="/") for _ in range(120)])
    notice(marcus)
    notice(marcus, read_at=AT)
    with django_assert_num_queries(2):
        assert (bell.unread(priya), bell.unread(marcus)) == (100, 1)


def test_unread_count_is_in_the_page_frame(priya: User, rf):
    notice(priya)
    request = rf.get("/")
    request.user = priya
    assert Shell(request).unread == 1


def test_page_groups_by_day_in_the_readers_zone(priya: User):
    priya.time_zone = "America/New_York"
    for minutes in (0, 10 * 60, 11 * 60, 3 * 24 * 60):
        notice(priya, minutes)
    page = bell.page(priya, after=None, now=AT + timedelta(hours=1))
    shown = [(day.heading, [(line.notice.sentence, line.time) for line in day.lines]) for day in page.days]
    assert shown == [
        ("Today", [("0 minutes ago", "10:00 AM"), ("600 minutes ago", "12:00 AM")]),
        ("Yesterday", [("660 minutes ago", "11:00 PM")]),
        ("Fri, Nov 20", [("4320 minutes ago", "10:00 AM")]),
    ]
    assert page.older is None


def test_pages_follow_each_other_without_gap_or_double(
    priya: User, marcus: User, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(bell, "PAGE_SIZE", 3)
    wanted = [notice(priya, minutes).pk for minutes in (0, 1, 1, 1, 1, 2, 3)]
    foreign = notice(marcus, 1)
    seen: list[int] = []
    after: int | None = None
    while True:
        page = bell.page(priya, after=after, now=AT)
        seen += [line.notice.pk for day in page.days for line in day.lines]
        after = page.older
        if after is None:
            break
    assert seen == [wanted[0], wanted[4], wanted[3], wanted[2], wanted[1], wanted[5], wanted[6]]
    start = bell.page(priya, after=foreign.pk, now=AT)
    assert start.days[0].lines[0].notice.pk == wanted[0]


def test_read_marks_once(priya: User, marcus: User):
    row = notice(priya)
    bell.read(priya, row.pk, at=AT)
    bell.read(priya, row.pk, at=AT + timedelta(days=1))
    row.refresh_from_db()
    assert row.read_at == AT
    with pytest.raises(Http404):
        bell.read(marcus, row.pk, at=AT)


def test_read_all_marks_the_own_ones(priya: User, marcus: User):
    notice(priya)
    notice(priya)
    notice(marcus)
    assert (bell.read_all(priya, at=AT), bell.read_all(priya, at=AT)) == (2, 0)
    assert bell.unread(marcus) == 1
