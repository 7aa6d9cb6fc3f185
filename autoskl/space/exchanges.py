"""Vectorised sampling of other values for single hyperparameters."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from autoskl.space.array_view import Array, ArrayView
from autoskl.space.parameters import Integer, Kind, Parameter, Real
from autoskl.space.unit_scale import UnitScale

Positions = NDArray[np.intp]

MAX_ENUMERATED = 64
"""Integers with at most this many values are sampled without replacement, like choices."""

SAME_LEVEL = 1e-6
"""Encoded values closer than this are the same level."""


class Exchange:
    """Base of samplers of other values for some of the columns.

    Parameters
    ----------
    view : ArrayView

    Attributes
    ----------
    handles : ndarray of bool of shape (d,)
        Which columns it handles.
    """

    handles: NDArray[np.bool_]

    def __init__(self, view: ArrayView) -> None:
        self._parameters = list(view.space.parameters.values())


class LevelExchange(Exchange):
    """Samples other values of choices, ordinals and integers with few values."""

    def __init__(self, view: ArrayView) -> None:
        super().__init__(view)
        levels = [_encoded_levels(parameter) for parameter in self._parameters]
        self.handles = np.array([len(each) > 1 for each in levels], dtype=bool)
        self._ordinal = np.array([kind is Kind.ORDINAL for kind in view.kinds], dtype=bool)
        self._integer = np.array([kind is Kind.INTEGER for kind in view.kinds], dtype=bool)
        width = max(map(len, levels), default=0)
        self._levels = np.full((len(levels), width), np.nan)
        self._log_prior = np.full((len(levels), width), -np.inf)
        for i, (each, weights) in enumerate(zip(levels, view.weights, strict=True)):
            self._levels[i, : len(each)] = each
            with np.errstate(divide="ignore"):
                self._log_prior[i, : len(each)] = 0.0 if weights is None else np.log(weights)

    def sample_other_levels(
        self, columns: Positions, present: Array, scales: Array, rng: np.random.Generator
    ) -> tuple[Array, Positions]:
        """Return the other values in random order, likely ones first.

        Sorting by a score plus Gumbel noise samples without replacement with probabilities
        proportional to exp(score).

        Parameters
        ----------
        columns, present, scales : ndarray of shape (n_pairs,)
            Columns, their encoded values, and standard deviations on the unit scale.
        rng : Generator

        Returns
        -------
        values : ndarray of shape (n_pairs, max_levels)
            Encoded values.
        available : ndarray of int of shape (n_pairs,)
            How many of them, from the left, may be used.

        References
        ----------
        Kool, W., van Hoof, H. and Welling, M. (2019). Stochastic beams and where to find them.
        ICML, section 2.
        """
        levels = self._levels[columns]
        distance = np.abs(levels - present[:, None])
        scores = self._log_prior[columns]
        scores -= np.where(
            self._integer[columns, None], 0.5 * (distance / scales[:, None]) ** 2, 0.0
        )
        scores[(distance < SAME_LEVEL) | np.isnan(distance)] = -np.inf
        scores[self._ordinal[columns, None] & (distance > 1.0 + SAME_LEVEL)] = -np.inf
        order = np.argsort(-(scores + rng.gumbel(size=scores.shape)), axis=1)
        return np.take_along_axis(levels, order, axis=1), np.isfinite(scores).sum(axis=1)


class NumberExchange(Exchange):
    """Samples other values of real numbers and of integers with many values."""

    def __init__(self, view: ArrayView) -> None:
        super().__init__(view)
        parameters = self._parameters
        integers = [
            (i, p)
            for i, p in enumerate(parameters)
            if isinstance(p, Integer) and not _is_enumerated(p)
        ]
        is_real = [isinstance(p, Real) and p.upper > p.lower for p in parameters]
        self._scale = UnitScale([p for _, p in integers])
        self._integer = np.full(len(parameters), -1, dtype=np.intp)
        self._integer[[i for i, _ in integers]] = np.arange(len(integers))
        self.handles = np.array(is_real, dtype=bool) | (self._integer >= 0)

    def sample_other_values(
        self, columns: Positions, present: Array, scales: Array, rng: np.random.Generator
    ) -> Array:
        """Return another encoded value for each column.

        Parameters
        ----------
        columns, present, scales : ndarray of shape (n,)
            Columns, their encoded values, and standard deviations on the unit scale.
        rng : Generator

        Returns
        -------
        ndarray of shape (n,)
        """
        drawn = truncated_normal(present, scales, rng)
        integer = self._integer[columns]
        at = np.flatnonzero(integer >= 0)
        scale = self._scale.take(integer[at])
        before, after = scale.from_unit(np.stack([present[at], drawn[at]]))
        # An integer that rounds to its present value moves one step, inwards at a bound.
        step = np.where(drawn[at] >= present[at], 1.0, -1.0)
        step = np.where(scale.is_outside(before + step), -step, step)
        drawn[at] = scale.to_unit(np.where(before == after, before + step, after))
        return drawn


def _encoded_levels(parameter: Parameter) -> Array:
    """Return all values as encoded; none for numbers that are not enumerated."""
    if isinstance(parameter, Integer) and _is_enumerated(parameter):
        levels = np.array(parameter.levels, dtype=np.float64)
        return UnitScale([parameter]).to_unit(levels[:, None])[:, 0]
    if isinstance(parameter, Real | Integer):
        return np.empty(0)
    return np.arange(len(parameter.levels), dtype=np.float64)


def _is_enumerated(parameter: Integer) -> bool:
    return len(parameter.levels) <= MAX_ENUMERATED


def truncated_normal(centre: Array, scale: Array, rng: np.random.Generator) -> Array:
    """Draw from normal distributions truncated to the unit scale: all of shape (n,)."""
    from scipy.special import ndtr, ndtri

    below, above = ndtr(np.stack([-centre, 1.0 - centre]) / scale)
    drawn = centre + scale * ndtri(below + (above - below) * rng.random(len(centre)))
    return np.asarray(np.clip(drawn, 0.0, 1.0))
