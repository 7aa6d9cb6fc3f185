"""Constraints on the parameters, and how the flexible ones are resolved."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from numbers import Integral, Real
from os import PathLike
from pathlib import Path
from typing import Any

from sklearn.utils import check_random_state
from sklearn.utils._param_validation import Interval, Options, StrOptions

from autoskl.execution.memory import exact_private
from autoskl.execution.resources import available_memory

_AUTO_MEMORY_SHARE = 0.8
_MAX_SEED = 2**31 - 1
_MAX_ENSEMBLE_SIZE = 10_000
_UNITS = {"": 1, "K": 2**10, "M": 2**20, "G": 2**30, "T": 2**40}
_MEMORY_AMOUNT = re.compile(
    r"\s*([0-9]+(?:\.[0-9]+)?)\s*([KMGT]?)(?:(?<=[KMGT])iB|B)?\s*", re.IGNORECASE
)

CONSTRAINTS: dict[str, list[Any]] = {
    "time_limit": [Interval(Real, 0, None, closed="neither"), None],
    "n_trials": [Interval(Integral, 0, None, closed="left"), None],
    "patience": [Interval(Integral, 1, None, closed="left"), None],
    "trial_time_limit": [StrOptions({"auto"}), Interval(Real, 0, None, closed="neither"), None],
    "memory_limit": [str, Interval(Real, 0, None, closed="neither"), None],
    "scoring": [str, callable, None, dict, list, tuple, set],
    "cv": [StrOptions({"auto"}), Interval(Integral, 2, None, closed="left"), "cv_object"],
    "n_jobs": [Integral, None],
    "device": [str],
    "random_state": ["random_state"],
    "verbose": ["verbose"],
    "include": [dict, list, tuple, None],
    "exclude": [dict, list, tuple, None],
    "search_space": [object, None],
    "search": [str, object],
    "ensemble_size": [Interval(Integral, 1, _MAX_ENSEMBLE_SIZE, closed="both")],
    "categorical_features": [StrOptions({"from_dtype"}), "array-like", None],
    "store": [None, str, PathLike],
    "warm_start": [StrOptions({"portfolio", "similar", "landmarks"}), Options(bool, {False})],
    "run_directory": [str, PathLike, None],
}
"""Constraints in scikit-learn's notation; names inside strings and lists are checked later."""

CLASSIFIER_CONSTRAINTS: dict[str, list[Any]] = {
    **CONSTRAINTS,
    "class_weight": [StrOptions({"balanced"}), dict, None],
}

Selection = Mapping[str, Sequence[str]] | Sequence[str] | None


def resolve_device(device: str) -> str:
    """Return the device for networks if it is available.

    ``"auto"`` is resolved only where a network is fitted, so that no other fit has to load torch.

    Raises
    ------
    ValueError
        If the device is unknown or not available.
    OptionalDependencyError
        If a GPU is asked for and torch is not installed.
    """
    if device in ("auto", "cpu"):
        return device
    from autoskl.neural import devices

    return devices.resolve_device(device)


def resolve_memory(memory_limit: Any) -> int | None:
    """Return the memory limit of the whole process tree in bytes.

    Parameters
    ----------
    memory_limit : "auto", number of bytes, string such as "4 GB", or None
        ``"auto"`` is what this process uses already plus 80 % of what the machine or container has
        left; None means no limit.

    Raises
    ------
    ValueError
        If it is not an amount of memory of at least 1 byte.
    """
    if memory_limit is None:
        return None
    if memory_limit == "auto":
        return exact_private("self") + int(_AUTO_MEMORY_SHARE * available_memory())
    n_bytes = 0.0
    if isinstance(memory_limit, str):
        match = _MEMORY_AMOUNT.fullmatch(memory_limit)
        n_bytes = 0.0 if match is None else float(match[1]) * _UNITS[match[2].upper()]
    elif not isinstance(memory_limit, bool):
        n_bytes = memory_limit
    if n_bytes < 1:
        raise ValueError(
            "memory_limit must be 'auto', a number of bytes, a string such as '4 GB' or "
            f"'500 MiB', or None for no limit. Got {memory_limit!r}."
        )
    return int(n_bytes)


def check_selection(names: Selection, parameter: str) -> Selection:
    """Return ``include`` or ``exclude`` unchanged if it is valid.

    Raises
    ------
    ValueError
        If it holds anything but names.
    """
    by_role = names if isinstance(names, Mapping) else {"model": names or ()}
    for role, some in by_role.items():
        single = isinstance(some, str) or not isinstance(some, Collection)
        if not all(isinstance(name, str) for name in (role, *([some] if single else some))):
            raise ValueError(
                f"{parameter} must be a list of names of models, or a dict from roles to lists of "
                f"names, such as {{'model': ['linear']}}. Got {names!r}."
            )
    return names


def check_space(search_space: Any, include: Any = None, exclude: Any = None) -> Any:
    """Return the user's search space unchanged if it is valid; None stays None.

    Parameters
    ----------
    search_space : Space or None
    include, exclude : object
        Must not be given as well, as they select from the default space.

    Raises
    ------
    TypeError
        If it is not a space.
    ValueError
        If ``include`` or ``exclude`` would have no effect.
    """
    from autoskl.space.space import Space

    if search_space is not None and not isinstance(search_space, Space):
        raise TypeError(
            "search_space must be a Space, such as autoskl.default_space returns, or None. "
            f"Got {search_space!r}."
        )
    if search_space is not None and (include or exclude):
        raise ValueError(
            "include and exclude select from the default space, which search_space replaces. "
            "Select there: search_space=autoskl.default_space(task, include=..., exclude=...)."
        )
    return search_space


def resolve_seed(random_state: Any) -> int:
    """Return the seed from which all others derive.

    An integer is the seed itself, a generator gives its next number, and None a different seed each
    time.
    """
    if isinstance(random_state, Integral):
        return int(random_state)
    return int(check_random_state(random_state).randint(_MAX_SEED))


def resolve_directory(run_directory: str | PathLike[str] | None) -> Path | None:
    """Return the run directory as an absolute path, as the user may change the working directory.

    Raises
    ------
    ValueError
        If it is empty, for example from a shell variable that is not set.
    """
    if run_directory is None:
        return None
    if not str(run_directory):
        raise ValueError("run_directory is empty. Name a folder, or pass None for none.")
    return Path(run_directory).expanduser().absolute()


def resolve_store(store: str | PathLike[str] | None) -> str | None:
    """Return the location of the store: a URL unchanged, a file as an absolute path.

    Raises
    ------
    ValueError
        If it is empty.
    """
    if store is None:
        return None
    if not str(store):
        raise ValueError("store is empty. Name a file or the URL of a database, or pass None.")
    return str(store) if "://" in str(store) else str(Path(store).expanduser().absolute())


def resolve_trial_time_limit(trial_time_limit: Any) -> float | None:
    """Return the time limit of one fit in seconds; None lets the search choose."""
    is_text = isinstance(trial_time_limit, str)
    return None if trial_time_limit is None or is_text else float(trial_time_limit)
