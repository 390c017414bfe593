"""The table clause -> tests, read from the story files. `python -m tests.support.clauses` prints it for README.md."""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
STORIES: Final = ROOT / "tests" / "clauses"
NAME: Final = re.compile(r"test_([sc]\d\d|n\d+)_\w+")
CLAUSES: Final = (
    *(f"S{n:02}" for n in range(1, 44)), *(f"C{n:02}" for n in range(1, 11)), "N1", "N2", "N3", "N4",
    "N5", "N6", "N7", "N8", "N9",
)  # fmt: skip
"""Those of the mission that are kept by now."""
START, END = "<!-- clauses -->", "<!-- /clauses -->"


def stories() -> Iterator[tuple[str, str, str, str]]:
    """(clause, file, test, first line of its docstring) of every story, in the order of the files."""
    for path in sorted(STORIES.glob("test_*.py")):
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.FunctionDef) and (found := NAME.fullmatch(node.name)):
                words = (ast.get_docstring(node) or "").split("\n")[0]
                yield found[1].upper(), str(path.relative_to(ROOT)), node.name, words


def table() -> str:
    """The Markdown table: each clause with its tests; a clause with several has them in one cell."""
    lines = ["| clause | promise | tests |", "| --- | --- | --- |"]
    by_clause: dict[str, list[tuple[str, str, str]]] = {}
    for clause, file, test, words in stories():
        by_clause.setdefault(clause, []).append((file, test, words))
    for clause in CLAUSES:
        found = by_clause.get(clause, [])
        promise = found[0][2].partition(": ")[2] if found else ""
        tests = "<br>".join(f"[`{test}`]({file})" for file, test, _ in found)
        lines.append(f"| {clause} | {promise} | {tests} |")
    return "\n".join(lines)


def in_readme() -> str:
    """What README.md holds between the markers; empty without them."""
    text = (ROOT / "README.md").read_text()
    return text.partition(START)[2].partition(END)[0].strip() if START in text else ""


if __name__ == "__main__":
    sys.stdout.write(f"{START}\n{table()}\n{END}\n")
