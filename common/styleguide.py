"""Made-up rows for the style guide and its tests: every component in its states, without a database."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from django import forms
from django.utils.html import format_html

from common import clock
from common.money import Money
from common.templatetags.onsite import STAGES

LONG_NAME = "Wiederaufbereitungsanlagenverwaltungsgesellschaftsangestellter"
AHEAD = ("in_progress", "pending_approval", "approved", "paid")
ICONS = ("calendar", "clock", "map-pin", "users", "check", "camera", "hourglass", "zap", "receipt", "scale")


class SampleForm(forms.Form):
    """One field of each kind."""

    title = forms.CharField(help_text="What is to be done, in under 80 letters.", max_length=80)
    description = forms.CharField(widget=forms.Textarea, label="Description of work", required=False)
    start = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}), label="Start date")
    terms = forms.ChoiceField(choices=[("0", "Paid at once"), ("30", "30 days after approval")])
    kind = forms.ChoiceField(
        choices=[("flat", "Flat"), ("hourly", "Hourly")],
        widget=forms.RadioSelect,
        label="Price",
        help_text="The fee is shown before you send.",
    )
    skills = forms.MultipleChoiceField(
        choices=[("cable", "Cabling"), ("pos", "Point of sale")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    photo = forms.FileField(required=False, label="Site plan", help_text="PDF or picture, up to 25 MB.")
    agree = forms.BooleanField(label="The site contact knows about the visit")


def samples() -> dict[str, Any]:
    """The context of templates/styleguide.html."""
    now = clock.now()
    return {
        "stages": list(STAGES),
        "amount": Money(120_400, "USD"),
        "credit": Money(-7_150, "USD"),
        "dearer": Money(2_035, "USD"),
        "start": datetime(now.year, 12, 1, 14, 0, tzinfo=UTC),
        "soon": now + timedelta(days=7, minutes=1),
        "later": now + timedelta(days=7, hours=2),
        "checked_in": now - timedelta(hours=1, minutes=24),
        "today": now.date(),
        "tz": "America/New_York",
        "own": "America/Los_Angeles",
        "long_name": LONG_NAME,
        "icons": ICONS,
        "plain": SampleForm(prefix="plain"),
        "broken": SampleForm({"broken-title": "", "broken-kind": "barter"}, prefix="broken"),
        **_next_cards(now),
        **_lists(now),
    }


def _button(label: str, method: str = "get", **more: Any) -> SimpleNamespace:
    return SimpleNamespace(label=label, url="#next", method=method, **more)


def _next_cards(now: datetime) -> dict[str, Any]:
    return {
        "next_act": SimpleNamespace(
            heading="Choose a worker: 3 applications are waiting",
            reason="The oldest has waited 2 days. Nobody is charged until you approve the finished work.",
            button=_button("Compare 3 applications", primary=True),
            secondary=[_button("Invite workers")],
            deadline=now + timedelta(days=2),
            tz="America/New_York",
        ),
        "next_wait": SimpleNamespace(
            heading="Waiting for Dana Ruiz to confirm the schedule",
            reason="Asked yesterday. She is reminded 24 hours before the start.",
            button=None,
            secondary=[_button("Message Dana Ruiz")],
        ),
    }


def _lists(now: datetime) -> dict[str, Any]:
    return {
        "steps": [
            SimpleNamespace(name="Draft", state="done", note="Nov 20"),
            SimpleNamespace(name="Available", state="done", note="Nov 21"),
            SimpleNamespace(name="Assigned", state="now", note="since Nov 23"),
            *[SimpleNamespace(name=STAGES[key].text, state="todo", note="") for key in AHEAD],
        ],
        "prices": [
            {"label": "Worker pay", "money": Money(32_000, "USD")},
            {"label": "Platform fee (10%)", "money": Money(3_200, "USD")},
            {"label": "You pay at most", "money": Money(35_200, "USD"), "is_total": True},
        ],
        "answers": [
            {"label": "Title", "value": "Replace two access points", "change_url": "#title"},
            {"label": "Location", "value": "Store 214\nColumbus, OH 43215", "change_url": "#location"},
            {"label": "Sent to", "value": "18 workers within 40 miles", "change_url": ""},
        ],
        "events": [
            {"icon": "zap", "html": format_html("{} sent a counteroffer", LONG_NAME), "at": now},
            {"icon": "users", "html": "Sent to 18 workers", "at": now - timedelta(days=1), "actor": "Priya"},
        ],
        "queue": [
            {
                "title": "Swap failed POS terminal",
                "number": "A-10455",
                "url": "#a",
                "sentence": "Worker was due at 8:00 AM, has not checked in (42 minutes) · Denver, CO",
                "label_kind": "bad",
                "label_text": "Late",
                "label_icon": "clock",
                "button_text": "Message worker",
                "button_url": "#m",
            },
            {
                "title": f"Badge for {LONG_NAME}",
                "number": "A-10431",
                "url": "#b",
                "sentence": "Completed Friday; 6 photos, 2 documents · Miami, FL",
                "label_kind": "warn",
                "label_text": "Pending 3 days",
                "label_icon": "hourglass",
                "button_text": "Review work",
                "button_url": "#r",
            },
        ],
        "page": {"prev_url": "", "next_url": "?after=50", "summary": "50 of 212 assignments"},
        "menu_items": [
            {"label": "Copy as new assignment", "url": "#copy", "icon": "copy"},
            {"label": "Print", "url": "#print", "icon": "printer"},
            {"label": "Cancel assignment…", "url": "#cancel", "icon": "ban", "is_danger": True},
        ],
    }
