"""What a scorer computes, as a text that changes when it would compute something else."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import partial
from types import CodeType, FunctionType, MethodType
from typing import Any

import numpy as np

from autoskl.core.metrics import Metric
from autoskl.core.scoring import ScorerLoss


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
    told = _told(metric.loss.scorer, ())
    return f"{metric.name} {hashlib.sha256(told.encode()).hexdigest()[:16]}"


def _told(value: Any, inside: tuple[int, ...]) -> str:
    """Return what a value is made of, the same in every process: no addresses, no order of sets.

    Parameters
    ----------
    value : object
    inside : tuple of int
        Identities of what it is a part of, since a function may refer to itself.
    """
    if value is None or isinstance(value, bool | int | float | complex | str | bytes):
        return repr(value)
    if id(value) in inside:
        return "itself"
    inside = (*inside, id(value))
    if isinstance(value, Mapping):
        return str(sorted((str(key), _told(each, inside)) for key, each in value.items()))
    if isinstance(value, list | tuple):
        return str([_told(each, inside) for each in value])
    if isinstance(value, set | frozenset):
        return str(sorted(_told(each, inside) for each in value))
    return _told(_parts(value), inside)


def _parts(value: Any) -> list[Any]:
    """Return what decides what a function or another object does."""
    if isinstance(value, partial):
        return ["partial", value.func, value.args, value.keywords]
    if isinstance(value, np.ndarray | np.generic):
        return [str(value.dtype), value.tolist()]
    if isinstance(value, CodeType):
        return [value.co_code, value.co_names, value.co_consts]
    if isinstance(value, MethodType):
        return [value.__func__, value.__self__]
    if isinstance(value, FunctionType):
        cells = [cell.cell_contents for cell in value.__closure__ or ()]
        return [_name(value), value.__code__, cells, value.__defaults__, value.__kwdefaults__]
    if hasattr(value, "__qualname__"):  # classes, and functions written in C
        return [_name(value)]
    return [_name(type(value)), getattr(value, "__dict__", {})]


def _name(value: Any) -> str:
    return f"{getattr(value, '__module__', '')}.{value.__qualname__}"
