"""What hostile requests carry: text as bytes, because much of it is no text (quality.md 3, rows 6, 18, 24 to 26)."""

from typing import Final

MEGABYTE: Final = b"x" * 1_000_000

BROKEN: Final = (
    b"\x00", b"a\x00b", b"\xed\xa0\x80", b"\xed\xbf\xbf abc", b"\xff\xfe", b"\xc0\xaf", b"\xf4\x90\x80\x80",
    "\u202eabc".encode(), "\u2066x\u2069".encode(), "\ufeff".encode(), "e\u0301".encode() * 40, "\u200b".encode(),
    "🚀".encode(), "𝕏".encode() * 200, b"\r\nX-Evil: 1", b"%0d%0aSet-Cookie:%20a=b", b"\t\n \x0b\x0c", b"\x1b[31m",
    b"\x7f", "\u2028\u2029".encode(), b"%", b"%zz", b"%u0000", b"\xa0", "ı".encode(), "ß".encode(),
)  # fmt: skip
"""NUL, lone surrogates, bytes that are not UTF-8, right to left, line ends, marks without end."""

NUMBERS: Final = (
    b"0", b"-1", b"1", b"999999999", b"2147483648", b"9223372036854775807", b"9223372036854775808",
    b"-9223372036854775809",
    b"9" * 40, b"9" * 5_000, b"1e3", b"1e308", b"1e400", b"-0", b"NaN", b"nan", b"Infinity", b"-inf", b"0x10", b"1_000",
    b"1.5", b"1,5", b"0.001", b".", b"-", b"+", "٣".encode(), "３".encode(), "²".encode(), "½".encode(), "Ⅷ".encode(),
    b" 7 ", b"1 OR 1=1", b"00000000-0000-0000-0000-000000000000",
)  # fmt: skip

DATES: Final = (
    b"0000-00-00", b"0001-01-01", b"9999-12-31", b"9999-12-31T23:59", b"2026-02-30", b"10000-01-01", b"2026-13-01",
    b"0001-01-01T00:00", b"2026-12-01T25:61", b"24:00", b"23:59:60", b"2026-W01", b"-2026-01-01", b"2026-12-01",
    b"2026-03-29T02:30", "２０２６-12-01".encode(),
)  # fmt: skip

SQL: Final = (
    b"'", b'"', b"';--", b"1' OR '1'='1", b"%' AND 1=1 --", b"\\", b"1); DROP TABLE accounts_user;--", b"_%_%_%", b"$$",
    b"' UNION SELECT NULL--", b'"*"', b"foo:bar & !baz | (", b"NEAR(a b)", b"-state", b"id__gt", b"password",
)  # fmt: skip

MARKUP: Final = (
    b"<script>alert(1)</script>", b'"><img src=x onerror=alert(1)>', b"javascript:alert(1)", b"{{ 7*7 }}{% debug %}",
    b"</title><svg/onload=alert(1)>", b"<!--", b"]]>", b"&#x3C;b&#x3E;", b"${7*7}", b"=cmd|' /C calc'!A0",
)  # fmt: skip

PATHS: Final = (
    b"../../../../etc/passwd", b"..\\..\\web.config", b"/etc/passwd", b"//evil.test/", b"file:///etc/passwd",
    b"http://169.254.169.254/", b"C:\\con", b".", b"..", b"%2e%2e%2f", b"a/" * 200,
)  # fmt: skip

STRUCTURED: Final = (
    b"{}", b"[]", b"null", b'{"a":' * 500, b"[" * 5_000, b'{"__proto__":{}}', b"true", b'"x"', b"[1e999]", b"[NaN]",
    b"a=b&c=d;e", b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", b"gASVCgAAAAAAAACMBnN5c3RlbZQu",
    b"eyJhIjoxfQ:1abc:def", b"=",
)  # fmt: skip

SIZES: Final = (b"", b"x" * 300, b"x" * 5_000)
KINDS: Final = (BROKEN, NUMBERS, DATES, SQL, MARKUP, PATHS, STRUCTURED, SIZES)
"""Each kind is as likely as each other one, however many of it there are."""
ALL: Final = tuple(one for kind in KINDS for one in kind)

HEADERS: Final = (
    ("Accept-Language", "xx-" + "y" * 300), ("Accept-Language", "de;q=NaN,en;q=9e999"), ("Accept", "application/json"),
    ("HX-Request", "true"), ("HX-Target", "'\"><"), ("HX-Current-URL", "http://[::"), ("Referer", "http://[::1"),
    ("Referer", "javascript:alert(1)"), ("X-Forwarded-For", "1.2.3.4, nonsense"), ("X-Forwarded-For", ""),
    ("X-Forwarded-Proto", "https"), ("Range", "bytes=0-0,5-2,-9"), ("Range", "bytes=-99999999999999999999"),
    ("If-None-Match", '"' * 50), ("If-Modified-Since", "Thu, 99 Foo 0000 99:99:99 GMT"), ("User-Agent", ""),
    ("User-Agent", "Mozilla/5.0 (\xe9\xff)"), ("Origin", "null"), ("Accept-Encoding", "gzip;q=x"),
    ("If-Modified-Since", "Sun, 06 Nov 99999999999999999999 08:49:37 GMT"), ("Sec-Fetch-Dest", "iframe"),
    ("Authorization", "Basic \xff"), ("X-HTTP-Method-Override", "DELETE"), ("Content-Language", "\x7f"),
)  # fmt: skip
"""Headers beside the usual ones. Latin-1 text, as headers are sent."""
COOKIES: Final = (
    "theme=dark\"'; messages=x", "messages=W1siX19qc29uX21lc3NhZ2UiLDAsMjAsIngiXV0:1:x", "theme=" + "x" * 3_000,
    "sessionid=; csrftoken=", "=;;=", "onsite_device=%00", "tz=Nowhere/None",
)  # fmt: skip
