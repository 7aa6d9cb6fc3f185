"""The configurations with which a search starts: ordered, strong and unlike each other."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from autoskl.core.configuration import Configuration, Value
from autoskl.core.task import Task
from autoskl.metalearning.shipped import metadata_file
from autoskl.space.space import Space


@dataclass(frozen=True, slots=True)
class PortfolioEntry:
    """A line of the portfolio file.

    Attributes
    ----------
    tasks : tuple of Task
        Tasks for which it is meant.
    values : mapping
        Hyperparameters that differ from their defaults.
    max_rows : float
        Not used for tables with more rows.
    """

    tasks: tuple[Task, ...]
    values: Mapping[str, Value]
    max_rows: float = float("inf")


@cache
def read_portfolio(path: Path | None = None) -> tuple[PortfolioEntry, ...]:
    """Read a portfolio file, by default the shipped one.

    Parameters
    ----------
    path : Path, default=None
        Lines of JSON: ``{"tasks": [...], "values": {...}, "max_rows": ...}``.
    """
    text = (path or metadata_file("portfolio.jsonl")).read_text(encoding="utf-8")
    return tuple(_entry(json.loads(line)) for line in text.splitlines() if line.strip())


def _entry(line: Mapping[str, object]) -> PortfolioEntry:
    tasks, values, most = line["tasks"], line["values"], line.get("max_rows", float("inf"))
    if not isinstance(tasks, list) or not isinstance(values, dict):
        raise ValueError(f"A portfolio line needs a list of tasks and a map of values. Got {line}.")
    return PortfolioEntry(tuple(Task(t) for t in tasks), values, float(str(most)))


def portfolio_for(
    space: Space, task: Task, n_rows: int, entries: tuple[PortfolioEntry, ...] | None = None
) -> Iterator[Configuration]:
    """Yield the portfolio's configurations that belong to a space, in order, each once.

    Parameters
    ----------
    space : Space
        What it lacks, such as a family that is not installed or was excluded, drops the entry;
        what an entry does not say gets its default.
    task : Task
    n_rows : int
    entries : tuple of PortfolioEntry, default=None
        The shipped ones by default.
    """
    seen: set[Configuration] = set()
    for entry in read_portfolio() if entries is None else entries:
        if task not in entry.tasks or n_rows > entry.max_rows or not _fits(entry, space):
            continue
        known = {name: value for name, value in entry.values.items() if name in space.parameters}
        try:
            configuration = space.complete(known)
        except ValueError:
            continue  # outside the range that the user gave to a hyperparameter
        if configuration not in seen:
            seen.add(configuration)
            yield configuration


def _fits(entry: PortfolioEntry, space: Space) -> bool:
    """Whether the space has the entry's model, and everything said about that model."""
    model = entry.values["model"]
    own = [name for name in entry.values if name.startswith(f"{model}:")]
    choice = space.parameters.get("model")
    return (
        choice is not None
        and model in getattr(choice, "values", ())
        and all(name in space.parameters for name in own)
    )
