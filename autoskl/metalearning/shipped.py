"""What was learned from other data sets, as it is shipped: text, read once, at the first fit."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from autoskl.core.errors import StoreError
from autoskl.core.task import Task
from autoskl.metalearning.candidates import Candidate, read_candidates

VARIABLE = "AUTOSKL_METADATA"
"""Environment variable that names another folder of metadata, for honest benchmarks."""

FORMAT = 1

_NEWCOMER = "newcomer"
"""Origin of candidates that are tried before anything was learned of their family."""

_FIRST_NEWCOMER = 5
_NEXT_NEWCOMER = 4

_PACKAGE = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Portfolio:
    """Configurations in the order in which they are best tried, for tables of about one size.

    Attributes
    ----------
    rows : float
    order : tuple of str
        Keys of candidates.
    """

    rows: float
    order: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Metadata:
    """All that is shipped.

    Attributes
    ----------
    candidates : mapping of str to Candidate
        By key.
    portfolios : mapping of Task to tuple of Portfolio
    costs : mapping of str to tuple of float
        Coefficients of `cost_features` by family.
    newcomers : tuple of Candidate
        Of families that no evaluation knows yet; they stand at fixed places of every order.
    """

    candidates: Mapping[str, Candidate]
    portfolios: Mapping[Task, tuple[Portfolio, ...]]
    costs: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    newcomers: tuple[Candidate, ...] = field(default=(), compare=False)

    def order(self, task: Task, n_rows: int) -> list[Candidate]:
        """Return the candidates for a table, in order: those learned for the nearest size.

        Parameters
        ----------
        task : Task
        n_rows : int
        """
        lists = self.portfolios.get(task, ())
        if not lists:
            return []
        size = math.log(max(n_rows, 1))
        nearest = min(lists, key=lambda portfolio: abs(math.log(portfolio.rows) - size))
        order = [self.candidates[key] for key in nearest.order]
        for i, newcomer in enumerate(c for c in self.newcomers if task in c.tasks):
            place = _FIRST_NEWCOMER + i * _NEXT_NEWCOMER
            if place < len(order):
                order.insert(place, newcomer)
        return order


def shipped_metadata() -> Metadata:
    """Return the metadata of this installation, or of the folder that `VARIABLE` names."""
    return read_metadata(metadata_folder())


def metadata_folder() -> Path:
    """Return the folder that the metadata are read from.

    Raises
    ------
    StoreError
        When the environment names a folder that is none.
    FileNotFoundError
        When the installation lacks its metadata.
    """
    named = os.environ.get(VARIABLE)
    if named:
        if not Path(named).is_dir():
            raise StoreError(f"The environment variable {VARIABLE} names no folder: {named}.")
        return Path(named)
    for folder in (_PACKAGE / "_metadata", _PACKAGE.parent / "metadata"):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(
        "The metadata are missing from this installation of autoskl. Install it again."
    )


def metadata_file(name: str) -> Path:
    """Return the path of a metadata file.

    Parameters
    ----------
    name : str
        For example ``"candidates.jsonl"``.

    Raises
    ------
    FileNotFoundError
        When the installation lacks it.
    """
    path = metadata_folder() / name
    if path.is_file():
        return path
    raise FileNotFoundError(
        f"The metadata file {name!r} is missing from {path.parent}. Install autoskl again."
    )


@contextmanager
def damage_told(what: str, folder: Path) -> Iterator[None]:
    """Raise a StoreError for whatever reading damaged files brings.

    Parameters
    ----------
    what : str
        What the files hold, for the message.
    folder : Path
    """
    try:
        yield
    except (OSError, LookupError, TypeError, ValueError) as error:
        raise StoreError(f"The {what} in {folder} cannot be read: {error}.") from error


@cache
def read_metadata(folder: Path) -> Metadata:
    """Read a folder of metadata.

    Parameters
    ----------
    folder : Path

    Raises
    ------
    StoreError
        When the files are damaged or of a newer format.
    """
    with damage_told("metadata", folder):
        manifest = _read(folder / "manifest.json")
        if int(manifest["format"]) > FORMAT:
            raise StoreError(
                f"The metadata in {folder} have format {manifest['format']}; this autoskl reads up "
                f"to format {FORMAT}. Update autoskl."
            )
        candidates = {c.key: c for c in read_candidates(folder / "configurations.jsonl")}
        portfolios = {
            Task(name): tuple(_portfolio(item, candidates) for item in lists)
            for name, lists in _read(folder / "portfolios.json").items()
        }
        costs = {
            str(family): tuple(float(value) for value in values)
            for family, values in _read(folder / "costs.json").items()
        }
        every = folder / "candidates.jsonl"
        # Of several hundred lines only these few are needed.
        known = read_candidates(every, _NEWCOMER) if every.is_file() else ()
        new = (c for c in known if c.origin == _NEWCOMER and c.family not in costs)
        newcomers = tuple(new)
    return Metadata(candidates, portfolios, costs, newcomers)


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return how metadata were made, without their format.

    Parameters
    ----------
    folder : Path
    """
    with damage_told("manifest", folder):
        content = _read(folder / "manifest.json")
    return {name: value for name, value in content.items() if name != "format"}


def write_metadata(folder: Path, metadata: Metadata, manifest: Mapping[str, Any]) -> None:
    """Write metadata as text: sorted, one item a line, so that changes can be read.

    Parameters
    ----------
    folder : Path
    metadata : Metadata
    manifest : mapping
        How they were made.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lines = [candidate.to_line() + "\n" for candidate in metadata.candidates.values()]
    (folder / "configurations.jsonl").write_text("".join(lines), encoding="utf-8")
    portfolios = {
        str(task): [{"rows": p.rows, "order": list(p.order)} for p in lists]
        for task, lists in sorted(metadata.portfolios.items())
    }
    _write(folder / "portfolios.json", portfolios)
    _write(folder / "costs.json", {f: list(v) for f, v in sorted(metadata.costs.items())})
    _write(folder / "manifest.json", {"format": FORMAT, **manifest})


def _portfolio(item: Mapping[str, Any], candidates: Mapping[str, Candidate]) -> Portfolio:
    order: Sequence[str] = tuple(str(key) for key in item["order"])
    unknown = [key for key in order if key not in candidates]
    if unknown:
        raise ValueError(f"a portfolio names configurations that are not there: {unknown[0]}")
    return Portfolio(float(item["rows"]), tuple(order))


def _read(path: Path) -> dict[str, Any]:
    content = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(content, dict):
        raise ValueError(f"{path.name} holds no map")
    return content


def _write(path: Path, content: object) -> None:
    text = json.dumps(content, indent=1, sort_keys=True)
    path.write_text(text + "\n", encoding="utf-8")
