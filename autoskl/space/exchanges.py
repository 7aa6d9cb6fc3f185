"""Other values for single hyperparameters, for many configurations at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from autoskl.space.array_view import Array, ArrayView
from autoskl.space.parameters import Integer, Kind, Parameter, Real
from autoskl.space.unit_scale import UnitScale

Positions = NDArray[np.intp]

FEW = 64
"""Integers with at most so many values are exchanged without repetition, as choices are."""

SAME = 1e-6
"""Places on the unit scale closer than this belong to the same one of few integers."""


class Exchange:
    """Other values for some of the columns.

    Parameters
    ----------
    view : ArrayView

    Attributes
    ----------
    takes : ndarray of bool of shape (d,)
        Which columns it is for.
    """

    takes: NDArray[np.bool_]

    def __init__(self, view: ArrayView) -> None:
        self._parameters = list(view.space.parameters.values())


class LevelExchange(Exchange):
    """Choices, ordinals and integers of few values."""

    def __init__(self, view: ArrayView) -> None:
        super().__init__(view)
        places = [_places(parameter) for parameter in self._parameters]
        self.takes = np.array([len(each) > 1 for each in places], dtype=bool)
        self._ordinal = np.array([kind is Kind.ORDINAL for kind in view.kinds], dtype=bool)
        self._integer = np.array([kind is Kind.INTEGER for kind in view.kinds], dtype=bool)
        width = max(map(len, places), default=0)
        self._places = np.full((len(places), width), np.nan)
        self._log_prior = np.full((len(places), width), -np.inf)
        for i, (each, weights) in enumerate(zip(places, view.weights, strict=True)):
            self._places[i, : len(each)] = each
            with np.errstate(divide="ignore"):
                self._log_prior[i, : len(each)] = 0.0 if weights is None else np.log(weights)

    def others(
        self, columns: Positions, present: Array, scales: Array, rng: np.random.Generator
    ) -> tuple[Array, Positions]:
        """Return the other values in a random order, likelier ones earlier.

        Ordering by a score plus Gumbel noise draws without replacement with probabilities in
        proportion to exp(score).

        Parameters
        ----------
        columns, present, scales : ndarray of shape (n_pairs,)
            Columns, their values as encoded, and standard deviations on the unit scale.
        rng : Generator

        Returns
        -------
        values : ndarray of shape (n_pairs, most values)
            As encoded.
        available : ndarray of int of shape (n_pairs,)
            How many of them, from the left, can be taken.

        References
        ----------
        Kool, W., van Hoof, H. and Welling, M. (2019). Stochastic beams and where to find them.
        ICML, section 2.
        """
        places = self._places[columns]
        away = np.abs(places - present[:, None])
        scores = self._log_prior[columns]
        scores -= np.where(self._integer[columns, None], 0.5 * (away / scales[:, None]) ** 2, 0.0)
        scores[(away < SAME) | np.isnan(away)] = -np.inf
        scores[self._ordinal[columns, None] & (away > 1.0 + SAME)] = -np.inf
        order = np.argsort(-(scores + rng.gumbel(size=scores.shape)), axis=1)
        return np.take_along_axis(places, order, axis=1), np.isfinite(scores).sum(axis=1)


class NumberExchange(Exchange):
    """Real numbers, and integers of many values."""

    def __init__(self, view: ArrayView) -> None:
        super().__init__(view)
        parameters = self._parameters
        many = [
            (i, p) for i, p in enumerate(parameters) if isinstance(p, Integer) and not _is_few(p)
        ]
        spread = [isinstance(p, Real) and p.upper > p.lower for p in parameters]
        self._scale = UnitScale([p for _, p in many])
        self._integer = np.full(len(parameters), -1, dtype=np.intp)
        self._integer[[i for i, _ in many]] = np.arange(len(many))
        self.takes = np.array(spread, dtype=bool) | (self._integer >= 0)

    def others(
        self, columns: Positions, present: Array, scales: Array, rng: np.random.Generator
    ) -> Array:
        """Return another value for each, as encoded.

        Parameters
        ----------
        columns, present, scales : ndarray of shape (n,)
            Columns, their values as encoded, and standard deviations on the unit scale.
        rng : Generator

        Returns
        -------
        ndarray of shape (n,)
        """
        drawn = truncated_normal(present, scales, rng)
        whole = self._integer[columns]
        at = np.flatnonzero(whole >= 0)
        scale = self._scale.picked(whole[at])
        before, after = scale.from_unit(np.stack([present[at], drawn[at]]))
        # An integer that rounds to where it was takes one step, back from its bounds.
        step = np.where(drawn[at] >= present[at], 1.0, -1.0)
        step = np.where(scale.outside(before + step), -step, step)
        drawn[at] = scale.to_unit(np.where(before == after, before + step, after))
        return drawn


def _places(parameter: Parameter) -> Array:
    """Return the encoded values between which single steps are taken, none for many numbers."""
    if isinstance(parameter, Integer) and _is_few(parameter):
        levels = np.array(parameter.levels, dtype=np.float64)
        return UnitScale([parameter]).to_unit(levels[:, None])[:, 0]
    if isinstance(parameter, Real | Integer):
        return np.empty(0)
    return np.arange(len(parameter.levels), dtype=np.float64)


def _is_few(parameter: Integer) -> bool:
    return len(parameter.levels) <= FEW


def truncated_normal(centre: Array, scale: Array, rng: np.random.Generator) -> Array:
    """Draw from normal distributions truncated to the unit scale: all of shape (n,)."""
    from scipy.special import ndtr, ndtri

    below, above = ndtr(np.stack([-centre, 1.0 - centre]) / scale)
    drawn = centre + scale * ndtri(below + (above - below) * rng.random(len(centre)))
    return np.asarray(np.clip(drawn, 0.0, 1.0))
