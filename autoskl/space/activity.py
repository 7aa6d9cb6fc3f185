"""Vectorised evaluation of which hyperparameters are active."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from autoskl.core.configuration import Value
from autoskl.space.canonical import depths
from autoskl.space.conditions import Condition
from autoskl.space.parameters import Integer, Parameter, level_of
from autoskl.space.unit_scale import UnitScale

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]


class ValueTest:
    """Tests, for all rows at once, whether a hyperparameter is active and has one of given values.

    Parameters
    ----------
    column : int
    parameter : Parameter
        The hyperparameter of the column; not a real number.
    values : sequence of values
    """

    def __init__(self, column: int, parameter: Parameter, values: Sequence[Value]) -> None:
        self._column = column
        self._scale = UnitScale([parameter]) if isinstance(parameter, Integer) else None
        allowed = [v if self._scale else level_of(parameter, v) for v in values]
        self._allowed = np.array(allowed, dtype=np.float64)

    def __call__(self, matrix: Array) -> Mask:
        """Return whether each row of a matrix (n, d) passes the test: (n,)."""
        values = matrix[:, self._column]
        if self._scale is not None:
            values = self._scale.from_unit(values[:, None])[:, 0]
        if len(self._allowed) == 1:
            return np.asarray(values == self._allowed[0])
        return np.isin(values, self._allowed)


class Activation:
    """The conditions of a space, grouped so that a few array operations apply them all.

    Parameters
    ----------
    parameters : mapping of str to Parameter
        One per column, parents before children.
    conditions : sequence of Condition

    Attributes
    ----------
    depth : ndarray of int of shape (d,)
        Length of the longest chain of parents above each hyperparameter.
    parents : ndarray of int
        Sorted columns of the hyperparameters that others depend on.
    """

    def __init__(
        self, parameters: Mapping[str, Parameter], conditions: Sequence[Condition]
    ) -> None:
        column = {name: i for i, name in enumerate(parameters)}
        depth = depths(parameters, conditions)
        self.depth = np.array([depth[name] for name in parameters], dtype=np.intp)
        self.parents = np.array(sorted({column[c.parent] for c in conditions}), dtype=np.intp)
        self._roots = _span([column[name] for name in parameters if depth[name] == 0])
        conditions_of: dict[str, list[Condition]] = {name: [] for name in parameters}
        for condition in conditions:
            conditions_of[condition.child].append(condition)
        groups: dict[Hashable, list[str]] = {}
        for name in parameters:
            if conditions_of[name]:
                groups.setdefault(_signature(conditions_of[name], parameters), []).append(name)
        self._groups: list[tuple[list[ValueTest], slice | list[int]]] = [
            (
                [
                    ValueTest(column[c.parent], parameters[c.parent], c.values)
                    for c in conditions_of[names[0]]
                ],
                _span([column[name] for name in names]),
            )
            for names in sorted(groups.values(), key=lambda names: depth[names[0]])
        ]

    def apply(self, matrix: Array, fill: Array | None) -> None:
        """Set inactive values to NaN and fill in missing active ones, in place.

        Parameters
        ----------
        matrix : ndarray of shape (n, d)
        fill : ndarray of shape (n, d) or (d,), or None
            Values for active hyperparameters that are NaN; None if there are none.
        """
        if fill is not None:
            _fill(matrix, self._roots, fill)
        for tests, columns in self._groups:
            active = tests[0](matrix)
            for test in tests[1:]:
                active &= test(matrix)
            if fill is not None:
                _fill(matrix, columns, fill)
            block = matrix[:, columns]
            block[~active] = np.nan
            if not isinstance(columns, slice):
                matrix[:, columns] = block


def _signature(conditions: list[Condition], parameters: Mapping[str, Parameter]) -> Hashable:
    """Return a key shared by children that are active under the same conditions."""
    # Levels rather than values, because True == 1.
    return tuple(
        (c.parent, tuple(level_of(parameters[c.parent], value) for value in c.values))
        for c in conditions
    )


def _fill(matrix: Array, columns: slice | list[int], fill: Array) -> None:
    block = matrix[:, columns]
    missing = np.isnan(block)
    np.copyto(block, fill[..., columns], where=missing)
    if not isinstance(columns, slice):
        matrix[:, columns] = block


def _span(columns: list[int]) -> slice | list[int]:
    """Return contiguous columns as a slice, which avoids copies."""
    if columns and columns == list(range(columns[0], columns[0] + len(columns))):
        return slice(columns[0], columns[0] + len(columns))
    return columns
