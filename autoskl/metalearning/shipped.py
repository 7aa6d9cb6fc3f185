"""Where the metadata files are: inside the wheel, or beside the package in a checkout."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent


def metadata_file(name: str) -> Path:
    """Return the path of a shipped metadata file.

    Parameters
    ----------
    name : str
        For example ``"portfolio.jsonl"``.

    Raises
    ------
    FileNotFoundError
        When the installation lacks it.
    """
    for folder in (_PACKAGE / "_metadata", _PACKAGE.parent / "metadata"):
        path = folder / name
        if path.is_file():
            return path
    raise FileNotFoundError(
        f"The metadata file {name!r} is missing from this installation of autoskl. "
        "Install it again."
    )
