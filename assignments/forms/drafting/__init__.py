"""The form of an assignment: one page, a module for each section, and what it means as the content of a draft."""

from assignments.forms.drafting.page import SECTIONS, DraftForm, section_of
from assignments.forms.drafting.price import PriceForm

__all__ = ["SECTIONS", "DraftForm", "PriceForm", "section_of"]
