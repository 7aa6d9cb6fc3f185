"""Access to hyperparameter values by type, as values may also be strings or None."""

from __future__ import annotations

from collections.abc import Mapping

from autoskl.core.configuration import Value


def int_value(values: Mapping[str, Value], name: str) -> int:
    """Return the value of an integer hyperparameter.

    Raises
    ------
    KeyError
        If it is missing.
    TypeError
        If it is not a number.
    """
    return int(_number(values, name))


def float_value(values: Mapping[str, Value], name: str) -> float:
    """Return the value of a real hyperparameter.

    Raises
    ------
    KeyError
        If it is missing.
    TypeError
        If it is not a number.
    """
    return float(_number(values, name))


def _number(values: Mapping[str, Value], name: str) -> float:
    value = values[name]
    if value is None or isinstance(value, str):
        raise TypeError(f"{name} must be a number. Got {value!r}.")
    return value
