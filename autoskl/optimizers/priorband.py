"""PriorBand: Hyperband led by what is believed to be good beforehand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autoskl.core.configuration import Configuration, Value
from autoskl.core.fidelity import FULL_ONLY, Fidelity, Ladder
from autoskl.optimizers.hyperband import Hyperband
from autoskl.optimizers.mutation import mutants
from autoskl.optimizers.parzen import Parzen
from autoskl.optimizers.rungs import bracket_sizes
from autoskl.space.space import Space

Matrix = NDArray[np.float64]

_ATTEMPTS = 4
"""Mutants made for each one needed, since some may be forbidden."""

_PRIOR_LEVEL_RATE = 0.25
"""Choices differ less often between a prior's centre and a sample of it than numbers do."""


class PriorBand(Hyperband):
    """New configurations come from the space, from a prior, or from the neighbourhood of the best.

    The prior is a mixture of kernels around the configurations that were enqueued (a portfolio), or
    around the default of the space without any. At the lowest rung half of the new configurations
    are samples of the space, fewer on higher ones. The rest comes from the prior, until a bracket's
    worth of cost is spent and something has run in full; from then on prior and mutants of the best
    configuration share it in proportion to how likely they make the best ``1/eta`` of the results.
    So a prior that leads astray is given up.

    Parameters
    ----------
    space : Space or ConfigSpace.ConfigurationSpace
    ladder : Ladder, default=FULL_ONLY
    seed : int, default=0
    eta : float, optional
        One trial in ``eta`` climbs. By default the ratio of the ladder's costs.
    mutation_rate : float, default=0.5
        Probability that a hyperparameter of the best configuration changes.
    scale : float, default=0.25
        Standard deviation of the kernels of prior and mutation on the unit scale.

    References
    ----------
    N. Mallik et al.: PriorBand: Practical hyperparameter optimization in the age of deep learning.
    NeurIPS 2023.
    """

    name = "priorband"

    def __init__(
        self,
        space: Space | Any,
        *,
        ladder: Ladder = FULL_ONLY,
        seed: int = 0,
        eta: float | None = None,
        mutation_rate: float = 0.5,
        scale: float = 0.25,
    ) -> None:
        super().__init__(space, ladder=ladder, seed=seed, eta=eta)
        self.mutation_rate = mutation_rate
        self.scale = scale
        self._believed: list[Configuration] = []

    def enqueue(
        self, configurations: Iterable[Mapping[str, Value]], *, first: bool = False
    ) -> None:
        """Have these configurations tried first, and others like them."""
        listed = [Configuration(values) for values in configurations]
        super().enqueue(listed, first=first)
        self._believed = [*listed, *self._believed] if first else [*self._believed, *listed]

    def suggest(self, rng: np.random.Generator, fidelity: Fidelity) -> Configuration:
        """Return a sample of the space, of the prior, or a mutant of the best."""
        view = self.archive.view
        where = rng.random()
        random_share = 1.0 / (1.0 + self.eta ** self.ladder.index(fidelity))
        if where < random_share:
            return self.space.sample(rng, 1)[0]
        best = self._best()
        if best is None or where < random_share + (1 - random_share) * self._trust_in_prior(best):
            made = self._mutants(self._prior_rows(), rng, rate=1.0, level_rate=_PRIOR_LEVEL_RATE)
        else:
            made = self._mutants(best, rng, rate=self.mutation_rate)
        return view.decode(made[0]) if len(made) else self.space.sample(rng, 1)[0]

    def _mutants(self, rows: Matrix, rng: np.random.Generator, **rates: float) -> Matrix:
        return mutants(self.archive.view, rows, rng, _ATTEMPTS, scale=self.scale, **rates)

    def _prior_rows(self) -> Matrix:
        return self.archive.view.encode(self._believed or [self.space.default()])

    def _best(self) -> Matrix | None:
        """Return the best configuration in full as (1, d), None while too little is known."""
        archive, n_rungs = self.archive, len(self.ladder.rungs)
        losses = np.where(np.isnan(archive.losses), np.inf, archive.losses)
        full = np.flatnonzero((archive.rungs == n_rungs - 1) & np.isfinite(losses))
        costs = np.array([rung.cost for rung in self.ladder.rungs])
        sizes = bracket_sizes(n_rungs - 1, n_rungs - 1, self.eta)
        spent = costs[archive.rungs[~np.isnan(archive.losses)]].sum()
        if not len(full) or spent < np.dot(sizes, costs):
            return None
        return archive.rows[[full[np.argmin(losses[full])]]]

    def _trust_in_prior(self, best: Matrix) -> float:
        """Return the share of the prior against mutants of the best."""
        archive, view = self.archive, self.archive.view
        for position in range(len(self.ladder.rungs) - 1, -1, -1):
            told = np.flatnonzero((archive.rungs == position) & np.isfinite(archive.losses))
            if len(told) >= self.eta:
                break
        else:
            return 1.0
        n_top = max(int(len(told) / self.eta), 1)
        top = archive.rows[told[np.argsort(archive.losses[told], kind="stable")][:n_top]]
        weights = np.arange(n_top, 0.0, -1.0)
        around = [Parzen(view, rows, width=self.scale) for rows in (self._prior_rows(), best)]
        likely = [weights @ np.exp(density.log_density(top)) for density in around]
        return float(likely[0] / sum(likely))
