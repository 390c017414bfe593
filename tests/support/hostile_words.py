"""Puts markup into every free text column of the database at once, so that whatever a page shows of them is seen."""

import json
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any, Final
from urllib.parse import urlsplit

from django.apps import apps
from django.db import connection, models

from tests.support.triggers import trigger_names

ROOMS: Final = (
    "accounts", "workers", "clients", "ledger", "assignments", "payments", "notifications", "timeline",
)  # fmt: skip
ELEMENT: Final = "xss-el"
ATTRIBUTE: Final = "onxss"
LONG: Final = f"javascript:xss(1)\"><{ELEMENT} {ATTRIBUTE}=1>'"
SHORT: Final = f"\"><{ELEMENT} {ATTRIBUTE}=1>'"
SHORTEST: Final = f'"><{ELEMENT}>'
MAIL: Final = f'"<{ELEMENT}>%d"@onsite.test'
"""A legal address: what is quoted may be anything."""
NOT_TYPED: Final = frozenset(
    "password time_zone currency country salt token_hash sha256 original_sha256 before_sha256 "
    "content_type receipt_type photo_type look key kind subject_type purpose rule label nonce body_hash "
    "code_hash account_hash sums_sha256 certified_from end_reason late_fault files_fault left_fault "
    "encoding separator dedupe_key sealed sealed_token sealed_number sealed_minor sealed_file sealed_tin "
    "public_hex hash previous_hash head token issuer reference number request_hash end_to_end_id event_id "
    "query url body html shared client_part worker_part text_of account last4 tin_last4 routing source".split()
)
"""Columns that a machine writes and reads, and mails that are kept ready (drawn by an escaping template)."""
TYPED_ANYWAY: Final = {
    ("assignments.Message", "body"), ("clients.PoolMessage", "body"), ("clients.Location", "number"),
    ("assignments.Site", "number"), ("workers.Evidence", "number"), ("assignments.CustomField", "label"),
}  # fmt: skip
"""Columns with such a name that people do type."""


def typed_columns() -> Iterator[tuple[type[models.Model], models.Field]]:
    """Every column of free text: new ones are found by themselves."""
    for room in ROOMS:
        for model in apps.get_app_config(room).get_models():
            for column in model._meta.concrete_fields:
                is_text = isinstance(column, models.CharField | models.TextField) and not column.choices
                wanted = column.name not in NOT_TYPED or (model._meta.label, column.name) in TYPED_ANYWAY
                if is_text and wanted:
                    yield model, column


def poison() -> int:
    """Fill the columns, and all JSON that repeats their old words. Gives the number of changed values.

    Append-only tables have triggers, which are dropped first: the caller's transaction takes all of it back.
    """
    with connection.cursor() as cursor:
        for name in trigger_names():
            cursor.execute(f'DROP TRIGGER "{name}"')
    old: set[str] = set()
    count = 0
    for model, column in list(typed_columns()):
        rows = model._base_manager.exclude(**{column.name: ""}).order_by()
        for pk, before in list(rows.values_list("pk", column.name)):
            if before:
                old.add(before)
                model._base_manager.filter(pk=pk).update(**{column.name: payload(column, pk)})
                count += 1
    return count + _poison_json(old)


def payload(column: models.Field, pk: Any) -> str:
    """As much markup as the column takes; unique ones get the row's number too."""
    if "email" in column.name:
        return MAIL % (pk if isinstance(pk, int) else 0)
    most = column.max_length or 10_000
    words = next((one for one in (LONG, SHORT, SHORTEST) if len(one) <= most), SHORTEST)
    return f"{words}{pk}"[:most] if column.unique else words[:most]


def _poison_json(old: set[str]) -> int:
    count = 0
    for room in ROOMS:
        for model in apps.get_app_config(room).get_models():
            for column in model._meta.concrete_fields:
                if isinstance(column, models.JSONField):
                    for pk, before in list(model._base_manager.order_by().values_list("pk", column.name)):
                        after = _replaced(before, old)
                        if json.dumps(after, default=str) != json.dumps(before, default=str):
                            model._base_manager.filter(pk=pk).update(**{column.name: after})
                            count += 1
    return count


def _replaced(value: Any, old: set[str]) -> Any:
    if isinstance(value, dict):
        return {name: _replaced(one, old) for name, one in value.items()}
    if isinstance(value, list):
        return [_replaced(one, old) for one in value]
    return LONG if isinstance(value, str) and value in old else value


class Finder(HTMLParser):
    """Reads a page as a browser does, and keeps what must not be there: elements, attributes and script addresses."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag == ELEMENT:
            self.found.append(f"<{tag}> at {self.getpos()}")
        for name, value in attributes:
            if name == ATTRIBUTE:
                self.found.append(f"{name} of <{tag}> at {self.getpos()}")
            if name in ("href", "src", "action", "formaction", "poster", "data") and is_script(value or ""):
                self.found.append(f"{name}={value} of <{tag}> at {self.getpos()}")


def is_script(address: str) -> bool:
    """Whether a browser would run it: control characters and spaces do not count."""
    plain = "".join(one for one in address if one > " ").lower()
    return urlsplit(plain).scheme in ("javascript", "vbscript", "data") if ":" in plain else False
