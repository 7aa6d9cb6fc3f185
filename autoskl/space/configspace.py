"""Conversion to and from spaces of the ConfigSpace package."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from autoskl.core.configuration import Value
from autoskl.space.configspace_reader import ConfigSpaceReader
from autoskl.space.parameters import (
    Choice,
    Constant,
    Integer,
    Ordinal,
    Parameter,
    Real,
)
from autoskl.space.space import Space

if TYPE_CHECKING:
    import ConfigSpace


def from_configspace(space: ConfigSpace.ConfigurationSpace) -> Space:
    """Convert a space of the ConfigSpace package.

    Uniform numbers, choices with weights, ordinals, constants, conditions that compare with values
    (also nested, negated, and joined by "and") and forbidden clauses of values are converted;
    ``meta`` is dropped.

    Parameters
    ----------
    space : ConfigSpace.ConfigurationSpace

    Returns
    -------
    Space

    Raises
    ------
    ValueError
        If something cannot be represented; the message lists all of it. These are non-uniform
        distributions, quantised numbers, values other than bool, int, float, str or None,
        conditions and clauses on real numbers, conditions on different parents joined by "or",
        ``!=`` conditions on a parent that may be inactive, and relations between hyperparameters.
    """
    reader = ConfigSpaceReader({condition.child.name for condition in space.conditions})
    for hyperparameter in space.values():
        reader.read_hyperparameter(hyperparameter)
    for condition in space.conditions:
        reader.read_condition(condition)
    for clause in space.forbidden_clauses:
        reader.read_forbidden(clause)
    if not reader.problems:
        try:
            return Space(reader.parameters.values(), reader.conditions, reader.forbidden)
        except ValueError as error:
            reader.problems.append(str(error))
    raise ValueError("This ConfigSpace cannot be represented:\n- " + "\n- ".join(reader.problems))


def to_configspace(space: Space, name: str | None = None) -> ConfigSpace.ConfigurationSpace:
    """Convert a space to one of the ConfigSpace package.

    A number with a single value becomes a constant; prior weights of numbers are dropped. If the
    declared defaults are a forbidden combination, those of ``space.default()`` replace them.

    Parameters
    ----------
    space : Space
    name : str or None, default=None

    Returns
    -------
    ConfigSpace.ConfigurationSpace

    Raises
    ------
    ValueError
        If the values of a hyperparameter mix booleans with numbers, which ConfigSpace does not
        distinguish.
    """
    import ConfigSpace as package

    mixed = [repr(p.name) for p in space.parameters.values() if _mixes_booleans(p)]
    if mixed:
        raise ValueError(
            "ConfigSpace does not distinguish True from 1. The values of these hyperparameters mix "
            f"booleans with numbers: {', '.join(mixed)}."
        )
    default = space.default()
    made = {
        parameter.name: _hyperparameter(
            package, parameter, default.get(parameter.name, parameter.default)
        )
        for parameter in space.parameters.values()
    }
    result = package.ConfigurationSpace(name=name)
    # In one call, since each rebuilds the graph of all conditions.
    result.add(made.values(), _conditions(package, space, made), _forbidden(package, space, made))
    return result


def _conditions(package: Any, space: Space, made: Mapping[str, Any]) -> Iterator[Any]:
    """Yield one condition for each hyperparameter that is not always active."""
    for child in space.parameters:
        parts = [
            _equals_or_in(package.EqualsCondition, package.InCondition, c.values)(
                made[child], made[c.parent]
            )
            for c in space.conditions_of(child)
        ]
        if parts:
            yield parts[0] if len(parts) == 1 else package.AndConjunction(*parts)


def _forbidden(package: Any, space: Space, made: Mapping[str, Any]) -> Iterator[Any]:
    for combination in space.forbidden:
        parts = [
            _equals_or_in(package.ForbiddenEqualsClause, package.ForbiddenInClause, values)(made[n])
            for n, values in combination.clauses
        ]
        yield parts[0] if len(parts) == 1 else package.ForbiddenAndConjunction(*parts)


def _hyperparameter(package: Any, parameter: Parameter, default: Value) -> Any:
    if isinstance(parameter, Constant):
        return package.Constant(parameter.name, parameter.value)
    if isinstance(parameter, Choice):
        return package.CategoricalHyperparameter(
            parameter.name, parameter.values, default_value=default, weights=parameter.weights
        )
    if isinstance(parameter, Ordinal):
        return package.OrdinalHyperparameter(
            parameter.name, parameter.values, default_value=default
        )
    if parameter.lower == parameter.upper:
        return package.Constant(parameter.name, parameter.lower)
    number = (
        package.UniformFloatHyperparameter
        if isinstance(parameter, Real)
        else package.UniformIntegerHyperparameter
    )
    return number(parameter.name, parameter.lower, parameter.upper, default, log=parameter.log)


def _equals_or_in(
    equals: Callable[..., Any], contains: Callable[..., Any], values: tuple[Value, ...]
) -> Callable[..., Any]:
    if len(values) == 1:
        return lambda *hyperparameters: equals(*hyperparameters, values[0])
    return lambda *hyperparameters: contains(*hyperparameters, list(values))


def _mixes_booleans(parameter: Parameter) -> bool:
    if isinstance(parameter, Real | Integer):
        return False
    numbers = [v for v in parameter.levels if isinstance(v, int | float)]
    return len({isinstance(v, bool) for v in numbers}) > 1
