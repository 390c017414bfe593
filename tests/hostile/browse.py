"""Pages of the running portal in Chromium: what breaks the content policy, asks another host, or fails (row 20)."""

from dataclasses import dataclass, field

from playwright.sync_api import sync_playwright

from tests.hostile.places import Places
from tests.hostile.portal import PEOPLE, Portal
from tests.support.browser import WATCH_POLICY, Window
from tests.support.chromium import launch


@dataclass
class Seen:
    """What a browser said about how many pages of whom."""

    pages: int = 0
    people: set[str] = field(default_factory=set)
    complaints: list[str] = field(default_factory=list)

    @property
    def violations(self) -> int:
        return sum("policy: " in one for one in self.complaints)


def run(portal: Portal, places: Places, *, most: int) -> Seen:
    """Open one page of each kind for each persona, at most `most` of them a persona."""
    seen = Seen()
    with sync_playwright() as playwright:
        browser = launch(playwright)
        for who in PEOPLE:
            context = browser.new_context(base_url=portal.base, service_workers="block")
            context.add_init_script(WATCH_POLICY)
            if session := portal.cookie(who):
                context.add_cookies([{"name": "sessionid", "value": session, "url": portal.base}])
            window = Window(context.new_page(), portal.base, who)
            for path in pages_of(places, who)[:most]:
                window.page.goto(f"{portal.base}{path}")
                seen.pages += 1
                seen.people.add(who)
            seen.complaints += window.complaints
            context.close()
        browser.close()
    return seen


def pages_of(places: Places, who: str) -> list[str]:
    """One address of each page that was led to, without files; spread over the portal."""
    files = ("file", "pdf", "ical", "feed", "thumb", "print", "export", "example", "download", "photo")
    found = [
        known[0]
        for (person, name), known in sorted(places.addresses.items())
        if person == who
        and known
        and name in places.read.get(who, set())
        and not any(one in name for one in files)
    ]
    step = max(1, len(found) // 40)
    return [*found[::step], *(one for one in found if one not in found[::step])]
