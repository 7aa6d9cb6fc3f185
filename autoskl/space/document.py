"""Conversion of spaces to and from dictionaries of JSON values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from autoskl.space.conditions import Condition
from autoskl.space.forbidden import Forbidden
from autoskl.space.parameters import Choice, Constant, Integer, Ordinal, Parameter, Real

if TYPE_CHECKING:
    from autoskl.space.space import Space

KINDS: dict[str, Callable[..., Parameter]] = {
    cls.kind.value: cls for cls in (Real, Integer, Ordinal, Choice, Constant)
}


def to_document(space: Space) -> dict[str, Any]:
    """Return the hyperparameters, conditions and forbidden combinations as JSON values."""
    return {
        "parameters": [
            {"kind": parameter.kind.value} | _fields(parameter)
            for parameter in space.parameters.values()
        ],
        "conditions": [
            {"child": c.child, "parent": c.parent, "values": list(c.values)}
            for c in space.conditions
        ],
        "forbidden": [
            {name: list(values) for name, values in combination.clauses}
            for combination in space.forbidden
        ],
    }


def from_document(
    content: dict[str, Any],
) -> tuple[list[Parameter], list[Condition], list[Forbidden]]:
    """Return the hyperparameters, conditions and forbidden combinations of a document.

    Raises
    ------
    ValueError
        If it does not describe a space.
    """
    try:
        return (
            [_parameter(entry) for entry in content["parameters"]],
            [Condition(c["child"], c["parent"], tuple(c["values"])) for c in content["conditions"]],
            [Forbidden(tuple((n, tuple(v)) for n, v in f.items())) for f in content["forbidden"]],
        )
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError(
            f"This does not describe a search space ({type(error).__name__}: {error})."
        ) from error


def _parameter(entry: dict[str, Any]) -> Parameter:
    kind = KINDS[entry["kind"]]
    values = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in entry.items()
        if name != "kind"
    }
    return kind(**values)


def _fields(parameter: Parameter) -> dict[str, Any]:
    """Return the fields of a hyperparameter, without the weights of numbers that have none."""
    values = {field.name: _plain(getattr(parameter, field.name)) for field in fields(parameter)}
    if isinstance(parameter, Real | Integer) and parameter.weights is None:
        del values["weights"]
    return values


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
