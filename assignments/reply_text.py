"""From a mail as it came to what its author wrote: the text above the quoted part, and the files. Pure functions.

Nothing here raises for a mail that is odd, in an unknown letter set, or cut off: what cannot be read is left out.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from html.parser import HTMLParser
from typing import Final

from assignments.reply_address import MARKER

DEEPEST: Final = 20
"""Parts inside parts beyond this are not looked at."""
LONGEST: Final = 200_000
"""Characters of text that are read; what an author writes is far shorter."""
_ON_WROTE = re.compile(r"On\b.{5,300}\bwrote:", re.DOTALL)
_ORIGINAL = re.compile(r"-{2,}\s*(Original Message|Forwarded message)\s*-{2,}", re.IGNORECASE)
_HEADER = re.compile(r"\*?(From|Sent|Date|To|Subject):\*?\s", re.IGNORECASE)
_RULE = re.compile(r"_{10,}")
_PHONE = re.compile(r"(Sent from my|Get Outlook for|Sent from Outlook)\b.{0,60}", re.IGNORECASE)
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u2028\u2029\ud800-\udfff]")
_BREAKS: Final = frozenset(
    "address article blockquote br dd div dl dt h1 h2 h3 h4 h5 h6 hr li ol p pre table tr ul".split()
)
_SILENT: Final = frozenset("head script style title template".split())


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A file in a mail, as its sender named it."""

    name: str
    content: bytes


def written(mail: EmailMessage) -> str:
    """What the author wrote, without quotation and signature; empty when there is nothing."""
    text = "\n".join(_decoded(part) for part in _bodies(mail, "text/plain"))
    pages = _bodies(mail, "text/html")
    if not text.strip() and pages:
        text = _from_html(_decoded(pages[0])[:LONGEST])
    return stripped(text[:LONGEST])


def stripped(text: str) -> str:
    """The text above the quoted part and the signature, by plain rules."""
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    end = next((i for i in range(len(lines)) if _ends(lines, i)), len(lines))
    kept = lines[:end]
    if end < len(lines) and MARKER in lines[end]:
        while kept and (not kept[-1].strip() or kept[-1].lstrip().startswith(">")):
            kept.pop()
        if kept and _introduces(kept[-1]):
            kept.pop()
    while kept and kept[-1].lstrip().startswith(">"):
        kept.pop()
        if kept and not kept[-1].startswith(">") and _introduces(kept[-1]):
            kept.pop()
    said = "\n".join(line for line in kept if not line.lstrip().startswith(">")).strip()
    return re.sub(r"\n{3,}", "\n\n", _CONTROLS.sub("", said)).strip()


def _introduces(line: str) -> bool:
    """Whether a line introduces a quotation, in any language: a colon at its end, a date or an address in it."""
    return line.endswith(":") and any(sign in line for sign in "0123456789@")


def _ends(lines: list[str], at: int) -> bool:
    """Whether the author's words end before this line."""
    line = lines[at].strip()
    if MARKER in line or lines[at] == "--" or _ORIGINAL.fullmatch(line) or _PHONE.fullmatch(line):
        return True
    if line.startswith("On ") and any(
        _ON_WROTE.fullmatch(" ".join(one.strip() for one in lines[at : at + count])) for count in (1, 2, 3)
    ):
        return True
    after = [one.strip() for one in lines[at + 1 : at + 4]]
    if _RULE.fullmatch(line) and any(_HEADER.match(one) for one in after):
        return True
    return (
        bool(_HEADER.match(line))
        and line[:6].lower().strip("*").startswith("from:")
        and any(_HEADER.match(one) for one in after[:2])
    )


def files(mail: EmailMessage) -> list[Enclosed]:
    """The files of a mail. Pictures inside the letter itself (logos of signatures) are no files."""
    found = []
    for part, is_related in _leaves(mail):
        main = part.get_content_maintype()
        if main == "multipart" or (main == "text" and not _filename(part)):
            continue
        if is_related and part.get("Content-ID") and part.get_content_disposition() != "attachment":
            continue
        found.append(Enclosed(_filename(part) or "file", _bytes(part)))
    return found


def _leaves(part: EmailMessage, related: bool = False, depth: int = 0) -> Iterator[tuple[EmailMessage, bool]]:
    """The parts that hold something, each with whether it belongs to the letter's own pictures."""
    kind = part.get_content_type()
    if not kind.startswith("multipart/") or not part.is_multipart():
        yield part, related
    elif depth < DEEPEST:
        for inner in part.get_payload():
            if isinstance(inner, EmailMessage):
                yield from _leaves(inner, related or kind == "multipart/related", depth + 1)


def _bodies(mail: EmailMessage, kind: str) -> list[EmailMessage]:
    """The parts of that kind that are the letter itself: some programs cut it in pieces around a picture."""
    return [
        part
        for part, _ in _leaves(mail)
        if part.get_content_type() == kind
        and part.get_content_disposition() != "attachment"
        and not _filename(part)
    ]


def _filename(part: EmailMessage) -> str:
    try:
        return part.get_filename() or ""
    except (ValueError, LookupError, IndexError, AttributeError):
        return ""


def _bytes(part: EmailMessage) -> bytes:
    """The content; of a mail inside the mail nothing, which the gate for files then refuses."""
    try:
        content = part.get_payload(decode=True)
    except (ValueError, LookupError):
        return b""
    return content if isinstance(content, bytes) else b""


def _decoded(part: EmailMessage) -> str:
    """The text by the letter set that it names; by Latin-1, which takes everything, where nobody knows that one."""
    content = _bytes(part)
    try:
        return content.decode(part.get_content_charset("utf-8"), errors="replace")
    except (LookupError, ValueError):
        return content.decode("latin-1")


class _Words(HTMLParser):
    """The words of a page, line by line; quotations get their ">"."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = [""]
        self._silent = 0
        self._quoted = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        if tag == "blockquote":
            self._quoted += 1
        self._break(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        if tag == "blockquote":
            self._quoted = max(0, self._quoted - 1)
        self._break(tag)
        if (
            tag == "p"
            and self.lines[-1] == self._lead
            and len(self.lines) > 1
            and self.lines[-2] != self._lead
        ):
            self.lines.append(self._lead)

    def handle_data(self, data: str) -> None:
        if not self._silent:
            words = re.sub(r"[ \t\r\n\f\u00a0]+", " ", data)
            self.lines[-1] += words.lstrip() if self.lines[-1] == self._lead else words

    @property
    def _lead(self) -> str:
        return "> " if self._quoted else ""

    def _break(self, tag: str) -> None:
        if tag not in _BREAKS:
            return
        if tag != "br" and not self.lines[-1].strip("> "):
            self.lines[-1] = self._lead
        else:
            self.lines.append(self._lead)


def _from_html(html: str) -> str:
    reader = _Words()
    reader.feed(html)
    reader.close()
    return "\n".join(reader.lines)
