"""Changes to single hyperparameters, and removal of what becomes unreachable."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

from autoskl.core.configuration import Value
from autoskl.space.checks import as_number
from autoskl.space.conditions import Condition
from autoskl.space.forbidden import Forbidden
from autoskl.space.parameters import Choice, Constant, Integer, Ordinal, Parameter, Real, level_of
from autoskl.space.values import as_tuple, index_of

if TYPE_CHECKING:
    from autoskl.space.space import Space


def restrict(parameter: Parameter, values: Value | Collection[Value]) -> Parameter:
    """Return the hyperparameter with a subset of its values, in their original order.

    Raises
    ------
    ValueError
        If it is a number, if a value is not one of its values, or if none is left.
    """
    if isinstance(parameter, Real | Integer):
        raise ValueError(
            f"Hyperparameter {parameter.name!r} is {parameter.allowed}; narrow it with `override`, "
            "by lower and upper."
        )
    kept = {level_of(parameter, parameter.check(value)) for value in as_tuple(values)}
    if not kept:
        raise ValueError(f"Hyperparameter {parameter.name!r} must keep at least one value.")
    if isinstance(parameter, Constant):
        return parameter
    return change(parameter, {"values": tuple(parameter.values[i] for i in sorted(kept))})


def change(parameter: Parameter, changes: Mapping[str, Any]) -> Parameter:
    """Return the hyperparameter with other bounds, values, weights or default.

    Fields that are not named are kept if they still fit: weights follow their values (and become
    equal if a value is new, or if a number has other bounds), and the default moves into the bounds
    or to the likeliest value.

    Raises
    ------
    ValueError
        For a field that this kind of hyperparameter does not have.
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
        new["values"] = as_tuple(new["values"])
    if isinstance(parameter, Choice):
        new = {"weights": _weights(parameter, new), **new}
    if isinstance(parameter, Real | Integer) and {"lower", "upper", "log"} & set(new):
        new = {"weights": None, **new}  # the old ones belong to bins of another scale
    if "default" not in new and not isinstance(parameter, Constant):
        new["default"] = _default(parameter, new)
    return replace(parameter, **new)


def prune(
    parameters: Mapping[str, Parameter], space: Space
) -> tuple[list[Parameter], list[Condition], list[Forbidden]]:
    """Remove what becomes unreachable in a space whose hyperparameters have other values.

    Parameters
    ----------
    parameters : mapping of str to Parameter
        The hyperparameters of the space, some of them changed.
    space : Space

    Returns
    -------
    parameters : list of Parameter
        Without those that can never be active.
    conditions : list of Condition
        Restricted to values that the parents can have.
    forbidden : list of Forbidden
        Without those that can never hold.
    """
    possible: dict[tuple[str, str], tuple[Value, ...]] = {
        (c.child, c.parent): _possible(parameters[c.parent], c.values) for c in space.conditions
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
            (name, _possible(kept[name], values) if name in kept else ())
            for name, values in combination.clauses
        )
        if all(values for _, values in clauses):
            forbidden.append(Forbidden(clauses))
    return list(kept.values()), conditions, forbidden


def _possible(parameter: Parameter, values: tuple[Value, ...]) -> tuple[Value, ...]:
    """Return the values that a hyperparameter can have."""
    return tuple(value for value in values if level_of(parameter, value) >= 0)


def _weights(parameter: Choice, new: Mapping[str, Any]) -> tuple[float, ...] | None:
    """Return the weights of the new values, None if some are unknown or all are zero."""
    if parameter.weights is None or "values" not in new:
        return parameter.weights
    old = [index_of(parameter.values, value) for value in new["values"]]
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
    if not values or index_of(values, parameter.default) >= 0:
        return parameter.default
    weights = new.get("weights") or (1.0,) * len(values)
    likeliest: Value = max(zip(weights, values, strict=False), key=lambda pair: pair[0])[1]
    return likeliest
