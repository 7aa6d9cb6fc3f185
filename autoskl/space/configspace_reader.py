"""What a space of the ConfigSpace package says, part by part."""

from __future__ import annotations

from collections.abc import Collection
from itertools import product
from typing import Any

from autoskl.core.configuration import Value
from autoskl.space.conditions import Condition
from autoskl.space.forbidden import Forbidden
from autoskl.space.parameters import Choice, Constant, Integer, Ordinal, Parameter, Real, level_of

Clauses = dict[str, tuple[Value, ...]]

MOST_VALUES = 1000
"""Integers beyond a bound are written down one by one up to this number."""


class UnrepresentableError(Exception):
    """Says why a part of a ConfigSpace has no counterpart."""


class Reader:
    """Collects what can be represented, and what cannot in words.

    Classes of ConfigSpace are told by their names, so that the package is not imported to find out
    that an argument comes from it.

    Parameters
    ----------
    children : collection of str
        Hyperparameters that may be inactive.
    """

    def __init__(self, children: Collection[str] = ()) -> None:
        self._children = children
        self.parameters: dict[str, Parameter] = {}
        self.conditions: list[Condition] = []
        self.forbidden: list[Forbidden] = []
        self.problems: list[str] = []

    def read_hyperparameter(self, hyperparameter: Any) -> None:
        """Take a hyperparameter, before everything that is about it."""
        try:
            self.parameters[hyperparameter.name] = _parameter(hyperparameter)
        except (TypeError, ValueError, UnrepresentableError) as error:
            self.problems.append(f"hyperparameter {hyperparameter.name!r}: {error}")

    def read_condition(self, condition: Any) -> None:
        """Take a condition or a conjunction of conditions."""
        try:
            self._check_negations(condition)
            for parent, values in self._conjunction(condition).items():
                self.conditions.append(Condition(condition.child.name, parent, values))
        except UnrepresentableError as error:
            self.problems.append(f"condition {str(condition).strip()!r}: {error}")

    def read_forbidden(self, clause: Any) -> None:
        """Take a forbidden clause, relation or conjunction of clauses."""
        try:
            for clauses in self._alternatives(clause):
                if all(clauses.values()):
                    self.forbidden.append(Forbidden(tuple(clauses.items())))
        except UnrepresentableError as error:
            self.problems.append(f"forbidden clause {str(clause).strip()!r}: {error}")

    def _check_negations(self, condition: Any) -> None:
        """Refuse what ConfigSpace lets hold where the parent is not even active."""
        for part in getattr(condition, "components", [condition]):
            if hasattr(part, "components"):
                self._check_negations(part)
            elif type(part).__name__ == "NotEqualsCondition" and part.parent.name in self._children:
                raise UnrepresentableError(
                    f"it also holds where {part.parent.name!r} is inactive; compare it with the "
                    "values that it may have instead (InCondition)"
                )

    def _conjunction(self, condition: Any) -> Clauses:
        """Return the values that each parent must have for a condition to hold."""
        kind = type(condition).__name__
        if kind == "AndConjunction":
            return _both([self._conjunction(part) for part in condition.components])
        if kind == "OrConjunction":
            parts = [self._conjunction(part) for part in condition.components]
            parents = {parent for part in parts for parent in part}
            if len(parents) > 1:
                raise UnrepresentableError("it joins conditions on different parents by 'or'")
            return {parent: tuple(v for part in parts for v in part[parent]) for parent in parents}
        return self._comparison(kind.removesuffix("Condition"), condition.parent, condition)

    def _alternatives(self, clause: Any) -> list[Clauses]:
        """Return the combinations of values any of which a clause forbids."""
        kind = type(clause).__name__
        if kind == "ForbiddenAndConjunction":
            parts = [self._alternatives(part) for part in clause.components]
            return [_both(list(together)) for together in product(*parts)]
        if kind == "ForbiddenOrConjunction":
            return [each for part in clause.components for each in self._alternatives(part)]
        if kind.endswith("Relation"):
            raise UnrepresentableError("it compares two hyperparameters")
        comparison = kind.removeprefix("Forbidden").removesuffix("Clause")
        return [self._comparison(comparison, clause.hyperparameter, clause)]

    def _comparison(self, kind: str, hyperparameter: Any, holder: Any) -> Clauses:
        """Return the values of a hyperparameter for which a comparison holds."""
        parameter = self.parameters.get(hyperparameter.name)
        if parameter is None:
            raise UnrepresentableError(f"{hyperparameter.name!r} cannot be represented")
        if isinstance(parameter, Real):
            raise UnrepresentableError(f"{parameter.name!r} is a real number")
        wanted = holder.values if kind == "In" else [holder.value]
        given = [level_of(parameter, parameter.check(value)) for value in wanted]
        if kind in {"Equals", "In"}:
            return {parameter.name: tuple(parameter.levels[i] for i in given)}
        here, last = given[0], len(parameter.levels)
        chosen = {
            "NotEquals": [*range(here), *range(here + 1, last)] if last <= MOST_VALUES else None,
            "LessThan": range(here),
            "LessThanEquals": range(here + 1),
            "GreaterThan": range(here + 1, last),
            "GreaterThanEquals": range(here, last),
        }.get(kind)
        if chosen is None or len(chosen) > MOST_VALUES:
            raise UnrepresentableError(f"it holds for too many values of {parameter.name!r}")
        return {parameter.name: tuple(parameter.levels[i] for i in chosen)}


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


def _both(parts: list[Clauses]) -> Clauses:
    """Return the values with which all of several conjunctions hold."""
    merged: Clauses = {}
    for part in parts:
        for name, values in part.items():
            allowed = Condition("", name, merged.get(name, values))
            merged[name] = tuple(v for v in values if allowed.holds({name: v}))
    return merged
