"""What an object of the user's does, as a text that changes when it would do something else."""

from __future__ import annotations

import copyreg
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from types import CellType, CodeType, FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np

from autoskl.core.metrics import Metric
from autoskl.core.scoring import ScorerLoss

_PLAIN = bool | int | float | complex | str | bytes | None
_MOST_OBJECTS = 100_000
_DEEPEST = 100
"""Beyond either an object is told by its type only: what decides a score lies nearer."""


def identity_of(metric: Metric) -> str:
    """Return the name of a metric, and where it is a scorer of the user's, a digest of that.

    The names of functions are not enough: two lambdas have the same, and so have scorers made of
    one function with other arguments.

    Parameters
    ----------
    metric : Metric
    """
    if not isinstance(metric.loss, ScorerLoss):
        return metric.name
    return f"{metric.name} {digest_of(metric.loss.scorer)}"


def digest_of(value: Any) -> str:
    """Return a digest of what a function, a class or an object is made of, as it is now.

    Parameters
    ----------
    value : object
    """
    return _Teller().told(value)[:16]


class _Teller:
    """Tells what values are made of, the same in every process: no addresses, no order of sets."""

    def __init__(self) -> None:
        # With the values, since the identity of one that is gone may become that of another.
        self._known: dict[int, tuple[Any, str]] = {}
        self._n_objects = 0
        self._depth = 0

    def told(self, value: Any) -> str:
        """Return a plain value in words, and a digest of anything else; each object once."""
        if isinstance(value, _PLAIN):
            return repr(value)
        if id(value) in self._known:
            return self._known[id(value)][1]
        if self._n_objects >= _MOST_OBJECTS or self._depth >= _DEEPEST:
            return _name(type(value))
        self._n_objects += 1
        self._known[id(value)] = value, "itself"  # a function may refer to itself
        self._depth += 1
        told = _digest(self._each(value))
        self._depth -= 1
        self._known[id(value)] = value, told
        return told

    def _each(self, value: Any) -> Iterable[str]:
        if isinstance(value, set | frozenset):
            return [_name(type(value)), *sorted(map(self._told_apart, value))]
        if type(value) is dict:
            return sorted(f"{self.told(key)}: {self.told(each)}" for key, each in value.items())
        if type(value) in (list, tuple):
            return map(self.told, value)
        return map(self.told, _parts(value))

    def _told_apart(self, value: Any) -> str:
        """Return what an element of a set is made of, whatever elements came before it."""
        n_known = len(self._known)
        told = self.told(value)
        while len(self._known) > n_known:
            self._known.popitem()
        return told


def _parts(value: Any) -> list[Any]:
    """Return what decides what a function or another object does."""
    if isinstance(value, ModuleType):
        return ["module", value.__name__]
    if isinstance(value, partial):
        return ["partial", value.func, value.args, value.keywords]
    if isinstance(value, CodeType):
        return [value.co_code, value.co_names, value.co_consts]
    if isinstance(value, MethodType):
        return [value.__func__, value.__self__]
    if isinstance(value, CellType):
        return _contents(value)
    if isinstance(value, FunctionType):
        cells = list(value.__closure__ or ())
        return [_name(value), value.__code__, cells, value.__defaults__, value.__kwdefaults__]
    if hasattr(value, "__qualname__"):  # classes, and functions written in C
        return [_name(value), getattr(value, "__self__", None)]
    return _parts_of_table(value) or _parts_of_object(value)


def _contents(cell: CellType) -> list[Any]:
    try:
        return [cell.cell_contents]
    except ValueError:  # a variable that has no value yet
        return []


def _parts_of_table(value: Any) -> list[Any]:
    """Return what an array or a table of pandas holds, however it is stored; [] for others."""
    import pandas as pd

    if type(value) is np.ndarray or isinstance(value, np.generic):
        array = np.asarray(value)
        content = array.ravel().tolist() if array.dtype.hasobject else array.tobytes()
        return ["array", str(array.dtype), array.shape, content]
    if isinstance(value, pd.DataFrame):
        columns = [[column.dtype, np.asarray(column)] for _, column in value.items()]
        return [_name(type(value)), value.columns, value.index, columns]
    if isinstance(value, pd.Series):
        return [_name(type(value)), value.name, value.dtype, value.index, np.asarray(value)]
    if isinstance(value, pd.Index):
        return ["Index", list(value.names), value.dtype, np.asarray(value)]
    return []


def _parts_of_object(value: Any) -> list[Any]:
    """Return from what a pickle would make an object again."""
    reduce = copyreg.dispatch_table.get(type(value))
    try:
        reduced = value.__reduce_ex__(2) if reduce is None else reduce(value)
    except Exception:  # such as a lock, which no other process can have
        held = dict(value) if isinstance(value, Mapping) else getattr(value, "__dict__", {})
        return [_name(type(value)), held]
    made_of = [reduced] if isinstance(reduced, str) else reduced
    # Elements of a list or dictionary of its own kind come as iterators.
    return [_name(type(value)), *(list(p) if isinstance(p, Iterator) else p for p in made_of)]


def _name(value: Any) -> str:
    return f"{getattr(value, '__module__', '')}.{value.__qualname__}"


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256(str(list(parts)).encode("utf-8", "surrogatepass")).hexdigest()
