"""A conditional search space."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property
from types import MappingProxyType
from typing import Any

import numpy as np

from autoskl.core.configuration import Configuration, Value
from autoskl.space.array_view import ArrayView
from autoskl.space.canonical import (
    canonical_conditions,
    canonical_forbidden,
    depths,
    parameter_named,
)
from autoskl.space.completion import REPAIR_STEPS, settle, violated
from autoskl.space.conditions import Composite, Condition, gathered
from autoskl.space.document import document
from autoskl.space.forbidden import Forbidden
from autoskl.space.narrowing import changed, pruned, restricted
from autoskl.space.parameters import Parameter


class Space:
    """Hyperparameters, when they are active, and which combinations are forbidden; immutable.

    The order of declaration does not matter: equal spaces hold their hyperparameters in the same
    order (parents before children, then by name) and draw the same samples from the same seed.

    Parameters
    ----------
    parameters : iterable of Parameter
    conditions : iterable of Condition, default=()
    forbidden : iterable of Forbidden, default=()

    Attributes
    ----------
    parameters : mapping of str to Parameter
        Parents before children.
    conditions : tuple of Condition
        Several conditions on one child must all hold.
    forbidden : tuple of Forbidden
    depth : int
        Length of the longest chain of conditions, 0 when everything is always active.

    Raises
    ------
    ValueError
        For equal or unknown names, values that a hyperparameter cannot take, conditions in a
        circle, and when the forbidden combinations leave no legal configuration.

    Examples
    --------
    >>> from autoskl.space import choice, integer, space_of, when
    >>> space = space_of(
    ...     choice("model", ["knn", "constant"]), when("model", "knn", integer("k", 1, 50, 5))
    ... )
    >>> space.default()
    Configuration({'k': 5, 'model': 'knn'})
    """

    parameters: Mapping[str, Parameter]
    conditions: tuple[Condition, ...]
    forbidden: tuple[Forbidden, ...]
    depth: int

    def __init__(
        self,
        parameters: Iterable[Parameter],
        conditions: Iterable[Condition] = (),
        forbidden: Iterable[Forbidden] = (),
    ) -> None:
        named, _, _ = gathered(parameters)
        self.conditions = canonical_conditions(named, conditions)
        self.forbidden = canonical_forbidden(named, forbidden)
        depth = depths(named, self.conditions)
        order = sorted(named, key=lambda name: (depth[name], name))
        self.parameters = MappingProxyType({name: named[name] for name in order})
        self.depth = max(depth.values(), default=0)
        self._conditions_of: dict[str, tuple[Condition, ...]] = dict.fromkeys(order, ())
        for condition in self.conditions:
            self._conditions_of[condition.child] += (condition,)
        default = settle(self, {}, {})
        if default is None:
            raise ValueError("The forbidden combinations leave no legal configuration.")
        self._default = Configuration(default)

    @cached_property
    def view(self) -> ArrayView:
        """The space as columns of numbers, made once."""
        return ArrayView(self)

    @cached_property
    def digest(self) -> str:
        """Stable hexadecimal hash (64 digits), the same for equal spaces on every machine."""
        text = json.dumps(document(self), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    def conditions_of(self, name: str) -> tuple[Condition, ...]:
        """Return the conditions under which a hyperparameter is active; all must hold."""
        return self._conditions_of[name]

    def default(self) -> Configuration:
        """Return the defaults; where their combination is forbidden, a legal one close to them."""
        return self._default

    def sample(self, rng: np.random.Generator, n: int) -> list[Configuration]:
        """Draw legal configurations from the prior.

        Choices follow their weights, numbers those of the parts of their (logarithmic) scale.

        Parameters
        ----------
        rng : Generator
        n : int
            Number of configurations.

        Returns
        -------
        list of Configuration
        """
        return self.view.decode_rows(self.view.sample(rng, n))

    def validate(self, configuration: Mapping[str, Value]) -> None:
        """Check that a configuration belongs to the space.

        Parameters
        ----------
        configuration : mapping of str to value

        Raises
        ------
        ValueError
            For the first unknown name, value not allowed, active hyperparameter without a value,
            inactive one with a value, and forbidden combination.
        """
        checked = self._checked(configuration)
        for name in self.parameters:
            broken = [c for c in self._conditions_of[name] if not c.holds(checked)]
            if name in checked and broken:
                raise ValueError(
                    f"Hyperparameter {name!r} must be left out: it is active only where "
                    f"{_in_words(broken[0])}."
                )
            if name not in checked and not broken:
                raise ValueError(
                    f"Hyperparameter {name!r} is missing; it must be "
                    f"{self.parameters[name].allowed}."
                )
        clause = violated(self, checked)
        if clause is not None:
            raise ValueError(f"The combination is forbidden: {clause}.")

    def complete(self, values: Mapping[str, Value]) -> Configuration:
        """Return the configuration that has these values, and defaults where they say nothing.

        Parameters
        ----------
        values : mapping of str to value
            Inactive ones are dropped. Where a forbidden combination demands it, a hyperparameter
            without a value here takes another than its default.

        Returns
        -------
        Configuration

        Raises
        ------
        ValueError
            For an unknown name, a value not allowed, and when every completion is forbidden.
        """
        given = self._checked(values)
        found = settle(self, given, {})
        if found is None:
            raise ValueError(f"Every configuration with these values is forbidden: {given!r}.")
        return Configuration(found)

    def repair(self, values: Mapping[str, Value]) -> Configuration:
        """Return a legal configuration close to values that may not fit together.

        Parameters
        ----------
        values : mapping of str to value
            Unknown names, values not allowed and inactive hyperparameters are left out. Where the
            rest is a forbidden combination with defaults, these change; something of it changes
            only where it contradicts itself.

        Returns
        -------
        Configuration
        """
        preferred: dict[str, Value] = {}
        for name, value in values.items():
            try:
                preferred.update(self._checked({name: value}))
            except ValueError:
                continue
        kept = settle(self, preferred, {}, REPAIR_STEPS)
        return Configuration(kept or settle(self, {}, preferred) or self._default)

    def restrict(self, name: str, values: Value | Collection[Value]) -> Space:
        """Return the space in which a hyperparameter takes some of its values only.

        Parameters
        ----------
        name : str
            Of an ordinal, a choice or a constant.
        values : value or collection of values
            Those that remain. If the default goes, the likeliest (first) one takes its place.

        Returns
        -------
        Space
            Without the hyperparameters that can no longer be active.
        """
        parameter = parameter_named(self.parameters, name)
        return self._with(restricted(parameter, values))

    def override(self, name: str, **changes: Any) -> Space:
        """Return the space in which a hyperparameter is declared differently.

        Parameters
        ----------
        name : str
        **changes
            ``lower``, ``upper``, ``log``, ``values``, ``weights``, ``value`` or ``default``,
            whichever the hyperparameter has. A default that no longer fits moves to the next value.

        Returns
        -------
        Space
            Without the hyperparameters that can no longer be active.

        Raises
        ------
        ValueError
            For an unknown name, and for a change that its kind does not have.
        """
        parameter = parameter_named(self.parameters, name)
        return self._with(changed(parameter, changes))

    def weighted(self, weights: Mapping[str, Sequence[float]]) -> Space:
        """Return the space with another prior.

        Parameters
        ----------
        weights : mapping of str to sequence of float
            By name of a choice the prior weights of its values; by name of a number those of equal
            parts of its (logarithmic) scale.

        Returns
        -------
        Space

        Raises
        ------
        ValueError
            For an unknown name, a kind without weights, and weights that do not fit.
        """
        changes = {
            name: changed(parameter_named(self.parameters, name), {"weights": tuple(each)})
            for name, each in weights.items()
        }
        return Space({**self.parameters, **changes}.values(), self.conditions, self.forbidden)

    def _with(self, parameter: Parameter) -> Space:
        return Space(*pruned({**self.parameters, parameter.name: parameter}, self))

    def _checked(self, values: Mapping[str, Value]) -> dict[str, Value]:
        return {
            name: parameter_named(self.parameters, name).check(value)
            for name, value in values.items()
        }

    def __len__(self) -> int:
        return len(self.parameters)

    def __contains__(self, name: object) -> bool:
        return name in self.parameters

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Space) and self.digest == other.digest

    def __hash__(self) -> int:
        return int(self.digest[:15], 16)

    def __reduce__(self) -> tuple[Any, ...]:
        return Space, (tuple(self.parameters.values()), self.conditions, self.forbidden)

    def __repr__(self) -> str:
        return (
            f"Space({len(self)} hyperparameters, depth {self.depth}, "
            f"{len(self.forbidden)} forbidden combinations)"
        )


def space_of(*items: Parameter | Composite | Forbidden) -> Space:
    """Return the space of hyperparameters, conditional ones and forbidden combinations.

    Parameters
    ----------
    *items : Parameter, Conditional, Space or Forbidden

    Returns
    -------
    Space

    Examples
    --------
    >>> from autoskl.space import integer, real, space_of
    >>> space_of(real("rate", 0.01, 1.0, log=True), integer("depth", 1, 8))
    Space(2 hyperparameters, depth 0, 0 forbidden combinations)
    """
    clauses = tuple(item for item in items if isinstance(item, Forbidden))
    others = [item for item in items if not isinstance(item, Forbidden)]
    parameters, conditions, forbidden = gathered(others)
    return Space(parameters.values(), conditions, (*forbidden, *clauses))


def _in_words(condition: Condition) -> str:
    return f"{condition.parent!r} is {' or '.join(map(repr, condition.values))}"
