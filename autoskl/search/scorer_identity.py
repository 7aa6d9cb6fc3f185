"""What a scorer computes, as a text that changes when it would compute something else."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import partial
from types import CodeType
from typing import Any

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
    return f"{metric.name} {hashlib.sha256(_told(metric.loss.scorer).encode()).hexdigest()[:16]}"


def _told(value: Any) -> str:
    """Return what a value is made of, without addresses in memory."""
    if isinstance(value, partial):
        return f"partial({_told(value.func)}, {_told(value.args)}, {_told(value.keywords)})"
    if isinstance(value, Mapping):
        return str(sorted((str(key), _told(each)) for key, each in value.items()))
    if isinstance(value, list | tuple):
        return str([_told(each) for each in value])
    if hasattr(value, "_score_func"):  # scikit-learn's scorers
        return _told([type(value).__qualname__, sorted(vars(value).items())])
    code = getattr(value, "__code__", None)
    if isinstance(code, CodeType):
        inside = [cell.cell_contents for cell in getattr(value, "__closure__", None) or ()]
        defaults = (value.__defaults__, value.__kwdefaults__)
        return _told([value.__module__, value.__qualname__, _of_code(code), inside, *defaults])
    if callable(value):
        name = getattr(value, "__qualname__", type(value).__qualname__)
        return _told([getattr(value, "__module__", ""), name, getattr(value, "__dict__", {})])
    return repr(value)


def _of_code(code: CodeType) -> str:
    constants = [_of_code(c) if isinstance(c, CodeType) else repr(c) for c in code.co_consts]
    return str([code.co_code.hex(), code.co_names, constants])
