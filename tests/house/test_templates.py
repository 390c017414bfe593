"""What templates, style and script may contain: what a strict browser policy and every reader rely on."""

import hashlib
import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from common import context
from common.templatetags.onsite import LABEL_KINDS

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates"
CSS = ROOT / "static" / "css" / "portal.css"
VENDOR = ROOT / "static" / "vendor"
ROOMS = sorted(path.parent.name for path in ROOT.glob("*/apps.py"))

FORBIDDEN = {
    "inline style": re.compile(r"<style\b|\sstyle\s*=", re.I),
    "inline script": re.compile(r"<script\b(?![^>]*\bsrc=)", re.I),
    "event attribute": re.compile(r"<[a-z][^>]*\son[a-z]+\s*=", re.I),
    "script address": re.compile(r"javascript:", re.I),
    "htmx expression": re.compile(r"\bhx-on\b|\bhx-(?:vals|headers)=[\"']js:", re.I),
    "foreign asset": re.compile(
        r"<(?:script|link|img|iframe|source|use)\b[^>]*(?:src|href)=[\"'](?:https?:)?//", re.I
    ),
    "data address": re.compile(r"(?:src|href)=[\"']data:", re.I),
}


def pages() -> list[Path]:
    """Every template that a browser shows (mails are read elsewhere)."""
    own = TEMPLATES.rglob("*.html")
    rooms = chain.from_iterable((ROOT / room).rglob("*.html") for room in ROOMS)
    return sorted(path for path in chain(own, rooms) if "mail" not in path.relative_to(ROOT).parts)


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def read(path: Path) -> str:
    """The template without its comments."""
    return re.sub(r"{%\s*comment.*?endcomment\s*%}", "", path.read_text(), flags=re.S)


def test_nothing_inline_and_nothing_foreign() -> None:
    texts = {name(path): read(path) for path in pages()}
    wrong = [
        (path, rule)
        for path, text in texts.items()
        for rule, pattern in FORBIDDEN.items()
        if pattern.search(text)
    ]
    assert (wrong, len(texts) > 100) == ([], True)


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("inline style", '<p style="color: red">'),
        ("inline script", "<script>go()</script>"),
        ("event attribute", '<a href="#" onclick="go()">'),
        ("script address", '<a href="javascript:go()">'),
        ("htmx expression", '<p hx-on:click="go()">'),
        ("foreign asset", '<img src="https://else.example/x.png">'),
        ("data address", '<img src="data:image/png;base64,AAAA">'),
    ],
)
def test_the_search_finds_each(rule: str, text: str) -> None:
    assert [found for found, pattern in FORBIDDEN.items() if pattern.search(text)] == [rule]


def parts(path: str) -> set[str]:
    """A template, with what it extends and includes, and what these do."""
    found, waiting = set(), {path}
    while waiting:
        one = waiting.pop()
        found.add(one)
        asked = re.findall(r"{%\s*(?:extends|include)\s+\"([^\"]+)\"", (TEMPLATES / one).read_text())
        waiting |= {other for other in asked if (TEMPLATES / other).exists()} - found
    return found


def test_pages_with_live_parts_and_no_others_load_the_script_for_them() -> None:
    """It is the largest script, and most pages on a phone need none of it."""
    whole = [
        str(path.relative_to(TEMPLATES))
        for path in TEMPLATES.rglob("*.html")
        if "{% extends" in path.read_text()
    ]
    live = {page for page in whole if any(" hx-" in (TEMPLATES / part).read_text() for part in parts(page))}
    loads = {page for page in whole if "components/_live.html" in parts(page)}
    assert (loads, len(live) > 5) == (live, True)


def test_static_files_exist() -> None:
    asked = [
        (name(path), file)
        for path in pages()
        for file in re.findall(r"{%\s*static\s+[\"']([^\"']+)[\"']", path.read_text())
    ]
    assert [(path, file) for path, file in asked if finders.find(file) is None] == []


def sprite() -> set[str]:
    return set(re.findall(r'<symbol id="([^"]+)"', (VENDOR / "icons.svg").read_text()))


