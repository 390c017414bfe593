"""The databases of measuring programs: each makes its own under a test name, and removes it at the end."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def settings_for(name: str, url: str) -> Iterator[None]:
    """Choose the settings of a run, before anything of Django is imported. `url` empty: SQLite in a new folder."""
    with tempfile.TemporaryDirectory(prefix="onsite-bench-") as folder:
        os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
        os.environ["ONSITE_LOG_LEVEL"] = "ERROR"
        os.environ["ONSITE_TEST_DATABASE"] = f"onsite_test_bench_{name}"
        os.environ.setdefault("ONSITE_STATEMENT_TIMEOUT_SECONDS", "3600")
        if url:
            os.environ["DATABASE_URL"] = url
        else:
            os.environ.pop("DATABASE_URL", None)
            os.environ["ONSITE_VAR"] = folder
            os.environ["ONSITE_TEST_SQLITE"] = str(Path(folder) / "bench.sqlite3")
        yield
