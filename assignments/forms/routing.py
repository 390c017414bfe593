"""What is typed where an assignment is sent to workers, and where one of them accepts it."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from django import forms

from assignments.forms.picking import WorkersForm
from assignments.forms.rows import LineForm, Rows
from assignments.models import Assignment, RouteKind, RouteMode
from assignments.routing import (
    MARKET,
    MATCHES,
    MOST_WAVES,
    Wave,
    by_name,
    counted,
    pools_of_client,
    terms_mark,
    vendors,
)
from common.templatetags.onsite import first_input_id, sentences

SHORT = ((RouteMode.APPLY.value, "They apply"), (RouteMode.ACCEPT.value, "First to accept"))
"""The two ways, for a narrow field."""
DELAYS = (
    (0, "At once"),
    (15, "After 15 minutes"),
    (30, "After 30 minutes"),
    (60, "After 1 hour"),
    (120, "After 2 hours"),
    (240, "After 4 hours"),
    (480, "After 8 hours"),
    (1440, "After 1 day"),
    (2880, "After 2 days"),
    (4320, "After 3 days"),
)
"""Minutes after sending, in words."""
APPLY_ONLY = {
    RouteKind.MARKET.value: "On the marketplace workers apply. Choose “They apply”.",
    RouteKind.VENDOR.value: "A vendor proposes one of its people. Choose “They apply”.",
}
"""Where accepting is not enough, and why."""
ASKING = ("find", "waves-add", "change")
"""Buttons that draw the form again as it was typed."""
FARTHEST = 5_000
"""Miles: no two places of a country lie farther apart."""


class AcceptForm(forms.Form):
    """A mark of the terms that were read; where the company's card says caution, a tick that it was read."""

    read = forms.CharField(max_length=64, widget=forms.HiddenInput)
    understood = forms.BooleanField(label="I have read how this company approves and pays")

    def __init__(self, data: Any = None, *, row: Assignment, warned: bool) -> None:
        super().__init__(data, initial={"read": terms_mark(row)})
        if not warned:
            del self.fields["understood"]


class WaveForm(LineForm):
    """One wave. A line without "To" is none."""

    who = forms.ChoiceField(label="To", required=False)
    mode = forms.ChoiceField(label="How", choices=SHORT, initial=RouteMode.APPLY)
    radius = forms.IntegerField(
        label="Within miles of the site",
        min_value=1,
        max_value=FARTHEST,
        required=False,
        help_text="Empty: any distance.",
    )
    delay = forms.TypedChoiceField(label="When", choices=DELAYS, coerce=int, initial=0)

    def __init__(self, *data: Any, groups: list[Any], **options: Any) -> None:
        super().__init__(*data, **options)
        self.fields["who"].choices = [("", "Nobody more"), *groups]  # type: ignore[attr-defined]

    @property
    def is_filled(self) -> bool:
        return bool(self.cleaned_data.get("who"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        kind, _ = _asked(cleaned.get("who", ""))
        if kind in APPLY_ONLY and cleaned.get("mode") == RouteMode.ACCEPT:
            self.add_error("mode", APPLY_ONLY[kind])
        return cleaned

    def item(self) -> Wave:
        got = self.cleaned_data
        kind, number = _asked(got["who"])
        return Wave(
            kind,
            got["mode"],
            pool_id=number if kind == RouteKind.POOL else None,
            vendor_id=number if kind == RouteKind.VENDOR else None,
            most=number if kind == RouteKind.MATCH else None,
            radius_miles=None if kind in APPLY_ONLY else got["radius"],
            delay_minutes=got["delay"],
        )


def _asked(who: str) -> tuple[str, int | None]:
    """ "pool-12" as (kind, number); the marketplace has no number."""
    kind, _, number = who.partition("-")
    return kind, int(number) if number.isdigit() else None


class RoutingForm(WorkersForm):
    """Marketplace, workers by name, and waves. Drawn again as typed while workers are looked for or a line is added.

    `client` is the company that sends. `market` None: it is posted already, so that is not asked.
    """

    is_marketplace = forms.BooleanField(
        label="Post to the marketplace: every worker can find it and apply", required=False
    )
    mode = forms.ChoiceField(
        label="How they get it",
        choices=RouteMode.choices,
        initial=RouteMode.APPLY,
        widget=forms.RadioSelect,
    )

    def __init__(self, data: Any = None, *, market: bool | None, client_id: int, **options: Any) -> None:
        is_asking = data is not None and any(button in data for button in ASKING)
        if data is not None and "mode" not in data:  # it was not asked while no worker was there to be ticked
            data = data.copy()
            data["mode"] = RouteMode.APPLY.value
        super().__init__(data, client_id=client_id, is_judged=not is_asking, **options)
        if market is None:
            del self.fields["is_marketplace"]
        else:
            self.initial["is_marketplace"] = market
        self.lines = Rows(
            partial(WaveForm, groups=groups(client_id, with_market=market is not None)),
            "waves",
            data,
            more=data is not None and "waves-add" in data,
            is_judged=not is_asking,
            blank=1,
            most=MOST_WAVES,
        )
        self.is_asking = is_asking

    def is_valid(self) -> bool:
        is_right = super().is_valid()
        return self.lines.is_valid() and is_right and not self.is_asking

    def waves(self) -> list[Wave]:
        """What was asked, the marketplace first; only after is_valid()."""
        got = self.cleaned_data
        named = [by_name(got["workers"], got["mode"])] if got["workers"] else []
        market = [MARKET] if got.get("is_marketplace") else []
        later = [wave for wave in self.lines.items() if not (market and wave.kind == RouteKind.MARKET)]
        return [*market, *named, *later]

    def summary(self) -> Iterator[tuple[str, str]]:
        """(id of the input, sentence) of every error, in the order of the page; "" for those of no input."""
        for error in self.non_field_errors():
            yield "", str(error)
        for form in (self, *self.lines):
            for field in form:
                for sentence in sentences(field):
                    yield first_input_id(field), sentence


def groups(client_id: int, *, with_market: bool) -> list[tuple[str, Any]]:
    """Whom a wave can go to: (value, words), by kind."""
    pools = [
        (f"{RouteKind.POOL.value}-{pool.pk}", f"{pool.name} ({counted(count)})")
        for pool, count in pools_of_client(client_id)
    ]
    firms = [(f"{RouteKind.VENDOR.value}-{vendor.pk}", vendor.name) for vendor in vendors(client_id)]
    best = [(f"{RouteKind.MATCH.value}-{most}", f"The {most} best matches") for most in MATCHES]
    market = [(RouteKind.MARKET.value, "Marketplace: every worker")] if with_market else []
    named = (("Talent pools", pools), ("Best matches, not told yet", best), ("Vendors", firms))
    return [*market, *((words, found) for words, found in named if found)]
