"""What is typed about requirements: sets with their lines, agreements, tests and results."""

from collections.abc import Iterator
from typing import Any, Final

from django import forms

from clients.actions.requirements import MOST_LINES, Line, askable_pools
from clients.forms import LineField
from clients.models import Agreement, Client, RequirementKind, RequirementSet, Test
from clients.models.requirements import NUMBER_KINDS
from workers.models import Credential, CredentialKind, Worker
from workers.queries import public

BLANK: Final = 3
Choices = list[Any]


def what_choices(client: Client, kept: RequirementSet | None = None) -> Choices:
    """All that can be asked, grouped: figures by their kind, the rest as "kind:id". What a set has already stays."""
    used = list(kept.lines.select_related("credential", "agreement", "test", "pool")) if kept else []
    groups: Choices = [
        ("", "Choose"),
        ("Scorecard", [(str(kind.value), kind.label) for kind in NUMBER_KINDS]),
    ]
    by_kind: dict[str, Choices] = {}
    for one in Credential.objects.all():
        by_kind.setdefault(one.kind, []).append((f"credential:{one.pk}", str(one)))
    groups += [(str(CredentialKind(kind).label), found) for kind, found in by_kind.items()]
    for kind, title, rows in (
        (RequirementKind.AGREEMENT, "Signed agreement", client.agreements.filter(is_active=True)),
        (RequirementKind.TEST, "Passed test", client.tests.filter(is_active=True)),
        (RequirementKind.POOL, "Member of a talent pool", askable_pools(client.pk)),
    ):
        name = str(kind.value)
        old = [getattr(line, name) for line in used if line.kind == kind]
        found = [(f"{name}:{one.pk}", str(one)) for one in dict.fromkeys([*rows, *old])]
        groups += [(title, found)] if found else []
    return groups


class LineForm(forms.Form):
    """One thing that is asked; a line without a choice is left out."""

    what = forms.ChoiceField(label="What", required=False)
    number = forms.IntegerField(
        label="Percent or count",
        required=False,
        min_value=0,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={"invalid": "Enter a whole number", "min_value": "Enter zero or more"},
    )

    def __init__(self, *data: Any, choices: Choices, **options: Any) -> None:
        super().__init__(*data, **options)
        field: Any = self.fields["what"]
        field.choices = choices

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        needs = cleaned.get("what") in [kind.value for kind in NUMBER_KINDS]
        if needs and cleaned.get("number") is None and "number" not in self.errors:
            self.add_error("number", "Enter the percent or the count")
        return cleaned

    def line(self) -> Line | None:
        """Only after is_valid()."""
        kind, _, pk = self.cleaned_data["what"].partition(":")
        if not kind:
            return None
        return Line(kind, named=int(pk)) if pk else Line(kind, number=self.cleaned_data["number"])


class SetForm(forms.Form):
    """A set with its lines. `lines-add` draws more of them, with everything typed and nothing judged."""

    name = LineField(label="Name", max_length=80, help_text="For example: Electrical work, Ohio.")
    is_default = forms.BooleanField(
        label="Ask it on every new assignment",
        required=False,
        help_text="New drafts start with it; it can be taken off a draft.",
    )
    is_active = forms.BooleanField(
        label="In use",
        required=False,
        initial=True,
        help_text="Off: not offered for new work. What was asked before stays.",
    )
    rule_fields = ("lines",)

    def __init__(self, data: Any = None, *, client: Client, row: RequirementSet | None = None) -> None:
        self.only_adds = data is not None and "lines-add" in data
        start = _start(row)
        if self.only_adds:
            start = {
                "name": data.get("name", ""),
                "is_default": "is_default" in data,
                "is_active": "is_active" in data,
            }
        super().__init__(None if self.only_adds else data, initial=start)
        choices = what_choices(client, row)
        old = _lines_start(row)
        drawn = _count(data.get("lines")) if data is not None else len(old) + BLANK
        count = min(drawn + (BLANK if self.only_adds else 0), MOST_LINES)
        self.lines = [
            LineForm(
                *([data] if data is not None and not self.only_adds else []),
                choices=choices,
                prefix=f"line-{number}",
                initial=_line_start(data, old, number, drawn=drawn),
            )
            for number in range(count)
        ]

    def is_valid(self) -> bool:
        good = [super().is_valid(), *(line.is_valid() for line in self.lines)]
        return all(good) and not self.only_adds

    def made(self) -> list[Line]:
        """The filled lines; only after is_valid()."""
        return [found for line in self.lines if (found := line.line()) is not None]

    def every(self) -> Iterator[forms.BoundField]:
        """All inputs in the order of the page, for the summary of errors."""
        yield self["name"]
        for line in self.lines:
            yield from line
        yield self["is_default"]
        yield self["is_active"]


