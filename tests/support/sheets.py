"""Workbooks, as their own reader shows them: the texts and numbers of the first sheet, row by row."""

import zipfile
from io import BytesIO
from xml.etree import ElementTree

SPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def rows(body: bytes) -> list[list[str]]:
    """Every row from its first cell on; empty cells are "". A formula fails: no export may hold one."""
    sheet = zipfile.ZipFile(BytesIO(body)).read("xl/worksheets/sheet1.xml")
    tree = ElementTree.fromstring(sheet)  # noqa: S314 - our own file
    assert tree.find(f".//{SPACE}f") is None, "a cell is a formula"
    found = []
    for row in tree.iter(f"{SPACE}row"):
        cells: list[str] = []
        for cell in row.iter(f"{SPACE}c"):
            place = _column(cell.attrib["r"])
            cells += [""] * (place - len(cells))
            cells.append("".join(cell.itertext()))
        found.append(cells)
    return found


def words(body: bytes) -> str:
    """All of it as one text, for searches."""
    return " ".join(cell for row in rows(body) for cell in row if cell)


def _column(name: str) -> int:
    """Which column "AB12" stands in, from 0."""
    place = 0
    for letter in name:
        if letter.isalpha():
            place = place * 26 + ord(letter) - 64
    return place - 1
