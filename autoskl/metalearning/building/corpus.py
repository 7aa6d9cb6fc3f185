"""The corpus: a folder of data sets with an index."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autoskl.core.task import Task
from autoskl.metalearning.building.known_groups import is_artificial, known_group

INDEX = "index.csv"
_REQUIRED = ("name", "task", "target", "rows", "columns")


@dataclass(frozen=True, slots=True, kw_only=True)
class CorpusEntry:
    """A data set of the index.

    Attributes
    ----------
    name : str
        The data are in ``<name>.csv.gz`` or ``<name>.csv``.
    task : Task
    target : str
        Name of the column to predict.
    rows, columns : int
    group : str
        Near-duplicates share a group, so that they are held out together.
    weight : float
        Weight of the data set; artificial data get less.
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
        With ``index.csv``, whose columns ``name, task, target, rows, columns`` are required and
        ``group, weight`` optional; without them `known_groups` applies.

    Raises
    ------
    ValueError
        If the index is missing, empty, lacks a column or has an invalid line.
    """
    path = folder / INDEX
    if not path.is_file():
        raise ValueError(f"{folder} has no {INDEX}, the list of its data sets.")
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        lines = [(reader.line_num, line) for line in reader]
    if not lines:
        raise ValueError(f"{path} lists no data sets.")
    missing = [name for name in _REQUIRED if name not in lines[0][1]]
    if missing:
        raise ValueError(f"{path} has no column {', '.join(missing)}.")
    entries = []
    for number, line in lines:
        try:
            entries.append(_entry(line))
        except (TypeError, ValueError) as error:
            raise ValueError(
                f"{path}, line {number}, is invalid: {error}. It needs a task ({', '.join(Task)}) "
                "and whole numbers of rows and columns."
            ) from error
    return entries


def table_file(folder: Path, entry: CorpusEntry) -> Path | None:
    """Return the file of a data set, or None if it is missing.

    Parameters
    ----------
    folder : Path
    entry : CorpusEntry
    """
    paths = (folder / f"{entry.name}.csv.gz", folder / f"{entry.name}.csv")
    return next((path for path in paths if path.is_file()), None)


def read_table(folder: Path, entry: CorpusEntry) -> tuple[Any, Any]:
    """Return the table (a data frame) and the target (a series) of a data set.

    Parameters
    ----------
    folder : Path
    entry : CorpusEntry

    Raises
    ------
    ValueError
        If the file or the target column is missing.
    """
    import pandas as pd

    path = table_file(folder, entry)
    if path is None:
        raise ValueError(f"{folder} has no {entry.name}.csv.gz, which its {INDEX} lists.")
    table = pd.read_csv(path, low_memory=False)
    if entry.target not in table.columns:
        raise ValueError(f"{path.name} has no column {entry.target!r}, its target.")
    table = table[table[entry.target].notna()].reset_index(drop=True)
    return table.drop(columns=entry.target), table[entry.target]


def _entry(line: Mapping[str, str]) -> CorpusEntry:
    name = line["name"]
    artificial = "artificial" in line.get("notes", "") or is_artificial(name)
    return CorpusEntry(
        name=name,
        task=Task(line["task"]),
        target=line["target"],
        rows=int(line["rows"]),
        columns=int(line["columns"]),
        group=line.get("group") or known_group(name),
        weight=float(line.get("weight") or (0.25 if artificial else 1.0)),
    )
