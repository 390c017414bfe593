"""A pack's readable sheets: the same facts as its JSON, for people. Plain text, times on the clocks at the site."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from common.when import instant

Data = dict[str, Any]


def readme(number: str, verify_url: str) -> str:
    """What is in the pack and how to check it without asking anybody."""
    return f"""Proof pack of {number}

record.json    everything as data; the other files hold the same for people
agreement/     the agreement with its amendments
invoice/       the invoice or pay note, once there is one that can be given out
check-ins/     every visit with its corrections
deliverables/  the files that were handed in
messages/      the messages that you may read, with their files
timeline/      what happened, each entry bound to the one before it

Is this pack whole?
  sha256sum -c SHA256SUMS
Was it made by Onsite?
  {verify_url}
  Enter the SHA-256 of the zip file, or let the page look at the file itself.
SHA256SUMS.sig is an Ed25519 signature over SHA256SUMS, in hex. The public key is in public-key.pem and on that page.
"""


def visits(rows: Sequence[Data]) -> str:
    """The visits, one paragraph each."""
    return "\n".join(_visit(one) for one in rows) or "No visits.\n"


def _visit(one: Data) -> str:
    lines = [f"{one['in_words']} ({one['worker']})"]
    for label, key in (
        ("Length", "length"), ("Arrived", "arrived"), ("Why", "arrived_why"), ("Left", "left"),
        ("Why", "left_why"), ("Note", "note"), ("Offline", "offline"),
    ):  # fmt: skip
        if one[key]:
            lines.append(f"  {label}: {one[key]}")
    lines += [
        f"  Corrected by {edit['by']}: was {edit['before']}. {edit['reason']}" for edit in one["corrections"]
    ]
    return "\n".join(lines) + "\n"


def messages(rows: Sequence[Data], zone: str) -> str:
    """The thread, oldest first."""
    return "\n".join(_message(one, zone) for one in rows) or "No messages.\n"


def _message(one: Data, zone: str) -> str:
    note = ", private note" if one["private"] else ""
    files = "".join(f"  File: {name}\n" for name in one["files"] if name)
    return f"{_when(one['at'], zone)}, {one['from']}{note}\n{one['text']}\n{files}"


def timeline(entries: Sequence[Data], zone: str) -> str:
    """The time line with the hash of each entry."""
    return "".join(
        f"{_when(one['entry']['at'], zone)}\n  {one['entry']['text']}\n  {one['sha256']}\n" for one in entries
    )


def _when(iso: str, zone: str) -> str:
    return instant(datetime.fromisoformat(iso), zone, today=date.min)
