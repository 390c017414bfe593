"""Statements and credit notes as PDF: renderings of their pages, with the same figures."""

from typing import TYPE_CHECKING, Final

from common.money import Money
from common.pdf import FAMILY, Paper
from common.when import day
from payments.models import CreditNote, Statement

if TYPE_CHECKING:
    from payments.queries.statements import Listed, Sums

HEAD: Final = ("Invoice", "Assignment", "Worker", "Due", "State", "Total")


def statement(found: Statement, lines: "list[Listed]", sums: "Sums") -> bytes:
    """Every invoice in a line, then what it comes to and what is left."""
    sheet = _sheet(f"Statement {found.number}")
    sheet.pair("Client", found.client.name)
    sheet.pair("Issued", day(found.issued_on))
    sheet.pair("First due", day(found.due_on))
    sheet.rule()
    _table(sheet, lines)
    sheet.rule()
    sheet.pair("Total", amount(sums.total), "B")
    for words, figure in (("Paid", sums.paid), ("Withdrawn", sums.withdrawn), ("Credited", sums.credited)):
        if figure:
            sheet.pair(words, amount(figure))
    sheet.pair("Left to pay", amount(sums.left), "B")
    return bytes(sheet.output())


def _table(sheet: Paper, lines: "list[Listed]") -> None:
    """The invoices, with the head again on each page."""
    sheet.set_font(FAMILY, "", 8)
    with sheet.table(
        col_widths=(24, 58, 30, 16, 20, 22),
        text_align=("LEFT", "LEFT", "LEFT", "LEFT", "LEFT", "RIGHT"),
        borders_layout="HORIZONTAL_LINES",
        line_height=5,
        padding=1,
    ) as table:
        table.row(HEAD)
        for one in lines:
            row = one.invoice.assignment
            about = f"{row.number} {row.title}"
            due = day(one.invoice.due_on)
            total = amount(one.line.total)
            table.row((one.invoice.number, about, str(one.invoice.worker), due, one.word.text, total))


def credit_note(note: CreditNote, side: str) -> bytes:
    """The client's copy has the amount; the worker's says that the pay stays as it is (D20)."""
    row = note.invoice.assignment
    sheet = _sheet(f"Credit note {note.number}")
    sheet.pair("For invoice", note.invoice.number)
    sheet.pair("Assignment", row.number)
    sheet.pair("Client", note.client.name)
    sheet.pair("Worker", str(note.worker))
    sheet.pair("Issued", day(note.issued_on))
    sheet.rule()
    sheet.words(f"Reason: {note.reason}")
    sheet.rule()
    if side == "client":
        sheet.pair("Credited to the cash balance", amount(note.amount), "B")
    else:
        sheet.words("The worker's pay stays as it is.")
    return bytes(sheet.output())


def _sheet(name: str) -> Paper:
    sheet = Paper(name)
    sheet.add_page()
    sheet.words(sheet.name, 18, "B")
    sheet.rule()
    return sheet


def amount(money: Money) -> str:
    """An amount with a real minus."""
    return str(money).replace("-", "−")
