"""What tells a person in copies, and what harms nobody else."""

from config.personal.owned import Marks, mark_of, replaced

MARKS = Marks(
    {"Wanda Worker": "Former member 7", "wanda@work.test": "erased-7@erased.invalid"},
    frozenset({"The rack is empty today"}),
    frozenset({"Parking"}),
)


def test_names_go_whole_words_only_at_any_depth() -> None:
    facts = {"worker": "Wanda Worker", "to": ["wanda@work.test", "Wanda Workerson"], "n": 3, "at": None}
    assert MARKS.cleaned(facts) == {
        "worker": "Former member 7",
        "to": ["erased-7@erased.invalid", "Wanda Workerson"],
        "n": 3,
        "at": None,
    }


def test_a_name_of_one_word_is_told_only_alone() -> None:
    assert replaced("May", "May", "Former member 7") == "Former member 7"
    assert replaced("On May 5", "May", "Former member 7") == "On May 5"


def test_own_words_take_the_text_that_quotes_them_and_short_ones_only_themselves() -> None:
    quoted = "Wanda said: “The rack  is empty\ntoday”"
    assert MARKS.cleaned(quoted, MARKS.pattern) == "(erased)"
    assert MARKS.cleaned(quoted) == quoted
    assert MARKS.cleaned("Parking", MARKS.pattern, with_short=True) == "(erased)"
    assert MARKS.cleaned("Parking", MARKS.pattern) == "Parking"
    assert MARKS.cleaned("Parking is free", MARKS.pattern, with_short=True) == "Parking is free"


def test_a_mark_is_the_beginning_of_a_text_and_nothing_that_is_common() -> None:
    assert mark_of("  The rack\nis empty ") == "The rack is empty"
    assert (mark_of("ok"), mark_of("12207"), mark_of(None), len(mark_of("x" * 99))) == ("", "", "", 60)


def test_a_name_is_searched_as_json_spells_it_too() -> None:
    assert Marks({"Zoë Müller": "x"}, frozenset()).searched() == ["Zo\\u00eb M\\u00fcller", "Zoë Müller"]
