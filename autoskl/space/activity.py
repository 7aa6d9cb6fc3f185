"""Which hyperparameters are active, for all rows of a matrix at once."""

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


class Membership:
    """Whether a hyperparameter is active and has one of some values.

    Parameters
    ----------
    column : int
    parameter : Parameter
        That of the column; not a real number.
    values : sequence of values
    """

    def __init__(self, column: int, parameter: Parameter, values: Sequence[Value]) -> None:
        self._column = column
        self._scale = UnitScale([parameter]) if isinstance(parameter, Integer) else None
        wanted = [v if self._scale else level_of(parameter, v) for v in values]
        self._wanted = np.array(wanted, dtype=np.float64)

    def __call__(self, matrix: Array) -> Mask:
        """Return for each row of a matrix (n, d) whether it holds: (n,)."""
        found = matrix[:, self._column]
        if self._scale is not None:
            found = self._scale.from_unit(found[:, None])[:, 0]
        if len(self._wanted) == 1:
            return np.asarray(found == self._wanted[0])
        return np.isin(found, self._wanted)


class Activation:
    """The conditions of a space, grouped so that few array operations apply them.

    Parameters
    ----------
    parameters : mapping of str to Parameter
        One for each column, parents before children.
    conditions : sequence of Condition
    """

    def __init__(
        self, parameters: Mapping[str, Parameter], conditions: Sequence[Condition]
    ) -> None:
        column = {name: i for i, name in enumerate(parameters)}
        depth = depths(parameters, conditions)
        self.depth = np.array([depth[name] for name in parameters], dtype=np.intp)
        self.parents = np.array(sorted({column[c.parent] for c in conditions}), dtype=np.intp)
        self._roots = _span([column[name] for name in parameters if depth[name] == 0])
        above: dict[str, list[Condition]] = {name: [] for name in parameters}
        for condition in conditions:
            above[condition.child].append(condition)
        together: dict[Hashable, list[str]] = {}
        for name in parameters:
            if above[name]:
                together.setdefault(_signature(above[name], parameters), []).append(name)
        self._groups: list[tuple[list[Membership], slice | list[int]]] = [
            (
                [
                    Membership(column[c.parent], parameters[c.parent], c.values)
                    for c in above[names[0]]
                ],
                _span([column[name] for name in names]),
            )
            for names in sorted(together.values(), key=lambda names: depth[names[0]])
        ]

    def apply(self, matrix: Array, fill: Array | None) -> None:
        """Mark inactive values by NaN and fill in active ones that are missing, in place.

        Parameters
        ----------
        matrix : ndarray of shape (n, d)
        fill : ndarray of shape (n, d) or (d,), or None
            Values for what is active but NaN; None when nothing is.
        """
        if fill is not None:
            _fill(matrix, self._roots, fill)
        for memberships, columns in self._groups:
            active = memberships[0](matrix)
            for membership in memberships[1:]:
                active &= membership(matrix)
            if fill is not None:
                _fill(matrix, columns, fill)
            block = matrix[:, columns]
            block[~active] = np.nan
            if not isinstance(columns, slice):
                matrix[:, columns] = block


def _signature(conditions: list[Condition], parameters: Mapping[str, Parameter]) -> Hashable:
    """Return what is equal for children that become active together."""
    # Levels instead of values, because True == 1.
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
    """Return a slice where columns stand side by side, which spares copies."""
    if columns and columns == list(range(columns[0], columns[0] + len(columns))):
        return slice(columns[0], columns[0] + len(columns))
    return columns
