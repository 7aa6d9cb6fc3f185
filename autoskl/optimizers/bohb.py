"""BOHB: Hyperband whose new configurations come from densities of good and bad results."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from autoskl.core.configuration import Configuration
from autoskl.core.fidelity import FULL_ONLY, Fidelity, Ladder
from autoskl.optimizers.algorithms import algorithm_choice
from autoskl.optimizers.arms import Arms
from autoskl.optimizers.hyperband import Hyperband
from autoskl.optimizers.parzen_search import most_likely_good, share_of
from autoskl.space.space import Space

_FEWEST = 6


class BOHB(Hyperband):
    """Hyperband with a Parzen model for each algorithm.

    The algorithm is chosen first (see `Arms`); its model is that of the highest fidelity at which
    it has enough results, over the hyperparameters that it has active. With one model over the
    whole space, as in the paper, a space of many algorithms needs so many results that a short
    search never has a model; ``original=True`` does that, for comparison.

    Parameters
    ----------
    space : Space or ConfigSpace.ConfigurationSpace
    ladder : Ladder, default=FULL_ONLY
    seed : int, default=0
    eta : float, optional
        One trial in ``eta`` climbs. By default the ratio of the ladder's costs.
    good_share : float, default=0.15
        Share of the results that count as good.
    n_candidates : int, default=64
        Candidates drawn for each proposal.
    random_share : float, optional
        Probability that a new configuration is a sample of the space instead. By default 0.15, and
        1/3 in the original.
    original : bool, default=False
        Whether one model covers the whole space, inactive hyperparameters filled in at random.

    References
    ----------
    S. Falkner, A. Klein, F. Hutter: BOHB: Robust and efficient hyperparameter optimization at
    scale. ICML 2018.
    """

    name = "bohb"

    def __init__(
        self,
        space: Space | Any,
        *,
        ladder: Ladder = FULL_ONLY,
        seed: int = 0,
        eta: float | None = None,
        good_share: float = 0.15,
        n_candidates: int = 64,
        random_share: float | None = None,
        original: bool = False,
    ) -> None:
        super().__init__(space, ladder=ladder, seed=seed, eta=eta)
        self.good_share = good_share
        self.n_candidates = n_candidates
        self.random_share = (1 / 3 if original else 0.15) if random_share is None else random_share
        self.original = original
        self._arms = Arms(self.archive, algorithm_choice(self.space))

    def suggest(self, rng: np.random.Generator, fidelity: Fidelity) -> Configuration:
        """Return what is likelier among good results than among others, or a sample."""
        if rng.random() < self.random_share:
            return self.space.sample(rng, 1)[0]
        found = self._from_whole_space(rng) if self.original else self._from_one_arm(rng)
        return self.space.sample(rng, 1)[0] if found is None else found

    def _from_one_arm(self, rng: np.random.Generator) -> Configuration | None:
        archive = self.archive
        arm = self._arms.next(rng)
        own = self._arms.of(archive.rows) == arm
        if not own.any():
            return self._arms.defaults(arm)[0]
        n_active = int(np.ceil((~np.isnan(archive.rows[own])).sum(axis=1).mean()))
        told = self._highest_with(own, max(_FEWEST, n_active // 2))
        if told is None:
            drawn = self._arms.sample(rng, 1, arm)
            return archive.view.decode(drawn[0]) if len(drawn) else None
        n_good = max(share_of(len(told), self.good_share), min(3, len(told) - 1))
        return most_likely_good(archive, told, rng, n_good=n_good, n_candidates=self.n_candidates)

    def _from_whole_space(self, rng: np.random.Generator) -> Configuration | None:
        archive = self.archive
        fewest = len(archive.view) + 1
        told = self._highest_with(np.ones(len(archive), dtype=bool), 2 * fewest)
        if told is None:
            return None
        n_good = max(fewest, share_of(len(told), self.good_share))
        return most_likely_good(
            archive,
            told,
            rng,
            n_good=min(n_good, len(told) - 1),
            n_candidates=self.n_candidates,
            rows=_filled(archive.rows, rng),
        )

    def _highest_with(self, among: NDArray[np.bool_], fewest: int) -> NDArray[np.intp] | None:
        """Return the results of the highest fidelity that has enough, the failed ones too."""
        archive = self.archive
        known = among & ~np.isnan(archive.losses)
        for position in range(len(self.ladder.rungs) - 1, -1, -1):
            told = np.flatnonzero(known & (archive.rungs == position))
            if len(told) >= fewest and np.isfinite(archive.losses[told]).any():
                return told
        return None


def _filled(rows: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    """Return rows in which what is inactive has the value of a random row where it is active."""
    rows = rows.copy()
    for column in rows.T:
        missing = np.isnan(column)
        known = column[~missing]
        if missing.any() and len(known):
            column[missing] = known[rng.integers(len(known), size=int(missing.sum()))]
    return rows
