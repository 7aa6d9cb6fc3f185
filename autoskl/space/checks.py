"""Validation of the fields of hyperparameters."""

from __future__ import annotations

from typing import Any

from autoskl.space.values import plain


def check_name(name: Any) -> None:
    """Raise ValueError if a name is not a non-empty str."""
    if not isinstance(name, str) or not name:
        raise ValueError(f"The name of a hyperparameter must be a non-empty str. Got {name!r}.")


def as_number(value: Any) -> int | float | None:
    """Return a finite number as int or float; None for booleans and everything else."""
    try:
        value = plain(value)
    except (TypeError, ValueError):
        return None
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def finite_number(name: str, field: str, value: Any) -> float:
    """Return a field of a hyperparameter as a float, or raise ValueError."""
    check_name(name)
    number = as_number(value)
    if number is None:
        raise ValueError(
            f"{field!r} of hyperparameter {name!r} must be a finite number. Got {value!r}."
        )
    return float(number)


def prior_weights(name: str, given: Any) -> tuple[float, ...]:
    """Return prior weights as floats, or raise ValueError."""
    weights = tuple(finite_number(name, "weights", weight) for weight in given)
    if not weights or min(weights) < 0 or sum(weights) <= 0:
        raise ValueError(
            f"Weights of hyperparameter {name!r} must be non-negative numbers, not all zero. "
            f"Got {given!r}."
        )
    return weights


def wrong_value(name: str, allowed: str, value: Any) -> ValueError:
    """Return the error for a value that a hyperparameter cannot take."""
    return ValueError(f"Hyperparameter {name!r} must be {allowed}. Got {value!r}.")
