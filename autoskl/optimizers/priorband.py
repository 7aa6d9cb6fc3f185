"""PriorBand: Hyperband guided by a prior over good configurations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autoskl.core.configuration import Configuration, Value
from autoskl.core.fidelity import FULL_ONLY, Fidelity, Ladder
from autoskl.optimizers.hyperband import Hyperband
from autoskl.optimizers.mutation import mutate
from autoskl.optimizers.optimizer import as_configurations
from autoskl.optimizers.options import check_number, check_share
from autoskl.optimizers.parzen import ParzenEstimator
from autoskl.optimizers.rungs import bracket_sizes
from autoskl.space.space import Space

Matrix = NDArray[np.float64]

_N_MUTANTS = 4
"""Mutants drawn for each proposal, since some may be forbidden."""

_PRIOR_LEVEL_RATE = 0.25
"""Probability that a sample of the prior differs in a discrete hyperparameter from its centre."""


class PriorBand(Hyperband):
    """Samples new configurations from the space, from a prior, or around the best configuration.

    The prior is a mixture of kernels around the enqueued configurations (a portfolio), or around
    the default configuration if there are none. On the lowest rung half of the new configurations
    are samples of the space, on higher rungs fewer. The rest are samples of the prior at first.
    Once the cost of a bracket has been spent and a trial has run at full fidelity, they are split
    between the prior and mutants of the best configuration, in proportion to the likelihood that
    each assigns to the best ``1/eta`` of the results. A misleading prior is thus abandoned.

    Parameters
    ----------
    space : Space or ConfigSpace.ConfigurationSpace
    ladder : Ladder, default=FULL_ONLY
    seed : int, default=0
    eta : float, optional
        One trial in ``eta`` is promoted. By default the cost ratio of neighbouring rungs.
    mutation_rate : float, default=0.5
        Probability that a hyperparameter of the best configuration mutates.
    scale : float, default=0.25
        Standard deviation of the prior's kernels and of mutations on the unit scale.

    Raises
    ------
    TypeError
        If ``space`` or ``ladder`` is of another type.
    ValueError
        If another option is not valid; the message names it and says what is allowed.

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
        self.mutation_rate = check_share("mutation_rate", mutation_rate)
        self.scale = check_number("scale", scale, above=0.0)
        self._prior: list[Configuration] = []

    def enqueue(
        self, configurations: Iterable[Mapping[str, Value]], *, first: bool = False
    ) -> None:
        """Propose these configurations first, and make them centres of the prior."""
        added = as_configurations(configurations)
        super().enqueue(added, first=first)
        self._prior = [*added, *self._prior] if first else [*self._prior, *added]

    def suggest(self, rng: np.random.Generator, fidelity: Fidelity) -> Configuration:
        """Return a sample of the space, of the prior, or a mutant of the best."""
        view = self.archive.view
        u = rng.random()
        random_share = 1.0 / (1.0 + self.eta ** self.ladder.index(fidelity))
        if u < random_share:
            return self.space.sample(rng, 1)[0]
        best = self._best()
        if best is None or u < random_share + (1 - random_share) * self._prior_share(best):
            mutants = self._mutate(self._prior_rows(), rng, rate=1.0, level_rate=_PRIOR_LEVEL_RATE)
        else:
            mutants = self._mutate(best, rng, rate=self.mutation_rate)
        return view.decode(mutants[0]) if len(mutants) else self.space.sample(rng, 1)[0]

    def _mutate(self, rows: Matrix, rng: np.random.Generator, **rates: float) -> Matrix:
        return mutate(self.archive.view, rows, rng, _N_MUTANTS, scale=self.scale, **rates)

    def _prior_rows(self) -> Matrix:
        return self.archive.view.encode(self._prior or [self.space.default()])

    def _best(self) -> Matrix | None:
        """Return the best configuration at full fidelity as (1, d), None if it is too early."""
        archive, n_rungs = self.archive, len(self.ladder.rungs)
        losses = np.where(np.isnan(archive.losses), np.inf, archive.losses)
        full = np.flatnonzero((archive.rungs == n_rungs - 1) & np.isfinite(losses))
        costs = np.array([rung.cost for rung in self.ladder.rungs])
        sizes = bracket_sizes(n_rungs - 1, n_rungs - 1, self.eta)
        spent = costs[archive.rungs[~np.isnan(archive.losses)]].sum()
        if not len(full) or spent < np.dot(sizes, costs):
            return None
        return archive.rows[[full[np.argmin(losses[full])]]]

    def _prior_share(self, best: Matrix) -> float:
        """Return the share of proposals from the prior, as against mutants of the best."""
        archive, view = self.archive, self.archive.view
        for position in range(len(self.ladder.rungs) - 1, -1, -1):
            successful = np.flatnonzero((archive.rungs == position) & np.isfinite(archive.losses))
            if len(successful) >= self.eta:
                break
        else:
            return 1.0
        n_top = max(int(len(successful) / self.eta), 1)
        order = np.argsort(archive.losses[successful], kind="stable")
        top = archive.rows[successful[order][:n_top]]
        weights = np.arange(n_top, 0.0, -1.0)
        densities = [
            ParzenEstimator(view, rows, bandwidth=self.scale) for rows in (self._prior_rows(), best)
        ]
        likelihoods = [weights @ np.exp(density.log_density(top)) for density in densities]
        return float(likelihoods[0] / sum(likelihoods))
