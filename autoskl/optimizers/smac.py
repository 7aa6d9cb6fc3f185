"""SMAC: sequential model-based optimization of algorithms and their hyperparameters."""

from __future__ import annotations

from typing import Any

import numpy as np

from autoskl.core.configuration import Configuration
from autoskl.core.fidelity import FULL_ONLY, Fidelity, Ladder
from autoskl.optimizers.optimizer import Optimizer
from autoskl.optimizers.options import check_number, check_share
from autoskl.optimizers.surrogate.model_search import ModelSearch
from autoskl.optimizers.surrogate.registry import surrogate_factory
from autoskl.space.space import Space


class SMAC(Optimizer):
    """Proposes the configuration that minimises the lower confidence bound of a surrogate.

    The algorithm is chosen first, by its results so far (see `AlgorithmBandit`), and then its best
    hyperparameters are searched for with a surrogate of its own. An algorithm that is hard to tune
    is therefore not abandoned after a few bad results. Surrogates learn the ranks of the losses,
    not the losses. All trials run at full fidelity; `HyperbandSMAC` and `MultiFidelitySMAC` also
    use lower ones.

    Parameters
    ----------
    space : Space or ConfigSpace.ConfigurationSpace
    ladder : Ladder, default=FULL_ONLY
    seed : int, default=0
    surrogate : {"gaussian-process", "forest"}, default="gaussian-process"
    random_share : float, default=0.0
        Probability of proposing a sample of the space instead.
    tolerance : float, default=0.4
        Fraction of all results that must be better than the best of an algorithm for its share of
        the cost to fall to 1/e.
    acquisition : {"ei", "pi", "ucb", "thompson"}, optional
        Expected improvement, probability of improvement, confidence bound, or Thompson sampling.
        The default is the confidence bound, or expected improvement if there is a
        ``cost_exponent``.
    cost_exponent : float, default=0.0
        Divides the expected improvement by this power of the predicted duration; not available for
        other acquisition functions. Above 0, proposals depend on measured durations.
    pending : {"believe", "lie", "fantasize", "ignore"}, default="believe"
        Result assumed for each pending trial: ``"believe"`` takes the prediction of the Gaussian
        process (kriging believer) or the median result for the forest, ``"lie"`` the best
        prediction so far (constant liar), ``"fantasize"`` a draw from the posterior distribution,
        and ``"ignore"`` none.

    Raises
    ------
    TypeError
        If ``space`` or ``ladder`` is of another type.
    ValueError
        If another option is not valid; the message names it and says what is allowed.

    References
    ----------
    F. Hutter, H. Hoos, K. Leyton-Brown: Sequential model-based optimization for general algorithm
    configuration. LION 5, 2011.
    """

    name = "smac"

    def __init__(
        self,
        space: Space | Any,
        *,
        ladder: Ladder = FULL_ONLY,
        seed: int = 0,
        surrogate: str = "gaussian-process",
        random_share: float = 0.0,
        tolerance: float = 0.4,
        acquisition: str | None = None,
        cost_exponent: float = 0.0,
        pending: str = "believe",
    ) -> None:
        super().__init__(space, ladder=ladder, seed=seed)
        cost_exponent = check_number("cost_exponent", cost_exponent)
        if acquisition is None:
            acquisition = "ei" if cost_exponent else "ucb"
        if cost_exponent and acquisition != "ei":
            raise ValueError(
                "cost_exponent needs acquisition='ei', since only the expected improvement can be "
                f"divided by a duration. Got {acquisition!r}."
            )
        self.random_share = check_share("random_share", random_share)
        self._search = ModelSearch(
            self.archive,
            surrogate_factory(surrogate, self.seed),
            tolerance=check_number("tolerance", tolerance, above=0.0),
            acquisition=acquisition,
            cost_exponent=cost_exponent,
            pending=pending,
        )

    def suggest(self, rng: np.random.Generator, fidelity: Fidelity) -> Configuration:
        """Return the most promising configuration, or with ``random_share`` a sample."""
        if rng.random() < self.random_share:
            return self.space.sample(rng, 1)[0]
        return self._search.suggest(rng)
