"""TPE: the tree-structured Parzen estimator."""

from __future__ import annotations

from typing import Any

import numpy as np

from autoskl.core.configuration import Configuration
from autoskl.core.fidelity import FULL_ONLY, Fidelity, Ladder
from autoskl.optimizers.optimizer import Optimizer
from autoskl.optimizers.options import check_count, check_share
from autoskl.optimizers.parzen_search import best_by_density_ratio, n_good_of
from autoskl.space.space import Space

_MAX_GOOD = 25
"""Maximum number of good results."""


class TPE(Optimizer):
    """Proposes configurations that are likelier among the good results than among the others.

    Each hyperparameter, including the choice of the algorithm, has its own densities, estimated
    from the results in which it is active. All trials run at full fidelity.

    Parameters
    ----------
    space : Space or ConfigSpace.ConfigurationSpace
    ladder : Ladder, default=FULL_ONLY
    seed : int, default=0
    n_initial : int, default=10
        Number of results from which densities are estimated, at least 2; until then, samples of the
        space are proposed.
    good_share : float, default=0.1
        Share of the results that count as good, at most 25 results.
    n_candidates : int, default=24
        Number of candidates drawn for each proposal.

    Raises
    ------
    TypeError
        If ``space`` or ``ladder`` is of another type.
    ValueError
        If another option is not valid; the message names it and says what is allowed.

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
        self.n_initial = check_count("n_initial", n_initial, 2)
        self.good_share = check_share("good_share", good_share)
        self.n_candidates = check_count("n_candidates", n_candidates)

    def suggest(self, rng: np.random.Generator, fidelity: Fidelity) -> Configuration:
        """Return the candidate that is most likely to be good."""
        losses = self.archive.losses
        finished = np.flatnonzero(~np.isnan(losses))
        proposal = None
        if len(finished) >= self.n_initial and np.isfinite(losses[finished]).any():
            n_good = min(n_good_of(len(finished), self.good_share), _MAX_GOOD)
            proposal = best_by_density_ratio(
                self.archive,
                finished,
                rng,
                n_good=n_good,
                n_candidates=self.n_candidates,
                joint=False,
            )
        return self.space.sample(rng, 1)[0] if proposal is None else proposal
