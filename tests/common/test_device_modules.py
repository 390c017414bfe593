"""The service worker keeps every script that another one imports, else a page without a signal would break."""

import re
from pathlib import Path

from common.device import MODULES

SCRIPTS = Path(__file__).resolve().parents[2] / "static" / "js"
IMPORTED = re.compile(r'(?:from|import)\s*\(?\s*"\./(\w+\.js)"')


def test_every_imported_script_is_kept() -> None:
    found = {f"js/{name}" for file in SCRIPTS.glob("*.js") for name in IMPORTED.findall(file.read_text())}
    assert found == set(MODULES)
