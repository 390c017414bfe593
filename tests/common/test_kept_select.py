"""Lists of filters that are drawn once."""

import pytest
from django import forms

from common import forms as ours
from common.forms import KeptSelect

GROUPED = [("", "All"), ("a", "A <b>"), ("Group", [("1", "x"), ("2", "y & z")])]


@pytest.mark.parametrize("chosen", [None, "", "a", "2", 2, "unknown"])
@pytest.mark.parametrize("choices", [GROUPED, [("", "All")], []])
def test_it_is_what_django_draws(choices: list[tuple[str, object]], chosen: object) -> None:
    attrs = {"id": "id_place", "required": True, "disabled": False}
    plain = forms.Select(choices=choices, attrs={"class": "in"}).render("place", chosen, attrs)
    assert KeptSelect(choices=choices, attrs={"class": "in"}).render("place", chosen, attrs) == plain


def test_equal_lists_are_drawn_once_and_others_anew() -> None:
    ours._drawn.cache_clear()
    for choices, chosen in [(GROUPED, "a"), (list(GROUPED), "a"), (GROUPED, "2"), (GROUPED[:2], "a")]:
        KeptSelect(choices=choices).render("place", chosen)
    assert (ours._drawn.cache_info().misses, ours._drawn.cache_info().hits) == (3, 1)
