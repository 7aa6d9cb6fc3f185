"""Digests of user-defined objects, which change when their behaviour would change."""

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
_MAX_OBJECTS = 100_000
_MAX_DEPTH = 100
"""Beyond either limit an object is represented by its type only."""


def metric_identity(metric: Metric) -> str:
    """Return the name of a metric, followed by a digest of its scorer if it is user-defined.

    The name is not enough: all lambdas share one, and so do scorers made from one function with
    different arguments.

    Parameters
    ----------
    metric : Metric
    """
    if not isinstance(metric.loss, ScorerLoss):
        return metric.name
    return f"{metric.name} {object_digest(metric.loss.scorer)}"


def object_digest(value: Any) -> str:
    """Return a digest of the code and state of a function, a class or an object.

    Parameters
    ----------
    value : object
    """
    return _ObjectHasher().describe(value)[:16]


class _ObjectHasher:
    """Describes values reproducibly across processes: without addresses or the order of sets."""

    def __init__(self) -> None:
        # Holds the values too, since the id of a deleted object may be reused.
        self._known: dict[int, tuple[Any, str]] = {}
        self._n_objects = 0
        self._depth = 0

    def describe(self, value: Any) -> str:
        """Return the representation of a plain value, or a digest of any other."""
        if isinstance(value, _PLAIN):
            return repr(value)
        if id(value) in self._known:
            return self._known[id(value)][1]
        if self._n_objects >= _MAX_OBJECTS or self._depth >= _MAX_DEPTH:
            return _name(type(value))
        self._n_objects += 1
        self._known[id(value)] = value, "itself"  # for recursive references
        self._depth += 1
        digest = _digest(self._describe_parts(value))
        self._depth -= 1
        self._known[id(value)] = value, digest
        return digest

    def _describe_parts(self, value: Any) -> Iterable[str]:
        if isinstance(value, set | frozenset):
            return [_name(type(value)), *sorted(map(self._describe_element, value))]
        if type(value) is dict:
            return sorted(
                f"{self.describe(key)}: {self.describe(each)}" for key, each in value.items()
            )
        if type(value) in (list, tuple):
            return map(self.describe, value)
        return map(self.describe, _parts(value))

    def _describe_element(self, value: Any) -> str:
        """Describe an element of a set independently of the other elements."""
        n_known = len(self._known)
        description = self.describe(value)
        while len(self._known) > n_known:
            self._known.popitem()
        return description


def _parts(value: Any) -> list[Any]:
    """Return the parts that determine the behaviour of a function or another object."""
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
    if hasattr(value, "__qualname__"):  # classes, and functions implemented in C
        return [_name(value), getattr(value, "__self__", None)]
    return _parts_of_table(value) or _parts_of_object(value)


def _contents(cell: CellType) -> list[Any]:
    try:
        return [cell.cell_contents]
    except ValueError:  # an unassigned variable
        return []


def _parts_of_table(value: Any) -> list[Any]:
    """Return the content of an array or a pandas object, whatever its layout; [] for others."""
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
    """Return the parts from which pickle would rebuild an object."""
    reduce = copyreg.dispatch_table.get(type(value))
    try:
        reduced = value.__reduce_ex__(2) if reduce is None else reduce(value)
    except Exception:  # such as a lock, which cannot be pickled
        state = dict(value) if isinstance(value, Mapping) else getattr(value, "__dict__", {})
        return [_name(type(value)), state]
    parts = [reduced] if isinstance(reduced, str) else reduced
    # Items of subclasses of list and dict come as iterators.
    return [_name(type(value)), *(list(p) if isinstance(p, Iterator) else p for p in parts)]


def _name(value: Any) -> str:
    return f"{getattr(value, '__module__', '')}.{value.__qualname__}"


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256(str(list(parts)).encode("utf-8", "surrogatepass")).hexdigest()
