"""A folder of data sets with an index: the tasks that configurations are tried on."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autoskl.core.task import Task

INDEX = "index.csv"
_REQUIRED = ("name", "task", "target", "rows", "columns")


@dataclass(frozen=True, slots=True, kw_only=True)
class CorpusEntry:
    """A line of the index.

    Attributes
    ----------
    name : str
        The data are in ``<name>.csv.gz`` or ``<name>.csv``.
    task : Task
    target : str
        Name of the column to predict.
    rows, columns : int
    group : str
        Tasks of one group are nearly the same; what is learned from one is no news on another.
    weight : float
        How much it should count against others, such as less for artificial data.
    """

    name: str
    task: Task
    target: str
    rows: int
    columns: int
    group: str
    weight: float


def read_corpus(folder: Path) -> list[CorpusEntry]:
    """Read the index of a folder of data sets.

    Parameters
    ----------
    folder : Path
        With ``index.csv``, whose columns ``name, task, target, rows, columns`` are needed and
        ``group, weight`` are used. Near-duplicates that it does not name are taken from
        `KNOWN_GROUPS`.

    Raises
    ------
    ValueError
        When the index is missing or lacks a column.
    """
    path = folder / INDEX
    if not path.is_file():
        raise ValueError(f"{folder} has no {INDEX}, which must list the data sets.")
    with path.open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    missing = [name for name in _REQUIRED if lines and name not in lines[0]]
    if missing or not lines:
        raise ValueError(f"{path} has no lines, or no column {', '.join(missing)}.")
    return [_entry(line) for line in lines]


def read_table(folder: Path, entry: CorpusEntry) -> tuple[Any, Any]:
    """Return the table (a data frame) and the target (a series) of a data set.

    Parameters
    ----------
    folder : Path
    entry : CorpusEntry

    Raises
    ------
    ValueError
        When the file or the target column is missing.
    """
    import pandas as pd

    for name in (f"{entry.name}.csv.gz", f"{entry.name}.csv"):
        if (folder / name).is_file():
            table = pd.read_csv(folder / name, low_memory=False)
            break
    else:
        raise ValueError(f"{folder} has no {entry.name}.csv.gz, which its {INDEX} lists.")
    if entry.target not in table.columns:
        raise ValueError(f"{name} has no column {entry.target!r}, its target.")
    table = table[table[entry.target].notna()].reset_index(drop=True)
    return table.drop(columns=entry.target), table[entry.target]


def _entry(line: Mapping[str, str]) -> CorpusEntry:
    name = line["name"]
    artificial = "artificial" in line.get("notes", "") or name.startswith(ARTIFICIAL)
    return CorpusEntry(
        name=name,
        task=Task(line["task"]),
        target=line["target"],
        rows=int(line["rows"]),
        columns=int(line["columns"]),
        group=line.get("group") or GROUP_OF.get(name, name),
        weight=float(line.get("weight") or (0.25 if artificial else 1.0)),
    )


KNOWN_GROUPS: Mapping[str, Sequence[str]] = {
    "nasa-defects": ("pc1", "pc3", "pc4", "pc5", "kc1", "kc2", "mc1", "jm1", "cm1"),
    "heart-disease": ("heart-cleveland", "heart-hungarian", "heart-statlog"),
    "puma": ("puma-8nh", "puma-32h"),
    "bank-queues": ("bank-8fm", "bank-32nh"),
    "digits": ("mnist-4k", "usps-2k", "optdigits", "pendigits", "semeion"),
    "breast-wisconsin": ("breast-w", "wdbc"),
    "interest-rates": ("mortgage-rate", "treasury"),
    "taxi": ("taxi-fare", "taxi-tip"),
    "wine-quality": ("wine-quality-red", "wine-quality-white", "wine-quality"),
}
"""Data sets in wide use that come in several versions."""

GROUP_OF = {name: group for group, names in KNOWN_GROUPS.items() for name in names}

ARTIFICIAL = (
    "2dplanes", "fried", "mv", "waveform", "led7digit", "madelon", "autouniv", "grid-stability",
    "hill-valley", "puma-", "bank-8fm", "bank-32nh", "mortgage-rate",
)  # fmt: skip
"""Beginnings of the names of generated data sets."""
