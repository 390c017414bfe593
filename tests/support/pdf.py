"""Reads the words of a PDF back, so that tests can search documents like pages.

Knows what the portal's documents are made of: one font or more with a ToUnicode table, text shown by Tj and TJ. A
glyph that is in no table fails the test, because a search in what cannot be read would prove nothing.
"""

import re
import zlib
from typing import Final

OBJECT: Final = re.compile(rb"(\d+) 0 obj\s(.*?)\sendobj", re.DOTALL)
STREAM: Final = re.compile(rb"stream\r?\n(.*)\r?\nendstream", re.DOTALL)
PAIR: Final = re.compile(rb"<([0-9A-F]{4})> <([0-9A-F]+)>")
STRING: Final = rb"\((?:\\.|[^\\)])*\)"
SHOWN: Final = re.compile(rb"/(F\d+) [\d.]+ Tf|(" + STRING + rb") Tj|\[(.*?)\] TJ", re.DOTALL)
ESCAPED: Final = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def words(body: bytes) -> str:
    """Everything that the document shows, in the order of the file, with single spaces; and its title."""
    objects = {int(number): content for number, content in OBJECT.findall(body)}
    fonts = _fonts(objects)
    found = [_title(content) for content in objects.values()]
    for content in objects.values():
        for page in re.findall(rb"/Contents (\d+) 0 R", content):
            found += _shown(_stream(objects[int(page)]), fonts)
    assert fonts and any(found), "this is no document that the tests can read"
    return " ".join(" ".join(found).split())


def _stream(content: bytes) -> bytes:
    data = STREAM.search(content)
    assert data, "an object without a stream"
    return zlib.decompress(data[1]) if b"/FlateDecode" in content else data[1]


def _fonts(objects: dict[int, bytes]) -> dict[bytes, dict[int, str]]:
    """Name of each font -> what each of its glyphs means."""
    named = {name: int(at) for one in objects.values() for name, at in re.findall(rb"/(F\d+) (\d+) 0 R", one)}
    found = {}
    for name, at in named.items():
        table = re.search(rb"/ToUnicode (\d+) 0 R", objects[at])
        assert table, f"the font {name!r} does not say what its glyphs mean"
        pairs = PAIR.findall(_stream(objects[int(table[1])]))
        found[name] = {
            int(code, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for code, text in pairs
        }
    return found


def _shown(page: bytes, fonts: dict[bytes, dict[int, str]]) -> list[str]:
    """Each text of a page; the parts of a TJ belong together."""
    found, font = [], b""
    for name, plain, parts in SHOWN.findall(page):
        font = name or font
        raw = b"".join(_plain(one) for one in re.findall(STRING, plain or parts, re.DOTALL))
        codes = [int.from_bytes(raw[at : at + 2], "big") for at in range(0, len(raw), 2)]
        found.append("".join(fonts[font][code] for code in codes))
    return found


def _plain(string: bytes) -> bytes:
    """The bytes of a PDF string without its parentheses and backslashes."""
    return re.sub(rb"\\(.)", lambda at: ESCAPED.get(at[1], at[1]), string[1:-1], flags=re.DOTALL)


def _title(content: bytes) -> str:
    """The title in the document's own data, where this is it."""
    found = re.search(rb"/Title (" + STRING + rb")", content, re.DOTALL)
    if found is None:
        return ""
    raw = _plain(found[1])
    return raw[2:].decode("utf-16-be") if raw.startswith(b"\xfe\xff") else raw.decode("latin-1")
