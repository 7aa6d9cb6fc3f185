"""Configurations that can be carried from one table to another."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from autoskl.components.registry import component
from autoskl.core.configuration import Configuration, Value
from autoskl.core.task import Task
from autoskl.space.space import Space

_ROLE_OF_MODEL = "model"


@dataclass(frozen=True)
class Candidate:
    """Values of hyperparameters, complete for the model, with the tasks that they are for.

    What a table does not need, such as an encoder where nothing is categorical, is passed over
    there.

    Attributes
    ----------
    tasks : tuple of Task
    values : mapping
    origin : str
        Who proposed it, such as ``"default"`` or ``"random"``.
    """

    tasks: tuple[Task, ...]
    values: Mapping[str, Value]
    origin: str = ""

    @cached_property
    def key(self) -> str:
        """Stable name (16 hexadecimal digits)."""
        return Configuration(self.values).digest[:16]

    @property
    def family(self) -> str:
        """Name of the model."""
        return str(self.values[_ROLE_OF_MODEL])

    def fitted_to(self, space: Space) -> Configuration | None:
        """Return the legal configuration of a table, or None when its space lacks the model.

        Parameters
        ----------
        space : Space
            Of the table.
        """
        choice = space.parameters.get(_ROLE_OF_MODEL)
        if choice is None or self.family not in getattr(choice, "values", (self.family,)):
            return None
        values = _with_current_names(self.values, self.family)
        own = [n for n in values if n.startswith(f"{self.family}:")]
        optional = component(self.family).category_parameters
        if any(
            name not in space.parameters and name.partition(":")[2] not in optional for name in own
        ):
            return None
        known = {name: value for name, value in values.items() if name in space.parameters}
        try:
            return space.complete(known)
        except ValueError:
            return None  # outside the range that the user gave to a hyperparameter

    def to_line(self) -> str:
        """Return the line of a file of candidates."""
        tasks = [str(task) for task in self.tasks]
        content = {"tasks": tasks, "values": dict(sorted(self.values.items()))}
        return json.dumps({**content, "origin": self.origin})


def _with_current_names(values: Mapping[str, Value], family: str) -> dict[str, Value]:
    """Rename hyperparameters of the model that had another name in an earlier version."""
    new = {f"{family}:{a}": f"{family}:{b}" for a, b in component(family).renamed.items()}
    return {new.get(name, name): value for name, value in values.items()}


def read_candidates(path: Path, containing: str = "") -> tuple[Candidate, ...]:
    """Read a file of candidates, one line of JSON for each.

    Parameters
    ----------
    path : Path
    containing : str, default=""
        Lines without this text are passed over unread.

    Raises
    ------
    ValueError
        When a line is not what `Candidate.to_line` writes.
    """
    lines = path.read_text(encoding="utf-8").splitlines()
    return tuple(_candidate(line, path) for line in lines if line.strip() and containing in line)


def write_candidates(path: Path, candidates: Iterable[Candidate]) -> None:
    """Write a file of candidates."""
    path.write_text("".join(c.to_line() + "\n" for c in candidates), encoding="utf-8")


def _candidate(line: str, path: Path) -> Candidate:
    try:
        content = json.loads(line)
        tasks = tuple(Task(name) for name in content["tasks"])
        return Candidate(tasks, checked_values(content["values"]), str(content.get("origin", "")))
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(
            f"{path.name} has a line that is no candidate ({error}): {line[:80]}"
        ) from error


def checked_values(values: object) -> dict[str, Value]:
    """Return values of hyperparameters from an untrusted source, or refuse them.

    Raises
    ------
    ValueError
        When they are not a map of names to numbers, truth values and short texts.
    """
    if not isinstance(values, dict) or _ROLE_OF_MODEL not in values:
        raise ValueError(f"values must be a map with a {_ROLE_OF_MODEL!r}. Got {values!r:.80}")
    for name, value in values.items():
        plain = value is None or isinstance(value, bool | int | float | str)
        if not isinstance(name, str) or not plain or len(str(value)) > 200:
            raise ValueError(f"hyperparameter {name!r:.80} has no plain value: {value!r:.80}")
    return values
