"""Draw docs/states.md from the code: every state machine, and who may do what in which stage."""

from collections.abc import Iterator
from dataclasses import dataclass
from inspect import getdoc
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import models

from assignments.models import Assignment
from assignments.policies import VERBS, Rule
from assignments.states import State
from common.fsm import StateField

INTRO = """# States

Drawn from the code by `python manage.py statemachine --write`; a test fails while this page is out of date.
A move is legal only as drawn here. Who may make it is asked of the table at the end, under the row's lock.
"""


@dataclass(frozen=True, slots=True)
class Move:
    """One arrow: the transition's name, from where to where, and the first line of its docstring."""

    name: str
    source: str
    target: str
    why: str


class Command(BaseCommand):
    help = (
        "Print the state machines as Markdown with Mermaid diagrams; --write puts them into docs/states.md."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--write", action="store_true", help="write docs/states.md")

    def handle(self, *args: Any, **options: Any) -> None:
        text = page()
        if options["write"]:
            path().write_text(text)
            self.stdout.write(f"Wrote {path()}")
        else:
            self.stdout.write(text)


def path() -> Path:
    return Path(settings.BASE_DIR) / "docs" / "states.md"


def page() -> str:
    """The whole page."""
    machines = [Assignment, *(model for model in _machines() if model is not Assignment)]
    return "\n".join([INTRO, *(_section(model) for model in machines), _verbs()])


def _machines() -> list[Any]:
    found = [model for model in apps.get_models() if _field(model)]
    return sorted(found, key=lambda model: model._meta.label)


def _field(model: type[models.Model]) -> StateField | None:
    return next((field for field in model._meta.fields if isinstance(field, StateField)), None)


def moves(model: type[models.Model]) -> list[Move]:
    """The moves of a model in the order of its states, then by name."""
    field = _field(model)
    if field is None:
        raise ValueError(f"{model.__name__} has no state")
    order = [value for value, _ in field.choices or ()]
    drawn = [move for found in field.get_all_transitions(model) for move in _arrows(found, order)]
    return sorted(drawn, key=lambda move: (order.index(move.source), order.index(move.target), move.name))


def _arrows(found: Any, order: list[str]) -> Iterator[Move]:
    sources = order if found.source == "*" else [found.source]
    targets = getattr(found.target, "allowed_states", None) or [found.target]
    why = (getdoc(found.method) or "").split("\n")[0]
    for source in sources:
        for target in targets:
            yield Move(found.name, str(source), str(target), why)


def _section(model: type[models.Model]) -> str:
    field = _field(model)
    labels = dict(field.choices or ()) if field else {}
    drawn = moves(model)
    sources, first = {move.source for move in drawn}, field.get_default() if field else ""
    lines = [f"## {_title(model)}", "", "```mermaid", "stateDiagram-v2"]
    lines += [f'    state "{label}" as {value}' for value, label in labels.items()]
    lines.append(f"    [*] --> {first}")
    lines += [f"    {move.source} --> {move.target}: {move.name}" for move in drawn]
    lines += [f"    {value} --> [*]" for value in labels if value not in sources]
    lines += ["```", "", "| move | from | to | what it is |", "|---|---|---|---|"]
    lines += [
        f"| {move.name} | {labels[move.source]} | {labels[move.target]} | {move.why} |" for move in drawn
    ]
    return "\n".join([*lines, ""])


def _title(model: type[models.Model]) -> str:
    words = str(model._meta.verbose_name)
    return words[:1].upper() + words[1:]


def _verbs() -> str:
    stages = " | ".join(state.label for state in State)
    lines = ["## Who may do what", "", f"| verb | who | {stages} |", "|---|---" + "|:-:" * len(State) + "|"]
    lines += [_verb(verb, rule) for verb, rule in VERBS.items()]
    return "\n".join([*lines, ""])


def _verb(verb: str, rule: Rule) -> str:
    marks = " | ".join("x" if state in rule.states else "" for state in State)
    return f"| {verb} | {rule.who.__name__.replace('_', ' ')} | {marks} |"
