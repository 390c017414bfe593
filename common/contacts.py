"""Contact data in a text: found before it is posted, so that contacts stay off the pages until assignment (S06).

The patterns look for what people write on purpose: addresses and numbers, also spelled out. Dates, times, prices,
network addresses and serial numbers are left alone, because nobody can override a finding.
"""

import re
import unicodedata
from typing import Final

from common.errors import Invalid

LONGEST: Final = 5_000
"""Letters that are searched; texts of questions and answers are shorter."""

_DIGIT: Final = r"(?:zero|oh|one|two|three|four|five|six|seven|eight|nine)"
_MAILERS: Final = r"(?:gmail|googlemail|yahoo|hotmail|outlook|icloud|proton(?:mail)?|aol|gmx|mail)"
_ENDS: Final = (
    r"(?:com|net|org|edu|gov|biz|info|io|co|me|us|uk|ca|de|fr|es|it|nl|eu|app|dev|xyz|site|online|shop|tech)"
)
_AT: Final = r"(?:@|[\[({<]\s*(?:at|@)\s*[\])}>])"
_DOT: Final = r"(?:\.|[\[({<]\s*(?:dot|\.)\s*[\])}>])"
_PATTERNS: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # e-mail: name@firm.com, name (at) firm (dot) com, name at firm dot com, name at gmail
        rf"[\w.+-]{{1,64}}\s?{_AT}\s?[\w-]{{1,63}}(?:\s?{_DOT}\s?[\w-]{{2,63}})+",
        r"\b[\w.+-]{1,64}\s(?:at)\s[\w-]{1,63}(?:\sdot\s[\w-]{2,63})+",
        rf"\b[\w.+-]{{1,64}}\s(?:at)\s{_MAILERS}\b(?:\s?{_DOT}\s?{_ENDS}\b)?",
        # web: https://firm.com/x, www.firm.com, firm.com, firm dot com
        r"\bhttps?://\S{2,200}",
        r"\bwww\.\S{2,200}",
        rf"\b(?:[a-z0-9][\w-]{{1,62}}\.){{1,4}}{_ENDS}\b(?:/\S{{0,200}})?",
        rf"\b[a-z0-9][\w-]{{1,62}}\s?(?:\sdot\s|{_DOT.replace(chr(92) + '.|', '')})\s?{_ENDS}\b",
        # phone: international, in groups, digit by digit, in words
        r"(?<![\w+])\+\d(?:[\s().-]{0,2}\d){6,14}(?!\d)",
        r"(?<![\w.-])\(?\d{3}\)?[\s.-]{0,2}\d{3}[\s.-]{0,2}\d{4}(?![\w]|[.-]\d)",
        r"(?<![\w.-])\d{3}[\s.-]\d{4}(?![\w]|[.-]\d)",
        r"(?<![\w.-])0\d(?:[\s.-]?\d\d){4}(?![\w]|[.-]\d)",
        r"(?<![\w.-])0\d{2,4}[\s/-]\d{5,8}(?!\w)",
        r"(?<![\w.-])\d(?:[\s.-]\d){6,14}(?![\w]|[.-]\d)",
        rf"\b{_DIGIT}(?:[\s,.-]{{1,2}}{_DIGIT}){{6,14}}\b",
        # an invitation to talk elsewhere
        r"\b(?:call|text|phone|ring|reach|contact|message|dm|e-?mail|whatsapp)\s+me\s+(?:at|on|by|under|via)\b",
        r"\b(?:text|e-?mail|whatsapp|dm)\s+me\b",
        r"\bmy\s+(?:cell|mobile|phone|tel|number|e-?mail|whatsapp|telegram|skype|instagram|facebook)\b"
        r"(?:\s+(?:number|address))?(?:\s+is|\s*:)",
        r"\b(?:whatsapp|telegram|wechat|skype|viber)\s*[:@]\s*\S{3,}",
    )
)


def found(text: str) -> str:
    """The first passage that is contact data, as it is written; "" for a text without any."""
    plain = _plain(text[:LONGEST])
    hits = [hit for pattern in _PATTERNS if (hit := pattern.search(plain))]
    first = min(hits, key=lambda hit: (hit.start(), -hit.end()), default=None)
    return first.group().strip() if first else ""


def keep_off(text: str, field: str) -> None:
    """For what is read before assignment: raise Invalid at the field, naming the passage that is contact data (S06)."""
    passage = found(text)
    if passage:
        raise Invalid(
            f"“{passage}” looks like contact data. Take it out: both sides get the contacts once the work is assigned.",
            field,
        )


def _plain(text: str) -> str:
    """Full-width letters and digits as plain ones, without invisible ones, white space made single."""
    folded = unicodedata.normalize("NFKC", text)
    seen = "".join(one for one in folded if unicodedata.category(one) not in ("Cf", "Mn"))
    return " ".join(seen.split())
