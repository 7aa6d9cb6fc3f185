"""Configurations as points in the unit cube of all hyperparameters, active or not."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from autoskl.core.configuration import Configuration
from autoskl.core.seeds import generator
from autoskl.optimizers.archive import Archive

Matrix = NDArray[np.float64]
Vector = NDArray[np.float64]


class UnitCube:
    """Maps trials to points and back, for optimizers of continuous functions.

    Coordinates are prior probabilities: each value of a choice, and each bin of the scale of a
    number, has an interval as long as its probability, so that evenly spread points follow the
    prior. Inactive hyperparameters have random coordinates, always the same for a trial.

    Parameters
    ----------
    archive : Archive
    """

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self._ends = {
            j: np.cumsum(weights)
            for j, weights in enumerate(archive.view.weights)
            if weights is not None
        }

    def points(self, seed: int) -> Matrix:
        """Return a point for each trial: (n_trials, n_parameters)."""
        units = self.archive.rows.copy()
        for j, ends in self._ends.items():
            known = ~np.isnan(units[:, j])
            middles = ends - np.diff(ends, prepend=0.0) / 2
            units[known, j] = middles[units[known, j].astype(np.intp)]
        for j, histogram in self.archive.view.histograms.items():
            units[:, j] = histogram.cdf(units[:, j])
        drawn = generator("cube", seed).random(units.shape)
        return np.where(np.isnan(units), drawn, units)

    def configuration(self, point: Vector) -> Configuration:
        """Return the configuration at a point, repaired if it is forbidden."""
        view = self.archive.view
        row = point.astype(np.float64)
        for j, ends in self._ends.items():
            # Rounding errors must not select trailing values of weight 0.
            last = np.searchsorted(ends, ends[-1])
            row[j] = min(np.searchsorted(ends, row[j], side="right"), last)
        for j, histogram in view.histograms.items():
            row[j] = histogram.quantile(row[j])
        row = view.activate(row[None])
        configuration = view.decode(row[0])
        if view.is_valid(row)[0]:
            return configuration
        return view.space.repair(configuration)
