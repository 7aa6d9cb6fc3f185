"""Configurations as a matrix: one row per configuration, one column per hyperparameter."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from autoskl.core.configuration import Configuration, Value
from autoskl.space.activity import Activation, ValueTest
from autoskl.space.canonical import unknown_name_error
from autoskl.space.histogram import Histogram
from autoskl.space.parameters import Choice, Integer, Parameter, Real
from autoskl.space.unit_scale import UnitScale
from autoskl.space.values import value_key

if TYPE_CHECKING:
    from autoskl.space.space import Space

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

MAX_DRAWS = 30
"""Number of times that forbidden rows are redrawn before they are repaired one by one."""

DIGITS = 12
"""Decimal digits to which real numbers are decoded, which makes the round trip exact."""


class ArrayView:
    """Encodes the configurations of a space as rows of float64.

    Real and integer hyperparameters are mapped to a unit scale from 0 to 1 (logarithmic if declared
    so; an integer lies in the middle of its interval). All others are encoded as the index of their
    value. NaN marks inactive hyperparameters.

    Parameters
    ----------
    space : Space

    Attributes
    ----------
    names : tuple of str
        Names of the d columns, parents before children.
    column : dict of str to int
        Column of each hyperparameter.
    kinds : tuple of Kind
    n_levels : ndarray of int of shape (d,)
        Number of values of an ordinal, a choice or a constant; 0 for numbers.
    weights : tuple of (ndarray of shape (n_levels,) or None)
        Prior probabilities of the values; None for numbers.
    histograms : dict of int to Histogram
        By column, the prior of each number whose prior is not uniform on its scale.
    depth : ndarray of int of shape (d,)
        Length of the longest chain of parents above each hyperparameter.
    is_parent : ndarray of bool of shape (d,)
        Whether other hyperparameters depend on it.
    defaults : ndarray of shape (d,)
        The encoded default of every hyperparameter, active or not.

    Examples
    --------
    >>> from autoskl.space import ArrayView, choice, integer, space_of, when
    >>> space = space_of(choice("m", ["knn", "none"]), when("m", "knn", integer("k", 1, 4)))
    >>> ArrayView(space).encode([{"m": "knn", "k": 1}, {"m": "none"}])
    array([[0.   , 0.125],
           [1.   ,   nan]])
    """

    def __init__(self, space: Space) -> None:
        self.space = space
        parameters = tuple(space.parameters.values())
        self.names = tuple(space.parameters)
        self.column = {name: i for i, name in enumerate(self.names)}
        self.kinds = tuple(parameter.kind for parameter in parameters)
        self.weights = tuple(_probabilities(parameter) for parameter in parameters)
        self.n_levels = np.array([0 if w is None else len(w) for w in self.weights], dtype=np.intp)
        numbers = [(i, p) for i, p in enumerate(parameters) if isinstance(p, Real | Integer)]
        self._numbers, self._number_scale = _scale_of(numbers)
        self.histograms = {i: Histogram(p.weights) for i, p in numbers if p.weights is not None}
        # Only these have positions on the scale that do not encode a value exactly.
        self._centred, self._centred_scale = _scale_of(
            [(i, p) for i, p in numbers if isinstance(p, Integer) or p.lower == p.upper]
        )
        self._discrete = np.flatnonzero(self.n_levels)
        self._last = np.where(self.n_levels > 0, self.n_levels - 1.0, 1.0)
        self._writers = [_writer(parameter) for parameter in parameters]
        self._readers = [_reader(parameter) for parameter in parameters]
        self._thresholds = [
            (i, _thresholds(w)) for i, w in enumerate(self.weights) if w is not None
        ]
        self._activation = Activation(space.parameters, space.conditions)
        self.depth = self._activation.depth
        self.is_parent = np.isin(np.arange(len(self.names)), self._activation.parents)
        self._forbidden = [
            [ValueTest(self.column[n], space.parameters[n], values) for n, values in f.clauses]
            for f in space.forbidden
        ]
        self.defaults = self.encode([{p.name: p.default for p in parameters}])[0]

    def __reduce__(self) -> tuple[Any, ...]:
        return ArrayView, (self.space,)

    def encode(self, configurations: Iterable[Mapping[str, Value]]) -> Array:
        """Return configurations as rows.

        Parameters
        ----------
        configurations : iterable of mapping of str to value
            Whether their hyperparameters are active is not checked.

        Returns
        -------
        ndarray of shape (n, d)

        Raises
        ------
        ValueError
            For unknown names and invalid values.
        """
        rows: list[int] = []
        columns: list[int] = []
        values: list[float] = []
        n = 0
        for n, configuration in enumerate(configurations, 1):
            for name, value in configuration.items():
                column = self.column.get(name, -1)
                if column < 0:
                    raise unknown_name_error(self.names, name)
                rows.append(n - 1)
                columns.append(column)
                values.append(self._writers[column](value))
        matrix = np.full((n, len(self.names)), np.nan)
        matrix[rows, columns] = values
        matrix[:, self._numbers] = self._number_scale.to_unit(matrix[:, self._numbers])
        return matrix

    def decode(self, row: Array) -> Configuration:
        """Return a row as a configuration.

        Parameters
        ----------
        row : ndarray of shape (d,)
            NaN where a hyperparameter is inactive.

        Returns
        -------
        Configuration
            With numbers rounded as by `decode_rows`.
        """
        return self.decode_rows(row[None])[0]

    def decode_rows(self, matrix: Array) -> list[Configuration]:
        """Return the rows of a matrix as configurations.

        Real numbers are rounded to 12 decimal digits (significant digits on a logarithmic scale),
        so that ``decode_rows(encode(c)) == c`` holds exactly for decoded configurations.

        Parameters
        ----------
        matrix : ndarray of shape (n, d)
            NaN where a hyperparameter is inactive.

        Returns
        -------
        list of Configuration
        """
        values = matrix.copy()
        values[:, self._numbers] = self._number_scale.from_unit(values[:, self._numbers])
        decoded: list[dict[str, Value]] = [{} for _ in range(len(matrix))]
        rows, columns = np.nonzero(~np.isnan(values))
        for i, j, value in zip(
            rows.tolist(), columns.tolist(), values[rows, columns].tolist(), strict=True
        ):
            decoded[i][self.names[j]] = self._readers[j](value)
        return [Configuration(each) for each in decoded]

    def sample(self, rng: np.random.Generator, n: int) -> Array:
        """Draw valid configurations from the prior.

        Parameters
        ----------
        rng : Generator
        n : int
            Number of configurations.

        Returns
        -------
        ndarray of shape (n, d)
        """
        matrix = self._draw(rng, n)
        if not self._forbidden:
            return matrix
        for _ in range(MAX_DRAWS):
            invalid = np.flatnonzero(~self.is_valid(matrix))
            if not len(invalid):
                return matrix
            matrix[invalid] = self._draw(rng, len(invalid))
        invalid = np.flatnonzero(~self.is_valid(matrix))
        matrix[invalid] = self.encode(map(self.space.repair, self.decode_rows(matrix[invalid])))
        return matrix

    def activate(self, matrix: Array, rng: np.random.Generator | None = None) -> Array:
        """Return a copy in which exactly the active hyperparameters have a value.

        Parameters
        ----------
        matrix : ndarray of shape (n, d)
            NaN where a value is to be filled in if the hyperparameter is active.
        rng : Generator or None, default=None
            If given, missing values are drawn from the prior; otherwise they are the defaults.

        Returns
        -------
        ndarray of shape (n, d)
        """
        result = matrix.copy()
        fill = self.defaults if rng is None else self._draw_unconditional(rng, len(matrix))
        self._activation.apply(result, fill)
        return result

    def snap(self, matrix: Array) -> Array:
        """Return rows moved to the nearest encodable values.

        Numbers are clipped to the unit scale, integers move to the middle of their interval, and
        indices are rounded to the nearest one.

        Parameters
        ----------
        matrix : ndarray of shape (n, d)
            NaN stays NaN.

        Returns
        -------
        ndarray of shape (n, d)
        """
        result = np.clip(matrix, 0.0, self._last)
        result[:, self._discrete] = np.rint(result[:, self._discrete])
        self._centre_in_place(result)
        return result

    def is_valid(self, matrix: Array) -> Mask:
        """Return which rows match no forbidden combination.

        Parameters
        ----------
        matrix : ndarray of shape (n, d)

        Returns
        -------
        ndarray of bool of shape (n,)
        """
        valid = np.ones(len(matrix), dtype=bool)
        for clauses in self._forbidden:
            forbidden = clauses[0](matrix)
            for clause in clauses[1:]:
                forbidden &= clause(matrix)
            valid &= ~forbidden
        return valid

    def _draw(self, rng: np.random.Generator, n: int) -> Array:
        """Draw configurations, forbidden ones included."""
        matrix = self._draw_unconditional(rng, n)
        self._activation.apply(matrix, None)
        return matrix

    def _draw_unconditional(self, rng: np.random.Generator, n: int) -> Array:
        """Draw a value for every hyperparameter, active or not."""
        matrix = rng.random((n, len(self.names)))
        for column, thresholds in self._thresholds:
            matrix[:, column] = np.searchsorted(thresholds, matrix[:, column], side="right")
        for column, histogram in self.histograms.items():
            matrix[:, column] = histogram.quantile(matrix[:, column])
        self._centre_in_place(matrix)
        return matrix

    def _centre_in_place(self, matrix: Array) -> None:
        if len(self._centred):
            scale = self._centred_scale
            values = scale.from_unit(matrix[:, self._centred])
            matrix[:, self._centred] = scale.to_unit(values)

    def __len__(self) -> int:
        return len(self.names)

    def __repr__(self) -> str:
        return f"ArrayView({self.space!r})"


def _scale_of(numbers: list[tuple[int, Real | Integer]]) -> tuple[NDArray[np.intp], UnitScale]:
    columns = np.array([column for column, _ in numbers], dtype=np.intp)
    return columns, UnitScale([parameter for _, parameter in numbers])


def _probabilities(parameter: Parameter) -> Array | None:
    if isinstance(parameter, Real | Integer):
        return None
    weights = parameter.weights if isinstance(parameter, Choice) else None
    array = np.array(weights or (1.0,) * len(parameter.levels))
    return np.asarray(array / array.sum())


def _thresholds(probabilities: Array) -> Array:
    """Return the lower end of the interval of [0, 1) that selects each level but the first."""
    thresholds = np.cumsum(probabilities)[:-1]
    # Rounding errors must not select trailing levels of weight 0.
    thresholds[np.flatnonzero(probabilities)[-1] :] = 1.0
    return thresholds


def _writer(parameter: Parameter) -> Callable[[Any], float]:
    """Return a function from a value to a number: itself, or its index among the levels."""
    if isinstance(parameter, Real | Integer):
        lower, upper, check = parameter.lower, parameter.upper, parameter.check
        usual = type(lower)
        # Avoids the cost of a full check in the usual case.
        return lambda v: v if v.__class__ is usual and lower <= v <= upper else check(v)
    codes = {value_key(value): float(i) for i, value in enumerate(parameter.levels)}

    def write(value: Any) -> float:
        code = codes.get(value_key(value))
        return codes[value_key(parameter.check(value))] if code is None else code

    return write


def _reader(parameter: Parameter) -> Callable[[float], Value]:
    """Return the inverse of `_writer`."""
    if isinstance(parameter, Integer):
        return int
    if not isinstance(parameter, Real):
        levels = tuple(parameter.levels)
        return lambda number: levels[int(number)]
    lower, upper = parameter.lower, parameter.upper
    if parameter.log:
        return lambda number: min(max(float(f"{number:.{DIGITS}g}"), lower), upper)
    size = math.ceil(math.log10(upper - lower)) if upper > lower else 0
    return lambda number: min(max(round(number, DIGITS - size), lower), upper)
