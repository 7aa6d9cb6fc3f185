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
    """The way from trials to points and back, for optimizers that move through a cube.

    A choice with k values has k intervals of equal length, constants any value. What is inactive
    has a random coordinate, the same whenever it is asked for.

    Parameters
    ----------
    archive : Archive
    """

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self._levels = np.maximum(archive.view.n_levels, 1)
        self._listed = archive.view.n_levels > 0

    def points(self, seed: int) -> Matrix:
        """Return a point for each trial: (n_trials, n_parameters)."""
        rows = self.archive.rows
        units = np.where(self._listed, (rows + 0.5) / self._levels, rows)
        drawn = generator("cube", seed).random(rows.shape)
        return np.where(np.isnan(units), drawn, units)

    def configuration(self, point: Vector) -> Configuration:
        """Return the configuration at a point, made legal where it is forbidden."""
        view = self.archive.view
        levels = np.minimum(np.floor(point * self._levels), self._levels - 1)
        row = view.activate(np.where(self._listed, levels, point)[None])
        configuration = view.decode(row[0])
        if view.legal(row)[0]:
            return configuration
        return view.space.repair(configuration)
