"""Multi-fidelity SMAC: cheap trials guide the search, then trials run at full fidelity."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autoskl.core.configuration import Configuration
from autoskl.core.fidelity import FULL_ONLY, Fidelity, Ladder
from autoskl.core.trial import Trial
from autoskl.optimizers.asha import next_to_promote
from autoskl.optimizers.multi_fidelity_optimizer import MultiFidelityOptimizer
from autoskl.optimizers.options import check_count, check_number, check_share
from autoskl.optimizers.surrogate.model_search import ModelSearch
from autoskl.optimizers.surrogate.registry import surrogate_factory
from autoskl.space.space import Space

_ROUNDING_ERROR = 1e-6

_MIN_RELIABLE_COST = 0.1
"""Relative cost from which a rung ranks configurations well (benchmarks/README-search.md)."""


class MultiFidelitySMAC(MultiFidelityOptimizer):
    """Starts new configurations at low fidelities at first, and at full fidelity later.

    New configurations are chosen by the surrogate of `SMAC`, which learns from results at all
    fidelities. They start

    1. on the lowest rung, until that has cost as much as one trial at full fidelity;
    2. on the lowest rung that costs at least a tenth of a full trial, until the cost of ``n_cheap``
       full trials has been spent: lower rungs rank poorly, higher ones hardly rank better;
    3. at full fidelity from then on: the remaining candidates are all good, and low fidelities rank
       those less well. If ``full_share`` is below 1, the rest of the cost is spent as in step 2.

    The best are promoted straight to full fidelity, as many as successive halving would promote
    over all the rungs in between: one in ``eta`` from the rung below the top, one in ``eta**2``
    from the next one, and so on.

    Parameters
    ----------
    space : Space or ConfigSpace.ConfigurationSpace
    ladder : Ladder, default=FULL_ONLY
    seed : int, default=0
    eta : float, optional
        Factor between the numbers of promotions from neighbouring rungs. By default the cost ratio
        of neighbouring rungs.
    n_cheap : float, default=8.0
        Cost, in units of a full trial, after which new configurations start at full fidelity;
        ``math.inf`` for never.
    full_share : float, default=1.0
        Maximum share of the total cost for trials at full fidelity from then on.
    n_full_only : int or None, default=10
        Number of full results of an algorithm from which its results at lower fidelities are
        ignored; None to never ignore them.
    surrogate : {"gaussian-process", "forest"}, default="gaussian-process"
    falloff : float, default=0.7
        Share of the cost of an algorithm relative to that of the next better one, above 0 and at
        most 1, until there are a few results at full fidelity.
    tolerance : float, default=0.4
        From then on, as in `SMAC`: fraction of the full results that must be better than the best
        of an algorithm, at the highest fidelity it has reached, for its share of the cost to fall
        to 1/e.
    acquisition : {"ei", "pi", "ucb", "thompson"}, default="ucb"
        As in `SMAC`.

    Raises
    ------
    TypeError
        If ``space`` or ``ladder`` is of another type.
    ValueError
        If another option is not valid; the message names it and says what is allowed.
    """

    name = "multi-fidelity-smac"

    def __init__(
        self,
        space: Space | Any,
        *,
        ladder: Ladder = FULL_ONLY,
        seed: int = 0,
        eta: float | None = None,
        n_cheap: float = 8.0,
        full_share: float = 1.0,
        n_full_only: int | None = 10,
        surrogate: str = "gaussian-process",
        falloff: float = 0.7,
        tolerance: float = 0.4,
        acquisition: str = "ucb",
    ) -> None:
        super().__init__(space, ladder=ladder, seed=seed, eta=eta)
        self.n_cheap = check_number("n_cheap", n_cheap, at_most=math.inf)
        self.full_share = check_share("full_share", full_share)
        if n_full_only is not None:
            n_full_only = check_count("n_full_only", n_full_only)
        self._search = ModelSearch(
            self.archive,
            surrogate_factory(surrogate, self.seed),
            falloff=check_number("falloff", falloff, above=0.0, at_most=1.0),
            tolerance=check_number("tolerance", tolerance, above=0.0),
            acquisition=acquisition,
            n_full_only=n_full_only,
        )
        self._costs = np.array([rung.cost for rung in ladder.rungs])
        self._at_top: set[Configuration] = set()

    def suggest(self, rng: np.random.Generator, fidelity: Fidelity) -> Configuration:
        """Return the most promising configuration."""
        return self._search.suggest(rng)

    def promote(self) -> tuple[Configuration, Fidelity] | None:
        """Return the best promotable trial of the highest rung that has one."""
        for steps, position in enumerate(range(len(self._costs) - 2, -1, -1), 1):
            share = self.eta**-steps
            configuration = next_to_promote(self.archive, position, share, self._at_top)
            if configuration is not None:
                return configuration, self.ladder.top
        return None

    def entry_fidelity(self) -> Fidelity:
        """Return the lowest fidelity, then one that ranks well, then the full one."""
        costs = np.bincount(self.archive.rungs, minlength=len(self._costs)) * self._costs
        if costs[0] < 1.0 - _ROUNDING_ERROR:
            return self.ladder.rungs[0].fidelity
        spent = costs.sum()
        if spent > self.n_cheap - _ROUNDING_ERROR and costs[-1] < self.full_share * spent:
            return self.ladder.top
        return self.ladder.rungs[int(np.argmax(self._costs >= _MIN_RELIABLE_COST))].fidelity

    def on_ask(self, trial: Trial) -> None:
        """Record the trial, and whether its configuration runs at full fidelity in this search."""
        super().on_ask(trial)
        if trial.fidelity == self.ladder.top and trial.number >= self.n_earlier:
            self._at_top.add(trial.configuration)
