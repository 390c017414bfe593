"""Walks the portal as one person: from the home page by every link, GET only."""

import re
from collections import Counter
from typing import Final

from tests.support.http import Page, Visitor

MOST: Final = 600
"""More pages than this for one person means that links multiply without end."""
ADMIN: Final = "/admin/"
VARIANTS: Final = 3
"""Filters, sorting and pages of one list: so many of its addresses are read."""
ALIKE: Final = 5
"""Pages that differ only by the number of a person, a company or a file: so many are read."""


def walk(
    visitor: Visitor, *, every_assignment: bool = True, only: str = "", start: str = "/", alike: int = ALIKE
) -> dict[str, Page]:
    """Every page that links lead to, by address; downloads are read and not followed.

    `only`: a pattern of the addresses to read; the beginning of an address decides. The administration is read only by
    those who start there.
    """
    found: dict[str, Page] = {}
    queue = [start]
    paths: Counter[str] = Counter()
    shapes: Counter[str] = Counter()
    while queue and len(found) < MOST:
        url = queue.pop(0)
        path, shape = url.split("?")[0], _shape(url)
        if url in found or paths[path] >= VARIANTS or not re.match(only, url):
            continue
        if shapes[shape] >= alike and not (every_assignment and shape.startswith("/assignments/")):
            continue
        paths[path] += 1
        shapes[shape] += 1
        response = visitor.client.get(url)
        page = found[url] = Page(response, url)
        if response.status_code in (301, 302):
            queue.append(response.headers["Location"])
        elif page.is_html:
            queue += [
                one
                for one in dict.fromkeys(page.local())
                if one not in found and one.startswith(ADMIN) == (start == ADMIN)
            ]
        _ = page.body
    assert len(found) < MOST, f"links without end: {sorted(found)[-5:]}"
    return found


def _shape(url: str) -> str:
    return re.sub(r"\d+", "0", re.sub(r"\?_changelist_filters=.*", "", url))
