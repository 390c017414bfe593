"""The invoice as a PDF: a rendering of the HTML page, with a font of its own so that every name can be written."""

from pathlib import Path
from typing import Any, Final

from django.conf import settings
from fpdf import FPDF
from fpdf.enums import XPos, YPos

from common.money import Money
from common.when import day, instant
from payments.models import Advance, Invoice
from payments.states import InvoiceState

FONTS: Final = Path(settings.BASE_DIR) / "static" / "vendor"
FAMILY: Final = "DejaVu"


class Sheet(FPDF):
    """A4 with a footer that names the document and counts the pages."""

    def __init__(self, name: str) -> None:
        super().__init__(format="A4")
        self.name = name
        self.add_font(FAMILY, "", FONTS / "DejaVuSans.ttf")
        self.add_font(FAMILY, "B", FONTS / "DejaVuSans-Bold.ttf")
        self.set_margin(20)
        self.set_auto_page_break(True, margin=22)
        self.set_title(name)
        self.set_creator("Onsite")
        self.alias_nb_pages()

    def footer(self) -> None:
        self.set_y(-15)
        self.set_font(FAMILY, "", 8)
        self.cell(0, 5, f"{self.name} · page {self.page_no()} of {{nb}}", align="C")

    def words(self, text: str, size: int = 10, style: str = "") -> None:
        """A paragraph over the full width."""
        self.set_font(FAMILY, style, size)
        self.multi_cell(0, size * 0.5, text, new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def pair(self, label: str, value: str, style: str = "") -> None:
        """A label on the left, a value on the right; long labels wrap."""
        self.set_font(FAMILY, style, 10)
        top = self.get_y()
        self.multi_cell(125, 6, label, new_x=XPos.RIGHT, new_y=YPos.TOP)
        lines: Any = self.multi_cell(125, 6, label, dry_run=True, output="LINES")
        self.set_xy(145, top)
        self.cell(45, 6, value, align="R")
        self.set_xy(self.l_margin, top + 6 * len(lines))

    def rule(self) -> None:
        self.ln(2)
        self.line(20, self.get_y(), 190, self.get_y())
        self.ln(3)


def document(invoice: Invoice, side: str) -> bytes:
    """The document of one side: the client's has fee and total, the worker's only what the worker gets (D20)."""
    row = invoice.assignment
    is_client = side == "client"
    sheet = Sheet(f"{'Invoice' if is_client else 'Pay note'} {invoice.number}")
    sheet.add_page()
    sheet.words(sheet.name, 18, "B")
    sheet.ln(2)
    sheet.words(f"{row.number} {row.title}", 12)
    sheet.rule()
    sheet.pair("Client", invoice.client.name)
    sheet.pair("Worker", str(invoice.worker))
    sheet.pair("Issued", day(invoice.issued_on))
    sheet.pair("Due", day(invoice.due_on))
    sheet.pair("State", _state(invoice))
    sheet.rule()
    for what, amount in invoice.pay_lines:
        sheet.pair(what, _money(amount))
    sheet.rule()
    if is_client:
        sheet.pair("Worker pay", _money(invoice.pay_amount))
        sheet.pair("Platform fee", _money(invoice.fee))
        sheet.pair("Total", _money(invoice.total), "B")
    else:
        _worker_sums(sheet, invoice)
    return bytes(sheet.output())


def _worker_sums(sheet: Sheet, invoice: Invoice) -> None:
    sheet.pair("You receive", _money(invoice.pay_amount), "B")
    advance = Advance.objects.filter(invoice=invoice).first()
    if advance is not None:
        sheet.ln(3)
        sheet.pair("FastFunds fee", _money(-advance.fee))
        sheet.pair("Received early by FastFunds", _money(advance.net), "B")


def _state(invoice: Invoice) -> str:
    if invoice.state == InvoiceState.PAID and invoice.paid_at:
        return f"Paid {instant(invoice.paid_at, invoice.client.time_zone)}"
    return str(invoice.get_state_display())


def _money(amount: Money) -> str:
    return str(amount).replace("-", "−")
