"""A printed document: A4 pages with a font of its own, so that every name can be written."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from fpdf import FPDF
from fpdf.enums import XPos, YPos

FONTS: Final = Path(settings.BASE_DIR) / "static" / "vendor"
FAMILY: Final = "DejaVu"
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""No paper tells when it was printed: the same content gives the same bytes, and so the same hash."""


class Paper(FPDF):
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
        self.set_creation_date(EPOCH)
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

    def field(self, label: str, value: str, style: str = "") -> None:
        """A label in a narrow column, its value beside it over as many lines as it needs."""
        self.set_font(FAMILY, style, 10)
        if self.will_page_break(12):
            self.add_page()
        top, page = self.get_y(), self.page_no()
        self.multi_cell(52, 5.5, label, align="L", new_x=XPos.RIGHT, new_y=YPos.TOP)
        lines: Any = self.multi_cell(52, 5.5, label, dry_run=True, output="LINES")
        self.set_xy(74, top)
        self.multi_cell(116, 5.5, value, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        if self.page_no() == page:
            self.set_y(max(self.get_y(), top + 5.5 * len(lines)))

    def rule(self) -> None:
        self.ln(2)
        self.line(20, self.get_y(), 190, self.get_y())
        self.ln(3)