def _start(row: RequirementSet | None) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ("name", "is_default", "is_active")} if row else {}


def _lines_start(row: RequirementSet | None) -> list[dict[str, Any]]:
    if row is None:
        return []
    found = []
    for line in row.lines.all():
        named = line.credential_id or line.agreement_id or line.test_id or line.pool_id
        found.append({"what": f"{line.kind}:{named}" if named else line.kind, "number": line.number})
    return found


def _line_start(data: Any, old: list[dict[str, Any]], number: int, *, drawn: int) -> dict[str, Any]:
    if data is None:
        return old[number] if number < len(old) else {}
    if number >= drawn:
        return {}
    return {name: data.get(f"line-{number}-{name}", "") for name in ("what", "number")}


def _count(text: Any) -> int:
    is_number = isinstance(text, str) and text.isascii() and text.isdigit() and len(text) < 4
    return min(int(text), MOST_LINES) if is_number else 0


class AgreementForm(forms.Form):
    title = LineField(label="Title", max_length=120, help_text="For example: Confidentiality agreement.")
    text = forms.CharField(
        label="Text",
        max_length=50_000,
        widget=forms.Textarea(attrs={"rows": 16}),
        help_text="Another text is a new version, which every worker is asked to sign again.",
    )
    is_active = forms.BooleanField(
        label="In use", required=False, initial=True, help_text="Off: not offered for new sets."
    )

    @classmethod
    def of(cls, row: Agreement | None, data: Any = None) -> "AgreementForm":
        if row is None:
            return cls(data)
        newest = row.versions.first()
        text = newest.text if newest else ""
        return cls(data, initial={"title": row.title, "text": text, "is_active": row.is_active})


class SignForm(forms.Form):
    """The typed name under the version that was read."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    typed_name = forms.CharField(
        label="Your name", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    agreed = forms.BooleanField(
        label="I have read this agreement and I agree to it",
        error_messages={"required": "Tick that you have read it and agree"},
    )


class TestForm(forms.Form):
    __test__ = False
    name = LineField(label="Name", max_length=120, help_text="For example: Rack safety test.")
    about = forms.CharField(
        label="What it is and where to take it",
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Workers read it. Onsite keeps the results; the test itself is held by you.",
    )
    pass_percent = forms.IntegerField(
        label="Passed from, in percent",
        min_value=1,
        max_value=100,
        initial=80,
        error_messages={
            "invalid": "Enter a whole number of percent",
            "min_value": "Enter 1 percent or more",
            "max_value": "Enter at most 100 percent",
        },
    )
    is_active = forms.BooleanField(
        label="In use", required=False, initial=True, help_text="Off: not offered for new sets."
    )

    @classmethod
    def of(cls, row: Test | None, data: Any = None) -> "TestForm":
        names = ("name", "about", "pass_percent", "is_active")
        return cls(data, initial={name: getattr(row, name) for name in names} if row else None)


class ResultForm(forms.Form):
    """A worker, found by name, and what they reached. `find` draws the list anew."""

    words = forms.CharField(
        label="Find the worker", max_length=80, required=False, help_text="Part of a name."
    )
    worker = forms.ModelChoiceField(
        Worker.objects.none(), label="Worker", empty_label=None, widget=forms.RadioSelect
    )
    percent = forms.IntegerField(
        label="Reached, in percent",
        min_value=0,
        max_value=100,
        error_messages={
            "invalid": "Enter a whole number of percent",
            "min_value": "Enter zero or more",
            "max_value": "Enter at most 100 percent",
        },
    )
    taken_on = forms.DateField(
        label="Taken on", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    FOUND: Final = 12

    def __init__(self, data: Any = None, **options: Any) -> None:
        self.only_finds = data is not None and "find" in data
        typed = (
            {name: data.get(name, "") for name in ("words", "worker", "percent", "taken_on")} if data else {}
        )
        super().__init__(None if self.only_finds else data, initial={**options, **typed})
        words = (typed.get("words") or "").split()[:5]
        rows = public()
        for word in words:
            rows = rows.filter(user__name__icontains=word)
        ids = [*rows.values_list("pk", flat=True)[: self.FOUND]] if words else []
        kept = typed.get("worker", "")
        if kept.isascii() and kept.isdigit() and len(kept) < 18:
            ids.append(int(kept))
        field: Any = self.fields["worker"]
        field.queryset = public().filter(pk__in=ids).order_by("user__name", "pk")
        field.label_from_instance = lambda worker: f"{worker} · {worker.area}"
        self.has_workers = bool(ids)
        self.found_none = bool(words) and not ids

    def is_valid(self) -> bool:
        return super().is_valid() and not self.only_finds
