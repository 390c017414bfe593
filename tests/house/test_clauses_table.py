"""Every clause of the mission has a story, and README's table of them is complete and true."""

from tests.support import clauses


def test_every_clause_has_a_story_named_after_it() -> None:
    told = {clause for clause, *_ in clauses.stories()}
    assert sorted(set(clauses.CLAUSES) - told) == []
    assert sorted(told - set(clauses.CLAUSES)) == []


def test_every_story_says_which_clause_it_tells() -> None:
    silent = [test for clause, _, test, words in clauses.stories() if not words.startswith(clause)]
    assert silent == []


def test_the_table_in_the_readme_is_the_one_of_the_tests() -> None:
    """`python -m tests.support.clauses` prints it."""
    assert clauses.in_readme() == clauses.table()
