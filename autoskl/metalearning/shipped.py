"""Reads and writes shipped metadata: text files, read once, at the first fit."""

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
from autoskl.metalearning.candidates import PortableConfiguration, read_candidates
from autoskl.metalearning.newcomer_positions import newcomer_position

VARIABLE = "AUTOSKL_METADATA"
"""Environment variable with another metadata folder, for benchmarks on held-out data sets."""

METADATA_FORMAT = 1
"""Incremented when earlier versions can no longer read the files."""

_NEWCOMER = "newcomer"
"""Origin of candidates whose family has not been evaluated yet."""

_PACKAGE = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Portfolio:
    """Configurations in the order to try them, for tables of a similar size.

    Attributes
    ----------
    rows : float
        Number of rows the order was learned for.
    order : tuple of str
        Keys of candidates.
    """

    rows: float
    order: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Metadata:
    """Content of the shipped metadata.

    Attributes
    ----------
    candidates : mapping of str to PortableConfiguration
        By key.
    portfolios : mapping of Task to tuple of Portfolio
    costs : mapping of str to tuple of float
        Coefficients of `cost_features` by family.
    newcomers : tuple of PortableConfiguration
        Candidates of families without evaluations; inserted at fixed positions of every order.
    """

    candidates: Mapping[str, PortableConfiguration]
    portfolios: Mapping[Task, tuple[Portfolio, ...]]
    costs: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    newcomers: tuple[PortableConfiguration, ...] = field(default=(), compare=False)

    def order(self, task: Task, n_rows: int) -> list[PortableConfiguration]:
        """Return the candidates for a table in the order learned for the nearest size.

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
            position = newcomer_position(i)
            if position < len(order):
                order.insert(position, newcomer)
        return order


def shipped_metadata() -> Metadata:
    """Return the metadata of this installation, or of the folder named by `VARIABLE`."""
    return read_metadata(metadata_folder())


def metadata_folder() -> Path:
    """Return the folder from which metadata are read.

    Raises
    ------
    StoreError
        If the environment variable does not name a folder.
    FileNotFoundError
        If the installation lacks its metadata.
    """
    named = os.environ.get(VARIABLE)
    if named:
        if not Path(named).is_dir():
            raise StoreError(
                f"The environment variable {VARIABLE} does not name a folder: {named}."
            )
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
        If the installation lacks it.
    """
    path = metadata_folder() / name
    if path.is_file():
        return path
    raise FileNotFoundError(
        f"The metadata file {name!r} is missing from {path.parent}. Install autoskl again."
    )


@contextmanager
def raise_store_error(what: str, folder: Path) -> Iterator[None]:
    """Turn the errors of reading damaged files into a StoreError.

    Parameters
    ----------
    what : str
        Content of the files, for the message.
    folder : Path
    """
    try:
        yield
    except (OSError, LookupError, TypeError, ValueError) as error:
        raise StoreError(f"The {what} in {folder} cannot be read: {error}.") from error


@cache
def read_metadata(folder: Path) -> Metadata:
    """Read a metadata folder.

    Parameters
    ----------
    folder : Path

    Raises
    ------
    StoreError
        If the files are damaged or of a newer format.
    """
    with raise_store_error("metadata", folder):
        manifest = _read(folder / "manifest.json")
        if int(manifest["format"]) > METADATA_FORMAT:
            raise StoreError(
                f"The metadata in {folder} have format {manifest['format']}; this autoskl reads up "
                f"to format {METADATA_FORMAT}. Update autoskl."
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
        catalogue = folder / "candidates.jsonl"
        # The file has several hundred lines, of which only a few are newcomers.
        known = read_candidates(catalogue, _NEWCOMER) if catalogue.is_file() else ()
        newcomers = tuple(c for c in known if c.origin == _NEWCOMER and c.family not in costs)
    return Metadata(candidates, portfolios, costs, newcomers)


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return the provenance of metadata, without their format.

    Parameters
    ----------
    folder : Path
    """
    with raise_store_error("manifest", folder):
        content = _read(folder / "manifest.json")
    return {name: value for name, value in content.items() if name != "format"}


def write_metadata(folder: Path, metadata: Metadata, manifest: Mapping[str, Any]) -> None:
    """Write metadata as text: sorted, one item per line, so that diffs are readable.

    Parameters
    ----------
    folder : Path
    metadata : Metadata
    manifest : mapping
        Provenance of the metadata.
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
    _write(folder / "manifest.json", {"format": METADATA_FORMAT, **manifest})


def _portfolio(
    item: Mapping[str, Any], candidates: Mapping[str, PortableConfiguration]
) -> Portfolio:
    order: Sequence[str] = tuple(str(key) for key in item["order"])
    unknown = [key for key in order if key not in candidates]
    if unknown:
        raise ValueError(f"a portfolio names an unknown configuration: {unknown[0]}")
    return Portfolio(float(item["rows"]), tuple(order))


def _read(path: Path) -> dict[str, Any]:
    content = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(content, dict):
        raise ValueError(f"{path.name} is not a JSON object")
    return content


def _write(path: Path, content: object) -> None:
    text = json.dumps(content, indent=1, sort_keys=True)
    path.write_text(text + "\n", encoding="utf-8")
