"""Skills as people type them: words between commas."""

from collections.abc import Iterable

from common.errors import Invalid
from workers.models import Skill

MOST_SKILLS = 30
LONGEST = 60


def parse(text: str, field: str = "skills") -> list[str]:
    """ "Cabling, Wi-Fi" as a list without doubles, whatever the case. Raises Invalid at `field`."""
    words = [" ".join(word.split()) for word in text.replace("\n", ",").replace(";", ",").split(",")]
    named = list({word.casefold(): word for word in reversed(words) if word}.values())[::-1]
    if len(named) > MOST_SKILLS:
        raise Invalid(f"Enter at most {MOST_SKILLS} skills", field)
    if any(len(word) > LONGEST for word in named):
        raise Invalid(f"Write each skill in at most {LONGEST} letters, with commas between them", field)
    return named


def rows(names: Iterable[str]) -> list[Skill]:
    """The rows of these skills, made where nobody named them before. Inside the caller's transaction."""
    return [_row(name) for name in sorted(names, key=str.casefold)]


def _row(name: str) -> Skill:
    found = Skill.objects.filter(name__iexact=name).first()
    if found is None:
        Skill.objects.bulk_create([Skill(name=name)], ignore_conflicts=True)
        found = Skill.objects.get(name__iexact=name)
    return found
