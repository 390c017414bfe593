"""An agreement on paper: what the page shows, for one side."""

from assignments.sheet_page import Amended, SheetPage
from common.pdf import Paper
from common.when import instant


def document(page: SheetPage, zone: str) -> bytes:
    """The shown version with its amendments and hashes, as PDF. Times are in `zone`, that of the site."""
    paper = Paper(f"Agreement {page.shown.number}")
    paper.add_page()
    paper.words(paper.name, 18, "B")
    paper.ln(2)
    row, sheet = page.sheet.assignment, page.sheet
    paper.words(f"{row.number} {sheet.parts.shared['scope']['title']}", 12)
    paper.rule()
    paper.field("Client", page.client_name)
    paper.field("Worker", str(sheet.engagement.worker))
    paper.field("Agreed", instant(sheet.made_at, zone))
    if page.position:
        paper.field("As amended", instant(page.shown.made_at, zone))
    for section in page.sections:
        paper.rule()
        paper.words(section.title, 12, "B")
        paper.ln(1)
        for line in section.lines:
            if line.is_text or not line.label:
                _text(paper, line.label, line.text)
            else:
                paper.field(line.label, line.text, "B" if line.is_total else "")
    if page.documents:
        paper.rule()
        paper.words("Documents", 12, "B")
        for one in page.documents:
            paper.field(one.name, f"SHA-256 {one.sha256}")
    for amended in page.amended[: page.position]:
        _amendment(paper, amended, zone)
    paper.rule()
    paper.words("Check", 12, "B")
    for version in page.chain[: page.position + 1]:
        paper.field(version.number, f"SHA-256 {version.sha256}")
    paper.words(
        "Recomputed when this was printed: it matches." if page.matches else "The stored text does not match."
    )
    return bytes(paper.output())


def _text(paper: Paper, label: str, text: str) -> None:
    if label:
        paper.words(label, 10, "B")
    paper.words(text)
    paper.ln(1)


def _amendment(paper: Paper, amended: Amended, zone: str) -> None:
    one = amended.amendment
    paper.rule()
    paper.words(f"Amendment {one.number}: {one.get_kind_display()}", 12, "B")
    paper.field("Proposed by", str(amended.proposed_by))
    accepted = str(amended.accepted_by) if amended.accepted_by else "Not needed: it only adds to the pay"
    paper.field("Accepted by", accepted)
    paper.field("In force", instant(one.made_at, zone))
    for change in amended.changes:
        paper.words(change.label, 10, "B")
        paper.field("Before", change.old or "Nothing")
        paper.field("Now", change.new or "Nothing")
