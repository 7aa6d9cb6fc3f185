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
    get_parameter,
)
from autoskl.space.completion import MAX_REPAIR_STEPS, find_valid, first_violation
from autoskl.space.conditions import Composite, Condition, merge_items
from autoskl.space.document import to_document
from autoskl.space.forbidden import Forbidden
from autoskl.space.narrowing import change, prune, restrict
from autoskl.space.parameters import Parameter


class Space:
    """An immutable search space: hyperparameters, conditions and forbidden combinations.

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
        If a hyperparameter has several conditions, all of them must hold.
    forbidden : tuple of Forbidden
    depth : int
        Length of the longest chain of conditions, 0 if all hyperparameters are always active.

    Raises
    ------
    ValueError
        For duplicate or unknown names, invalid values, conditions that form a cycle, and forbidden
        combinations that leave no valid configuration.

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
        named, _, _ = merge_items(parameters)
        self.conditions = canonical_conditions(named, conditions)
        self.forbidden = canonical_forbidden(named, forbidden)
        depth = depths(named, self.conditions)
        order = sorted(named, key=lambda name: (depth[name], name))
        self.parameters = MappingProxyType({name: named[name] for name in order})
        self.depth = max(depth.values(), default=0)
        self._conditions_of: dict[str, tuple[Condition, ...]] = dict.fromkeys(order, ())
        for condition in self.conditions:
            self._conditions_of[condition.child] += (condition,)
        default = find_valid(self, {}, {})
        if default is None:
            raise ValueError("The forbidden combinations leave no valid configuration.")
        self._default = Configuration(default)

    @cached_property
    def view(self) -> ArrayView:
        """The array view of the space."""
        return ArrayView(self)

    @cached_property
    def digest(self) -> str:
        """Stable SHA-256 in hexadecimal digits, equal for equal spaces on every machine."""
        text = json.dumps(to_document(self), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    def conditions_of(self, name: str) -> tuple[Condition, ...]:
        """Return the conditions of a hyperparameter, all of which must hold.

        Parameters
        ----------
        name : str

        Returns
        -------
        tuple of Condition
            Empty if it is always active.

        Raises
        ------
        KeyError
            For an unknown name.
        """
        return self._conditions_of[name]

    def default(self) -> Configuration:
        """Return the default configuration.

        Returns
        -------
        Configuration
            If the defaults are a forbidden combination, a valid configuration close to them.
        """
        return self._default

    def sample(self, rng: np.random.Generator, n: int) -> list[Configuration]:
        """Draw valid configurations from the prior.

        Choices follow their weights; numbers follow those of the bins of their (logarithmic) scale.

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
            For an unknown name, an invalid value, an active hyperparameter without a value, an
            inactive one with a value, or a forbidden combination.
        """
        checked = self._checked(configuration)
        for name in self.parameters:
            broken = [c for c in self._conditions_of[name] if not c.holds(checked)]
            if name in checked and broken:
                raise ValueError(
                    f"Hyperparameter {name!r} must be left out: it is only active if "
                    f"{_in_words(broken[0])}."
                )
            if name not in checked and not broken:
                raise ValueError(
                    f"Hyperparameter {name!r} is missing; it must be "
                    f"{self.parameters[name].allowed}."
                )
        violation = first_violation(self, checked)
        if violation is not None:
            raise ValueError(f"The combination is forbidden: {violation}.")

    def complete(self, values: Mapping[str, Value]) -> Configuration:
        """Return the configuration with these values, completed by defaults.

        Parameters
        ----------
        values : mapping of str to value
            Inactive ones are dropped. If a forbidden combination requires it, a hyperparameter that
            is not named here takes another value than its default.

        Returns
        -------
        Configuration

        Raises
        ------
        ValueError
            For an unknown name, an invalid value, or if every completion is forbidden.
        """
        given = self._checked(values)
        found = find_valid(self, given, {})
        if found is None:
            raise ValueError(f"Every configuration with these values is forbidden: {given!r}.")
        return Configuration(found)

    def repair(self, values: Mapping[str, Value]) -> Configuration:
        """Return a valid configuration close to values that may be inconsistent.

        Parameters
        ----------
        values : mapping of str to value
            Unknown names, invalid values and inactive hyperparameters are dropped. If the rest
            forms a forbidden combination with defaults, the defaults change; the rest itself
            changes only if it is contradictory.

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
        kept = find_valid(self, preferred, {}, MAX_REPAIR_STEPS)
        return Configuration(kept or find_valid(self, {}, preferred) or self._default)

    def restrict(self, name: str, values: Value | Collection[Value]) -> Space:
        """Return a space in which a hyperparameter has only some of its values.

        Parameters
        ----------
        name : str
            Name of an ordinal, a choice or a constant.
        values : value or collection of values
            The values to keep. If the default is removed, the likeliest (first) value replaces it.

        Returns
        -------
        Space
            Without the hyperparameters that can no longer be active.

        Raises
        ------
        TypeError
            If a value is not a bool, int, float, str or None.
        ValueError
            For an unknown name, a number, which `override` narrows, a value that the hyperparameter
            does not have, and if no value or no valid configuration is left.
        """
        parameter = get_parameter(self.parameters, name)
        return self._with(restrict(parameter, values))

    def override(self, name: str, **changes: Any) -> Space:
        """Return a space in which a hyperparameter is declared differently.

        Parameters
        ----------
        name : str
        **changes
            ``lower``, ``upper``, ``log``, ``values``, ``weights``, ``value`` or ``default``,
            depending on its kind. A default that no longer fits is replaced.

        Returns
        -------
        Space
            Without the hyperparameters that can no longer be active.

        Raises
        ------
        ValueError
            For an unknown name, a field that its kind does not have, a declaration that is not
            valid, and if no valid configuration is left.
        """
        parameter = get_parameter(self.parameters, name)
        return self._with(change(parameter, changes))

    def weighted(self, weights: Mapping[str, Sequence[float]]) -> Space:
        """Return a space with another prior.

        Parameters
        ----------
        weights : mapping of str to sequence of float
            Prior weights by name: for a choice those of its values, for a number those of equal
            bins of its (logarithmic) scale.

        Returns
        -------
        Space

        Raises
        ------
        ValueError
            For an unknown name, a kind without weights, and weights that do not fit.
        """
        changes = {
            name: change(get_parameter(self.parameters, name), {"weights": tuple(each)})
            for name, each in weights.items()
        }
        return Space({**self.parameters, **changes}.values(), self.conditions, self.forbidden)

    def _with(self, parameter: Parameter) -> Space:
        return Space(*prune({**self.parameters, parameter.name: parameter}, self))

    def _checked(self, values: Mapping[str, Value]) -> dict[str, Value]:
        return {
            name: get_parameter(self.parameters, name).check(value)
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
    """Make a space from hyperparameters, conditional ones, spaces and forbidden combinations.

    Parameters
    ----------
    *items : Parameter, Conditional, Space or Forbidden

    Returns
    -------
    Space

    Raises
    ------
    ValueError
        As for `Space`.

    Examples
    --------
    >>> from autoskl.space import integer, real, space_of
    >>> space_of(real("rate", 0.01, 1.0, log=True), integer("depth", 1, 8))
    Space(2 hyperparameters, depth 0, 0 forbidden combinations)
    """
    combinations = tuple(item for item in items if isinstance(item, Forbidden))
    others = [item for item in items if not isinstance(item, Forbidden)]
    parameters, conditions, forbidden = merge_items(others)
    return Space(parameters.values(), conditions, (*forbidden, *combinations))


def _in_words(condition: Condition) -> str:
    return f"{condition.parent!r} is {' or '.join(map(repr, condition.values))}"
