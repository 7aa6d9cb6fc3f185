"""Reading and writing the files of the command line; errors say what is wrong with a file."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from autoskl.core.suggestions import did_you_mean

FORMAT = "autoskl-model-1"
"""Format tag of a model file."""

_OTHER_FORMATS = (".parquet", ".feather", ".arrow", ".xls", ".xlsx", ".json", ".jsonl")
_OTHER_SEPARATORS = (";", "\t", "|")


class CommandError(Exception):
    """The command failed for a reason that the user can act on."""


def read_csv(path: Path) -> Any:
    """Return the table in a CSV file.

    Parameters
    ----------
    path : Path

    Raises
    ------
    CommandError
        If the file does not exist or is not CSV.
    """
    import pandas as pd

    _check_exists(path)
    if path.suffix.lower() in _OTHER_FORMATS:
        raise CommandError(f"{path} is not a CSV file; only CSV is supported here")
    try:
        return pd.read_csv(path, low_memory=False)
    except (ValueError, pd.errors.ParserError) as error:  # UnicodeDecodeError is a ValueError
        raise CommandError(f"{path} cannot be read as CSV: {error}") from error


def target_column(table: Any, name: str, path: Path) -> Any:
    """Return a column of a table by its name.

    Parameters
    ----------
    table : DataFrame
    name : str
    path : Path
        File of the table, for the message.

    Raises
    ------
    CommandError
        If there is no such column; the message suggests similar names.
    """
    if name in table.columns:
        return table[name]
    columns = [str(column) for column in table.columns]
    advice = did_you_mean(name, columns)
    found = [mark for mark in _OTHER_SEPARATORS if len(columns) == 1 and mark in columns[0]]
    if found:
        advice += f" Its values seem to be separated by {found[0]!r} instead of commas."
    raise CommandError(f"{path} has no column {name!r}. {advice}")


def save_model(estimator: Any, target: str, path: Path) -> None:
    """Write a fitted estimator to a file.

    Parameters
    ----------
    estimator : fitted estimator
    target : str
        Name of the target column.
    path : Path
    """
    import joblib

    model = {"format": FORMAT, "target": target, "estimator": estimator}
    with atomic_file(path, "the model") as unfinished:
        joblib.dump(model, unfinished, compress=("zlib", 1))  # whatever the name ends with


def load_model(path: Path) -> tuple[Any, str]:
    """Return the fitted estimator and the name of the target from a file of `save_model`.

    Parameters
    ----------
    path : Path

    Raises
    ------
    CommandError
        If the file does not exist or is not a model of this version.
    """
    import joblib

    _check_exists(path)
    try:
        model = joblib.load(path)
    except Exception as error:  # unpickling a foreign file can raise anything
        raise CommandError(
            f"{path} cannot be read as a model ({type(error).__name__}: {error}); "
            "it may be damaged, or written by another version"
        ) from error
    if not isinstance(model, dict) or model.get("format") != FORMAT:
        raise CommandError(f"{path} was not written by this version's 'autoskl fit'")
    return model["estimator"], model["target"]


@contextmanager
def atomic_file(path: Path, content: str) -> Iterator[Path]:
    """Yield a temporary path that replaces ``path`` once it is completely written.

    The file that a symbolic link refers to is replaced, not the link. A pipe or a device cannot be
    replaced, and is yielded itself.

    Parameters
    ----------
    path : Path
    content : str
        What is written, for the message.

    Raises
    ------
    CommandError
        If the file cannot be written; an existing one is left unchanged.
    """
    is_replaced = not _is_special(path)
    try:
        if is_replaced:
            with _replacing(_final(path)) as unfinished:
                yield unfinished
        else:
            yield path
    except OSError as error:
        unchanged = f"; {path} was left unchanged" if is_replaced and path.exists() else ""
        message = f"{content} could not be written to {path} ({error}){unchanged}"
        raise CommandError(message) from error


def check_writable(path: Path) -> None:
    """Raise an error if a file could not be written, before time is spent on its content.

    Parameters
    ----------
    path : Path

    Raises
    ------
    CommandError
        If there is no such folder, or no permission to write the file or into its folder.
    """
    if path.is_dir():
        raise CommandError(f"{path} is a folder, not a file")
    if path.exists() and not os.access(path, os.W_OK):
        raise CommandError(f"no permission to write {path}")
    if _is_special(path):
        return
    folder = _final(path).parent
    if not folder.is_dir():
        raise CommandError(f"there is no folder {folder} to write {path.name} into")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise CommandError(
            f"no permission to write into the folder {folder}; a complete new file replaces "
            f"{path.name} there, so choose a folder that you can write into"
        )


@contextmanager
def _replacing(path: Path) -> Iterator[Path]:
    """Yield a path in a private folder beside ``path``, which it replaces at the end."""
    with TemporaryDirectory(prefix=".autoskl-", dir=path.parent) as folder:
        unfinished = Path(folder, path.name)
        yield unfinished
        if path.exists():
            shutil.copymode(path, unfinished)
        unfinished.replace(path)


def _final(path: Path) -> Path:
    """Return the path behind symbolic links; other paths, relative ones too, stay unchanged."""
    return Path(os.path.realpath(path)) if path.is_symlink() else path


def _is_special(path: Path) -> bool:
    """Whether a path exists and is neither a file nor a folder, such as a pipe or a device."""
    return path.exists() and not (path.is_file() or path.is_dir())


def _check_exists(path: Path) -> None:
    if not path.is_file():
        raise CommandError(f"there is no file {path}")
