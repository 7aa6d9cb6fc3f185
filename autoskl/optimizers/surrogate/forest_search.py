"""Where a random forest expects the greatest improvement."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from autoskl.core.configuration import Configuration
from autoskl.optimizers.archive import Archive
from autoskl.optimizers.surrogate.acquisition import expected_improvement
from autoskl.optimizers.surrogate.features import FeatureMap
from autoskl.optimizers.surrogate.forest import Forest
from autoskl.optimizers.surrogate.local_search import climb
from autoskl.optimizers.surrogate.targets import log_scaled

Matrix = NDArray[np.float64]
Vector = NDArray[np.float64]


class ForestSearch:
    """A forest over configurations and fidelities, and the search for its best expectations.

    Results at all fidelities teach the forest, which has the cost of the fidelity among its inputs.
    Trials under way count as if they came out no better than the median, so that workers spread.

    Parameters
    ----------
    archive : Archive
        What was asked and told; grows as the search goes on.
    seed : int
    cost_exponent : float, default=0.0
        The expected improvement is divided by the predicted seconds to this power.
    pool : int, default=500
        Samples of the space that are looked at for each proposal.
    starts : int, default=5
        Local searches from the most promising samples, and as many from the best results.
    """

    def __init__(
        self,
        archive: Archive,
        seed: int,
        *,
        cost_exponent: float = 0.0,
        pool: int = 500,
        starts: int = 5,
    ) -> None:
        self.archive = archive
        self.cost_exponent = cost_exponent
        self.pool = pool
        self.starts = starts
        self._features = FeatureMap(archive.view)
        self._costs = np.log([rung.cost for rung in archive.ladder.rungs])
        self._loss = Forest(log_scaled, seed)
        self._seconds = Forest(_log_seconds, seed)

    def configurations(self, rng: np.random.Generator, position: int) -> list[Configuration]:
        """Return configurations not asked yet, by falling promise.

        Parameters
        ----------
        rng : Generator
        position : int
            Of the fidelity on the ladder.

        Returns
        -------
        list of Configuration
        """
        archive, view = self.archive, self.archive.view
        best = self._learn(position)
        known = np.flatnonzero(np.isfinite(archive.losses))

        def promise(rows: Matrix) -> Vector:
            features = self._features(rows, self._costs[position])
            mean, deviation = self._loss.predict(features)
            gain = expected_improvement(mean, deviation, best)
            if self._weighs_seconds:
                gain = gain / np.exp(self.cost_exponent * self._seconds.predict(features)[0])
            return gain

        pool = view.sample(rng, self.pool)
        values = promise(pool)
        likely = np.argsort(-values, kind="stable")[: self.starts]
        leading = known[np.argsort(self._predicted[known], kind="stable")[: self.starts]]
        starts = np.concatenate([pool[likely], archive.rows[leading]])
        at_starts = np.concatenate([values[likely], np.full(len(leading), -np.inf)])
        rows, values = climb(view, promise, starts, at_starts, rng)
        order = np.argsort(-values, kind="stable")
        found = view.decode_rows(np.concatenate([rows[order], pool[likely]]))
        return [configuration for configuration in found if configuration not in archive.seen]

    def _learn(self, position: int) -> float:
        """Fit the forests; return the best loss that they predict where a result is known."""
        archive = self.archive
        told = np.flatnonzero(~np.isnan(archive.losses))
        features = self._features(archive.rows, self._costs[archive.rungs])
        self._loss.fit(features[told], archive.losses[told], told)
        here = self._features(archive.rows, self._costs[position])
        self._predicted, _ = self._loss.predict(here)
        pending = np.flatnonzero(np.isnan(archive.losses))
        if len(pending):
            self._loss.assume(features[pending], float(np.median(self._predicted[told])))
        if self._weighs_seconds:
            self._seconds.fit(features[told], archive.seconds[told], told)
        finite = told[np.isfinite(archive.losses[told])]
        return float(self._predicted[finite].min()) if len(finite) else 0.0

    @property
    def _weighs_seconds(self) -> bool:
        return self.cost_exponent > 0 and bool(self.archive.seconds.any())


def _log_seconds(seconds: Vector) -> Vector:
    return np.asarray(np.log(np.maximum(seconds, 1e-3)))
