"""Changes to one hyperparameter, and what they leave of a space."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

from autoskl.core.configuration import Value
from autoskl.space.checks import as_number
from autoskl.space.conditions import Condition
from autoskl.space.forbidden import Forbidden
from autoskl.space.parameters import Choice, Constant, Integer, Ordinal, Parameter, Real, level_of
from autoskl.space.values import listed, position

if TYPE_CHECKING:
    from autoskl.space.space import Space


def restricted(parameter: Parameter, values: Value | Collection[Value]) -> Parameter:
    """Return the hyperparameter with some of its values only, in the order they had.

    Raises
    ------
    ValueError
        When it is a number, when a value is not one of its values, and when none is left.
    """
    if isinstance(parameter, Real | Integer):
        raise ValueError(
            f"Hyperparameter {parameter.name!r} is {parameter.allowed}; narrow it by `override` "
            "with lower and upper."
        )
    kept = {level_of(parameter, parameter.check(value)) for value in listed(values)}
    if not kept:
        raise ValueError(f"Hyperparameter {parameter.name!r} must keep at least one value.")
    if isinstance(parameter, Constant):
        return parameter
    return changed(parameter, {"values": tuple(parameter.values[i] for i in sorted(kept))})


def changed(parameter: Parameter, changes: Mapping[str, Any]) -> Parameter:
    """Return the hyperparameter with other bounds, values, weights or default.

    What is not named stays if it still fits: the weights follow their values (equal ones where a
    value is new, or a number has other bounds), and the default moves into the bounds or to the
    likeliest value.

    Raises
    ------
    ValueError
        For a change that this kind of hyperparameter does not have.
    """
    known = [field.name for field in fields(parameter) if field.name != "name"]
    for name in changes:
        if name not in known:
            raise ValueError(
                f"Hyperparameter {parameter.name!r} is of kind {parameter.kind.value!r}, which has "
                f"{', '.join(known)}. Got {name!r}."
            )
    new = dict(changes)
    if "values" in new:
        new["values"] = listed(new["values"])
    if isinstance(parameter, Choice):
        new = {"weights": _weights(parameter, new), **new}
    if isinstance(parameter, Real | Integer) and {"lower", "upper", "log"} & set(new):
        new = {"weights": None, **new}  # they were of parts of another scale
    if "default" not in new and not isinstance(parameter, Constant):
        new["default"] = _default(parameter, new)
    return replace(parameter, **new)


def pruned(
    parameters: Mapping[str, Parameter], space: Space
) -> tuple[list[Parameter], list[Condition], list[Forbidden]]:
    """Return what is left of a space when hyperparameters have other values.

    Parameters
    ----------
    parameters : mapping of str to Parameter
        Those of the space, some changed.
    space : Space

    Returns
    -------
    parameters : list of Parameter
        Without those that can never be active.
    conditions : list of Condition
        With values that the parents can have.
    forbidden : list of Forbidden
        Without those that can never hold.
    """
    possible: dict[tuple[str, str], tuple[Value, ...]] = {
        (c.child, c.parent): _still(parameters[c.parent], c.values) for c in space.conditions
    }
    kept: dict[str, Parameter] = {}
    for name in space.parameters:
        pairs = [(c.child, c.parent) for c in space.conditions_of(name)]
        if all(parent in kept and possible[child, parent] for child, parent in pairs):
            kept[name] = parameters[name]
    conditions = [Condition(*pair, values) for pair, values in possible.items() if pair[0] in kept]
    forbidden = []
    for combination in space.forbidden:
        clauses = tuple(
            (name, _still(kept[name], values) if name in kept else ())
            for name, values in combination.clauses
        )
        if all(values for _, values in clauses):
            forbidden.append(Forbidden(clauses))
    return list(kept.values()), conditions, forbidden


def _still(parameter: Parameter, values: tuple[Value, ...]) -> tuple[Value, ...]:
    return tuple(value for value in values if level_of(parameter, value) >= 0)


def _weights(parameter: Choice, new: Mapping[str, Any]) -> tuple[float, ...] | None:
    if parameter.weights is None or "values" not in new:
        return parameter.weights
    old = [position(parameter.values, value) for value in new["values"]]
    weights = tuple(parameter.weights[i] for i in old if i >= 0)
    return weights if len(weights) == len(old) and sum(weights) > 0 else None


def _default(parameter: Real | Integer | Ordinal | Choice, new: Mapping[str, Any]) -> Value:
    if isinstance(parameter, Real | Integer):
        lower, upper = new.get("lower", parameter.lower), new.get("upper", parameter.upper)
        if as_number(lower) is None or as_number(upper) is None:
            return parameter.default
        moved: Value = min(max(parameter.default, lower), upper)
        return moved
    values: tuple[Value, ...] = new.get("values", parameter.values)
    if not values or position(values, parameter.default) >= 0:
        return parameter.default
    weights = new.get("weights") or (1.0,) * len(values)
    likeliest: Value = max(zip(weights, values, strict=False), key=lambda pair: pair[0])[1]
    return likeliest
