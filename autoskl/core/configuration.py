"""A point of a search space: plain frozen values with a stable hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from functools import cached_property

Value = bool | int | float | str | None


class Configuration(Mapping[str, Value]):
    """Active hyperparameters and their values.

    Two configurations are equal when they hold the same values, in any order. The hash is the same
    in every process and on every machine, so it can seed random generators and name files.

    Parameters
    ----------
    values : mapping of str to bool, int, float, str or None
        Active hyperparameters only.

    Examples
    --------
    >>> from autoskl.core.configuration import Configuration
    >>> Configuration({"model": "knn", "knn:k": 5}) == Configuration({"knn:k": 5, "model": "knn"})
    True
    """

    def __init__(self, values: Mapping[str, Value]) -> None:
        self._values = dict(sorted(values.items()))

    def __getitem__(self, name: str) -> Value:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __hash__(self) -> int:
        return int(self.digest[:15], 16)

    def __eq__(self, other: object) -> bool:
        # By digest, since True == 1 == 1.0 in Python.
        return isinstance(other, Configuration) and self.digest == other.digest

    def __repr__(self) -> str:
        return f"Configuration({self._values!r})"

    @cached_property
    def digest(self) -> str:
        """Stable hexadecimal hash of the values (64 digits)."""
        text = json.dumps(self._values, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def model(self) -> str:
        """Name of the model: the algorithm that the configuration chooses."""
        return str(self["model"])

    def part(self, component: str) -> dict[str, Value]:
        """Return the values named ``component:...``, without that prefix."""
        prefix = component + ":"
        return {k.removeprefix(prefix): v for k, v in self.items() if k.startswith(prefix)}
