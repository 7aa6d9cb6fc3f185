"""The temporary folder of a run, where workers leave fitted models."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterator


@contextlib.contextmanager
def run_folder() -> Iterator[str | None]:
    """Make a temporary folder and remove it at the end; None where no folder can be made."""
    try:
        path = tempfile.mkdtemp(prefix="autoskl-run-")
    except OSError:
        # Read-only machines exist: then models stay in memory.
        yield None
        return
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)
