"""A company's card in words: what is shown from when, and which numbers ask the worker to confirm (domain.md 6.4)."""

import pytest

from clients.models import Client, CompanyCard
from clients.truth import DAY, company_facts, require_read
from common.errors import Invalid

WHOLE = {
    "approvals": 8, "average_approval_minutes": 3000, "median_approval_minutes": 2880,
    "payments": 12, "median_payment_minutes": 30 * DAY, "average_days_past_due": 0.5, "paid_late": 1,
    "handed_in": 20, "pending": 3, "invoices": 10, "past_due": 0, "rated": 4, "dissatisfied": 1,
    "site_answers": 3, "site_not_ready": 1, "scope_answers": 2,
    "late_cancellations": 1, "disputes_lost": 2, "scope_changes": 3,
}  # fmt: skip


def client(**columns) -> Client:
    made = Client(name="Acme")
    made.card = CompanyCard(**columns)
    return made


def test_without_a_card_nothing_is_said():
    assert company_facts(Client(name="New")).lines == ()


def test_every_figure_in_words():
    facts = company_facts(client(**WHOLE))
    assert [(line.label, line.value, line.note) for line in facts.lines] == [
        ("Approves in", "2 days", "median of 8; 2 days on average"),
        ("Pays", "30 days after approval", "median of 12"),
        ("Paid late", "8%", "1 of 12; 0.5 days past due on average"),
        ("Waiting for approval now", "15%", "3 of 20"),
        ("Past due now", "0%", "0 of 10"),
        ("Workers satisfied", "75%", "3 of 4"),
        ("Site was ready", "66%", "2 of 3"),
        ("Late cancellations", "1", ""),
        ("Disputes lost", "2", ""),
        ("Scope changed after assignment", "3", ""),
    ]
    assert (facts.brief, facts.warnings) == ("approves in 2 days, pays 30 days later", ())


def test_figures_are_shown_from_three_on():
    two = {"approvals": 2, "payments": 2, "handed_in": 2, "invoices": 2, "rated": 2, "site_answers": 2}
    assert company_facts(client(**{**WHOLE, **two, "late_cancellations": 0, "disputes_lost": 0})).lines == ()
    only_counts = company_facts(client(**{**WHOLE, **two})).lines
    assert [line.key for line in only_counts] == ["late_cancellations", "disputes_lost", "scope_changes"]


@pytest.mark.parametrize(
    ("columns", "warning"),
    [
        ({"average_approval_minutes": 3 * DAY - 1}, ""),
        ({"average_approval_minutes": 3 * DAY}, "It takes 3 days on average to approve finished work."),
        ({"average_approval_minutes": 9 * DAY, "approvals": 2}, ""),
        ({"average_days_past_due": 0.99}, ""),
        ({"average_days_past_due": 1.0}, "It pays 1 day after the due date on average."),
        ({"average_days_past_due": 9.0, "payments": 2}, ""),
        ({"rated": 4, "dissatisfied": 1}, ""),
        ({"rated": 100, "dissatisfied": 26}, "74% of workers were satisfied, of 100 who rated it."),
        ({"rated": 2, "dissatisfied": 2}, ""),
    ],
)
def test_a_number_past_its_limit_warns_and_asks_for_a_tick(columns, warning):
    made = client(**{**WHOLE, **columns})
    facts = company_facts(made)
    assert facts.warnings == ((warning,) if warning else ())
    assert any(line.is_bad for line in facts.lines) == bool(warning)
    require_read(made, is_read=True)
    if warning:
        with pytest.raises(Invalid, match="how this company approves and pays"):
            require_read(made, is_read=False)
    else:
        require_read(made, is_read=False)
