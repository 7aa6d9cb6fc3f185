"""Configurations that can be transferred from one data set to another."""

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

_MODEL_ROLE = "model"


@dataclass(frozen=True)
class PortableConfiguration:
    """Hyperparameter values, complete for the model, and the tasks they apply to.

    Values that a table does not need, such as an encoder without categorical columns, are ignored
    there.

    Attributes
    ----------
    tasks : tuple of Task
    values : mapping
    origin : str
        Where it comes from, such as ``"default"`` or ``"random"``.
    """

    tasks: tuple[Task, ...]
    values: Mapping[str, Value]
    origin: str = ""

    @cached_property
    def key(self) -> str:
        """Stable identifier (16 hexadecimal digits)."""
        return Configuration(self.values).digest[:16]

    @property
    def family(self) -> str:
        """Name of the model."""
        return str(self.values[_MODEL_ROLE])

    def to_configuration(self, space: Space) -> Configuration | None:
        """Return the valid configuration in a space, or None if the space lacks the model.

        Parameters
        ----------
        space : Space
            Search space of the table.
        """
        choice = space.parameters.get(_MODEL_ROLE)
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
            return None  # outside a range set by the user

    def to_line(self) -> str:
        """Return the candidate as one line of JSON."""
        tasks = [str(task) for task in self.tasks]
        content = {"tasks": tasks, "values": dict(sorted(self.values.items()))}
        return json.dumps({**content, "origin": self.origin})


def _with_current_names(values: Mapping[str, Value], family: str) -> dict[str, Value]:
    """Replace names that hyperparameters of the model had in earlier versions."""
    new = {f"{family}:{a}": f"{family}:{b}" for a, b in component(family).renamed.items()}
    return {new.get(name, name): value for name, value in values.items()}


def read_candidates(path: Path, containing: str = "") -> tuple[PortableConfiguration, ...]:
    """Read candidates from a file with one JSON object per line.

    Parameters
    ----------
    path : Path
    containing : str, default=""
        Lines without this text are skipped unparsed.

    Raises
    ------
    ValueError
        If a line was not written by `PortableConfiguration.to_line`.
    """
    lines = path.read_text(encoding="utf-8").splitlines()
    return tuple(_candidate(line, path) for line in lines if line.strip() and containing in line)


def write_candidates(path: Path, candidates: Iterable[PortableConfiguration]) -> None:
    """Write candidates, one JSON object per line."""
    path.write_text("".join(c.to_line() + "\n" for c in candidates), encoding="utf-8")


def _candidate(line: str, path: Path) -> PortableConfiguration:
    try:
        content = json.loads(line)
        tasks = tuple(Task(name) for name in content["tasks"])
        return PortableConfiguration(
            tasks, checked_values(content["values"]), str(content.get("origin", ""))
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path.name} has an invalid line ({error}): {line[:80]}") from error


def checked_values(values: object) -> dict[str, Value]:
    """Return hyperparameter values from an untrusted source after checking them.

    Raises
    ------
    ValueError
        If they do not map names to numbers, booleans, None or short strings.
    """
    if not isinstance(values, dict) or _MODEL_ROLE not in values:
        raise ValueError(
            f"values must be a mapping with the key {_MODEL_ROLE!r}. Got {values!r:.80}"
        )
    for name, value in values.items():
        plain = value is None or isinstance(value, bool | int | float | str)
        if not isinstance(name, str) or not plain or len(str(value)) > 200:
            raise ValueError(f"hyperparameter {name!r:.80} has an unsupported value: {value!r:.80}")
    return values
