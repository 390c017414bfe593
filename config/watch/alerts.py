"""Alerts to staff: each cause at most once a day while it lasts, and one mail when it is over.

An alert is a row of its cause (config.models.Alert); the mail is a row of the outbox, written in the same transaction.
When nothing runs at all nobody can be told from here: that is what /readyz and an outside monitor are for; the first
watch after such a gap tells of it.
"""

from collections import Counter
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string

from accounts.models import User
from common import clock
from config import heartbeat
from config.models import Alert, Check
from config.watch import board, parked
from notifications.outbox import Telling, queue_all, queue_raw

RAISED: Final = "operations.alert"
OVER: Final = "operations.over"
AGAIN_AFTER: Final = timedelta(days=1)
PAGE: Final = "/admin/config/heartbeat/"
SEEN_BY: Final = "config.view_heartbeat"
OWN: Final = "watch"
"""The timer that looks for causes: its own silence can only be told afterwards."""
TOLD_ELSEWHERE: Final = f"check:{Check.Name.LEDGER}"
"""ledger.tasks tells staff of breaches with the breaches themselves; here only that it is over."""


def watch() -> int:
    """Look for causes, raise and end alerts. Returns how many things were told."""
    now = clock.now()
    found = {**causes(board.look(now), now), **_gap(now)}
    missing = [Alert(cause=cause, sentence=words, since=now) for cause, words in found.items()]
    told = 0
    with transaction.atomic():
        Alert.objects.bulk_create(missing, ignore_conflicts=True)
        for alert in Alert.objects.select_for_update(no_key=True).order_by("pk"):
            if alert.cause in found:
                told += _raise(alert, found[alert.cause], now)
            elif alert.over_at is None:
                told += _end(alert, now)
    return told


def causes(seen: board.Board, now: datetime) -> dict[str, str]:
    """What is wrong by now: cause -> sentence. No name of a person and no address stands in one."""
    found = {}
    own = next(line for line in seen.lines if line.name == OWN)
    for line in seen.lines:
        is_known = line.at is not None or own.runs >= heartbeat.MISSED
        if line.is_silent and is_known and line.name != OWN:
            found[f"silent:{line.name}"] = (
                f"The timer {line.name} has been silent for three of its intervals."
            )
    for model, count in Counter(parked.waiting(now).values_list("model", flat=True)).items():
        found[f"parked:{model}"] = f"{model}: {parked.sentence(count)}"
    if seen.outbox.failed_lately:
        found["outbox:failed"] = f"Mails that failed for good within a day: {seen.outbox.failed_lately}."
    minutes = settings.ONSITE_OUTBOX_LIMIT_MINUTES
    if seen.outbox.age_seconds(now) > minutes * 60:
        found["outbox:old"] = f"A mail has been due for longer than {minutes} minutes."
    for check in seen.checks:
        if check.findings:
            found[f"check:{check.name}"] = f"{check}: findings in the last run: {check.findings}."
    return found


def _gap(now: datetime) -> dict[str, str]:
    """That nothing ran for a while until now, as far as the own last run tells."""
    last = heartbeat.last(OWN)
    limit = timedelta(seconds=settings.ONSITE_SWEEP_SECONDS) * heartbeat.MISSED
    if last is None or now - last <= limit:
        return {}
    return {"silent": f"No sweep ran between {last:%Y-%m-%d %H:%M} and {now:%Y-%m-%d %H:%M} UTC."}


def _raise(alert: Alert, sentence: str, now: datetime) -> int:
    if alert.over_at is not None:
        alert.since, alert.over_at = now, None
    alert.sentence = sentence[:300]
    is_due = alert.told_at is None or now - alert.told_at >= AGAIN_AFTER
    if is_due:
        alert.told_at = now
    alert.save(update_fields=["since", "over_at", "sentence", "told_at"])
    if not is_due or (alert.cause == TOLD_ELSEWHERE and not settings.ONSITE_ALERT_MAIL):
        return 0
    _tell(RAISED, alert, now)
    return 1


def _end(alert: Alert, now: datetime) -> int:
    """Say that it is over to those who were told that it began; one that flared up again unsaid ends unsaid."""
    alert.over_at = now
    alert.save(update_fields=["over_at"])
    if alert.told_at is None or alert.told_at < alert.since:
        return 0
    _tell(OVER, alert, now)
    return 1


def _tell(kind: str, alert: Alert, now: datetime) -> None:
    facts = {"sentence": alert.sentence, "since": f"{alert.since:%Y-%m-%d %H:%M} UTC"}
    key = f"{kind}:{alert.cause}:{now:%Y%m%dT%H%M%S%f}"
    if settings.ONSITE_ALERT_MAIL:
        url = f"{settings.ONSITE_BASE_URL}{PAGE}"
        context = {"facts": facts, "url": url, "name": ""}
        subject = render_to_string(f"mail/{kind}.subject.txt", context).strip()
        body = render_to_string(f"mail/{kind}.txt", context)
        for address in settings.ONSITE_ALERT_MAIL:
            queue_raw(
                to_email=address,
                subject=subject,
                body=f"{body}\n{url}\n",
                kind=kind,
                at=now,
                dedupe_key=f"{key}:{address}",
            )
        return
    queue_all(kind, [Telling(user, {"facts": facts}, PAGE, dedupe_key=key) for user in _staff()], at=now)


def _staff() -> list[User]:
    found = User.objects.filter(is_staff=True, is_active=True).order_by("pk")
    return [user for user in found if user.has_perm(SEEN_BY)]
