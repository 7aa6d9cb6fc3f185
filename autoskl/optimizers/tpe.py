"""The tree-structured Parzen estimator."""

from __future__ import annotations

from typing import Any

import numpy as np

from autoskl.core.configuration import Configuration
from autoskl.core.fidelity import FULL_ONLY, Fidelity, Ladder
from autoskl.optimizers.optimizer import Optimizer
from autoskl.optimizers.parzen_search import most_likely_good, share_of
from autoskl.space.space import Space

_MOST_GOOD = 25


class TPE(Optimizer):
    """Proposes what is likelier among the good results than among the others.

    Each hyperparameter has densities of its own, from the results in which it is active; the
    choice of algorithm is one of them. All trials run in full.

    Parameters
    ----------
    space : Space or ConfigSpace.ConfigurationSpace
    ladder : Ladder, default=FULL_ONLY
    seed : int, default=0
    n_initial : int, default=10
        Results before densities are estimated; until then samples of the space are proposed.
    good_share : float, default=0.1
        Share of the results that count as good, 25 at most.
    n_candidates : int, default=24
        Candidates drawn for each proposal.

    References
    ----------
    J. Bergstra, R. Bardenet, Y. Bengio, B. Kégl: Algorithms for hyper-parameter optimization.
    NeurIPS 2011.
    """

    name = "tpe"

    def __init__(
        self,
        space: Space | Any,
        *,
        ladder: Ladder = FULL_ONLY,
        seed: int = 0,
        n_initial: int = 10,
        good_share: float = 0.1,
        n_candidates: int = 24,
    ) -> None:
        super().__init__(space, ladder=ladder, seed=seed)
        self.n_initial = n_initial
        self.good_share = good_share
        self.n_candidates = n_candidates

    def suggest(self, rng: np.random.Generator, fidelity: Fidelity) -> Configuration:
        """Return the candidate that is most likely to be good."""
        losses = self.archive.losses
        told = np.flatnonzero(~np.isnan(losses))
        found = None
        if len(told) >= max(self.n_initial, 2) and np.isfinite(losses[told]).any():
            n_good = min(share_of(len(told), self.good_share), _MOST_GOOD)
            found = most_likely_good(
                self.archive,
                told,
                rng,
                n_good=n_good,
                n_candidates=self.n_candidates,
                joint=False,
            )
        return self.space.sample(rng, 1)[0] if found is None else found