def icons_used() -> Iterator[tuple[str, str]]:
    for path in pages():
        text = path.read_text()
        names = re.findall(r"{%\s*icon\s+\"([^\"]+)\"", text)
        names += re.findall(r"{%\s*label\s+\S+\s+(?:\"[^\"]*\"|\S+)\s+\"([^\"]+)\"", text)
        names += re.findall(r"\bicon(?:_name)?=\"([^\"]+)\"", text)
        yield from ((icon, name(path)) for icon in names)
    for path in chain.from_iterable((ROOT / room).rglob("*.py") for room in ROOMS):
        names = re.findall(r"\b(?:label_)?icon(?:_name)?\"?\s*[=:]\s*\"([a-z0-9-]+)\"", path.read_text())
        yield from ((icon, name(path)) for icon in names)


def test_every_icon_is_in_the_sprite() -> None:
    known = sprite()
    assert [used for used in icons_used() if used[0] not in known] == []


def test_icons_of_the_frame_are_in_the_sprite() -> None:
    entries = chain.from_iterable(
        chain(context.NAV.values(), context.TABS.values(), context.ACCOUNT.values())
    )
    asked = (
        {entry.icon for entry in entries}
        | {icon for _, _, icon in context.THEMES}
        | set(LABEL_KINDS.values())
    )
    assert asked - sprite() == set()


def test_vendored_files_are_the_recorded_ones() -> None:
    recorded = dict(
        re.findall(r"^\| (\S+) \|.*\| ([0-9a-f]{64}) \|$", (VENDOR / "VENDORED.md").read_text(), re.M)
    )
    present = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.iterdir()
        if path.is_file() and path.suffix != ".md"
    }
    assert recorded == present


def test_style_and_script_stay_small() -> None:
    assert CSS.stat().st_size <= 45_000
    assert (ROOT / "static" / "js" / "portal.js").stat().st_size < 15_000


Tokens = dict[str, tuple[str, str]]


def tokens() -> Tokens:
    text = CSS.read_text()
    both = re.findall(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);", text)
    return {"on-brand": ("#ffffff", "#ffffff")} | {key: (light, dark) for key, light, dark in both}


def test_old_browsers_get_the_light_colours() -> None:
    plain = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", CSS.read_text()))
    assert {key: light for key, (light, _) in tokens().items()} == plain


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


STAGES = ["draft", "sent", "assigned", "progress", "hold", "pending", "approved", "paid", "void", "dispute"]
TEXT_PAIRS = [(f"{stage}-fg", f"{stage}-bg") for stage in STAGES]
TEXT_PAIRS += [
    (ink, ground) for ink in ("ink", "ink-2", "link") for ground in ("canvas", "surface", "sunken", "raised")
]
TEXT_PAIRS += [
    (ink, f"{wash}-wash") for ink in ("ink", "ink-2", "link") for wash in ("brand", "warn", "danger", "ok")
]
TEXT_PAIRS += [("on-brand", "brand"), ("on-brand", "brand-hover"), ("on-danger-line", "danger-line")]
TEXT_PAIRS += [
    (signal, ground) for signal in ("danger", "warn", "ok") for ground in ("surface", "canvas", "sunken")
]
TEXT_PAIRS += [("danger", "danger-wash"), ("warn", "warn-wash"), ("ok", "ok-wash")]
CONTROL_PAIRS = [
    ("line-strong", "surface"),
    ("line-strong", "raised"),
    ("brand", "surface"),
    ("danger-line", "surface"),
]
CONTROL_PAIRS += [("focus", ground) for ground in ("canvas", "surface", "sunken", "raised", "brand-wash")]
CONTROL_PAIRS += [("ok-line", "line"), ("ok-line", "surface"), ("warn-line", "warn-wash"), ("bar", "surface")]


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_contrast(theme: int) -> None:
    colours = tokens()
    pairs = [(*pair, 4.5) for pair in TEXT_PAIRS] + [(*pair, 3.0) for pair in CONTROL_PAIRS]
    weak = [
        (front, back, round(found, 2))
        for front, back, least in pairs
        if (found := contrast(colours[front][theme], colours[back][theme])) < least
    ]
    assert weak == []
