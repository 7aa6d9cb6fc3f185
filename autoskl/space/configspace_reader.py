"""Reader for the parts of a space of the ConfigSpace package."""

from __future__ import annotations

from collections.abc import Collection
from itertools import product
from typing import Any

from autoskl.core.configuration import Value
from autoskl.space.conditions import Condition
from autoskl.space.forbidden import Forbidden
from autoskl.space.parameters import Choice, Constant, Integer, Ordinal, Parameter, Real, level_of

Clauses = dict[str, tuple[Value, ...]]

MAX_VALUES = 1000
"""Most values that a comparison with an integer is expanded to."""


class UnrepresentableError(Exception):
    """Raised for a part of a ConfigSpace that has no counterpart; the message has the reason."""


class ConfigSpaceReader:
    """Collects the parts that can be represented, and a message for each that cannot.

    Classes of ConfigSpace are recognised by their names, so that the package need not be imported
    to find out whether an argument comes from it.

    Parameters
    ----------
    children : collection of str
        Hyperparameters that may be inactive.

    Attributes
    ----------
    parameters : dict of str to Parameter
    conditions : list of Condition
    forbidden : list of Forbidden
    problems : list of str
        What could not be represented, and why.
    """

    def __init__(self, children: Collection[str] = ()) -> None:
        self._children = children
        self.parameters: dict[str, Parameter] = {}
        self.conditions: list[Condition] = []
        self.forbidden: list[Forbidden] = []
        self.problems: list[str] = []

    def read_hyperparameter(self, hyperparameter: Any) -> None:
        """Read a hyperparameter; must precede the conditions and clauses that refer to it."""
        try:
            self.parameters[hyperparameter.name] = _parameter(hyperparameter)
        except (TypeError, ValueError, UnrepresentableError) as error:
            self.problems.append(f"hyperparameter {hyperparameter.name!r}: {error}")

    def read_condition(self, condition: Any) -> None:
        """Read a condition or a conjunction of conditions."""
        try:
            self._check_negations(condition)
            for parent, values in self._conjunction(condition).items():
                self.conditions.append(Condition(condition.child.name, parent, values))
        except UnrepresentableError as error:
            self.problems.append(f"condition {str(condition).strip()!r}: {error}")

    def read_forbidden(self, clause: Any) -> None:
        """Read a forbidden clause, relation or conjunction of clauses."""
        try:
            for clauses in self._alternatives(clause):
                if all(clauses.values()):
                    self.forbidden.append(Forbidden(tuple(clauses.items())))
        except UnrepresentableError as error:
            self.problems.append(f"forbidden clause {str(clause).strip()!r}: {error}")

    def _check_negations(self, condition: Any) -> None:
        """Reject ``!=`` conditions, which ConfigSpace also lets hold if the parent is inactive."""
        for part in getattr(condition, "components", [condition]):
            if hasattr(part, "components"):
                self._check_negations(part)
            elif type(part).__name__ == "NotEqualsCondition" and part.parent.name in self._children:
                raise UnrepresentableError(
                    f"it also holds if {part.parent.name!r} is inactive; use an InCondition with "
                    "the allowed values instead"
                )

    def _conjunction(self, condition: Any) -> Clauses:
        """Return the values that each parent must have for a condition to hold."""
        kind = type(condition).__name__
        if kind == "AndConjunction":
            return _intersect([self._conjunction(part) for part in condition.components])
        if kind == "OrConjunction":
            parts = [self._conjunction(part) for part in condition.components]
            parents = {parent for part in parts for parent in part}
            if len(parents) > 1:
                raise UnrepresentableError("it joins conditions on different parents by 'or'")
            return {parent: tuple(v for part in parts for v in part[parent]) for parent in parents}
        return self._comparison(kind.removesuffix("Condition"), condition.parent, condition)

    def _alternatives(self, clause: Any) -> list[Clauses]:
        """Return the combinations of values that a clause forbids."""
        kind = type(clause).__name__
        if kind == "ForbiddenAndConjunction":
            parts = [self._alternatives(part) for part in clause.components]
            return [_intersect(list(combination)) for combination in product(*parts)]
        if kind == "ForbiddenOrConjunction":
            return [each for part in clause.components for each in self._alternatives(part)]
        if kind.endswith("Relation"):
            raise UnrepresentableError("it compares two hyperparameters")
        comparison = kind.removeprefix("Forbidden").removesuffix("Clause")
        return [self._comparison(comparison, clause.hyperparameter, clause)]

    def _comparison(self, kind: str, hyperparameter: Any, comparison: Any) -> Clauses:
        """Return the values of a hyperparameter that satisfy a comparison."""
        parameter = self.parameters.get(hyperparameter.name)
        if parameter is None:
            raise UnrepresentableError(f"{hyperparameter.name!r} cannot be represented")
        if isinstance(parameter, Real):
            raise UnrepresentableError(f"{parameter.name!r} is a real number")
        values = comparison.values if kind == "In" else [comparison.value]
        given = [level_of(parameter, parameter.check(value)) for value in values]
        if kind in {"Equals", "In"}:
            return {parameter.name: tuple(parameter.levels[i] for i in given)}
        here, n_levels = given[0], len(parameter.levels)
        few = n_levels <= MAX_VALUES
        matching = {
            "NotEquals": [*range(here), *range(here + 1, n_levels)] if few else None,
            "LessThan": range(here),
            "LessThanEquals": range(here + 1),
            "GreaterThan": range(here + 1, n_levels),
            "GreaterThanEquals": range(here, n_levels),
        }.get(kind)
        if matching is None or len(matching) > MAX_VALUES:
            raise UnrepresentableError(f"it holds for too many values of {parameter.name!r}")
        return {parameter.name: tuple(parameter.levels[i] for i in matching)}


def _parameter(hyperparameter: Any) -> Parameter:
    kind = type(hyperparameter).__name__
    name = hyperparameter.name
    if getattr(hyperparameter, "q", None) is not None:
        raise UnrepresentableError(f"it is quantised (q={hyperparameter.q!r})")
    if kind in {"Constant", "UnParametrizedHyperparameter"}:
        return Constant(name, hyperparameter.value)
    default = hyperparameter.default_value
    if kind == "CategoricalHyperparameter":
        weights = hyperparameter.weights
        return Choice(name, tuple(hyperparameter.choices), default, weights)
    if kind == "OrdinalHyperparameter":
        return Ordinal(name, tuple(hyperparameter.sequence), default)
    if kind not in {"UniformFloatHyperparameter", "UniformIntegerHyperparameter"}:
        raise UnrepresentableError(f"its distribution is not uniform ({kind})")
    number = Real if kind == "UniformFloatHyperparameter" else Integer
    h = hyperparameter
    return number(name, h.lower, h.upper, default, bool(h.log))


def _intersect(parts: list[Clauses]) -> Clauses:
    """Return the values that satisfy all of several conjunctions."""
    merged: Clauses = {}
    for part in parts:
        for name, values in part.items():
            allowed = Condition("", name, merged.get(name, values))
            merged[name] = tuple(v for v in values if allowed.holds({name: v}))
    return merged
