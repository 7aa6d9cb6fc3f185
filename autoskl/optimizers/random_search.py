"""Random search: the yardstick."""

from __future__ import annotations

import numpy as np

from autoskl.core.configuration import Configuration
from autoskl.core.fidelity import Fidelity
from autoskl.optimizers.optimizer import Optimizer


class RandomSearch(Optimizer):
    """Draws every configuration from the prior of the space, in full fidelity.

    Parameters
    ----------
    space : Space or ConfigSpace.ConfigurationSpace
    ladder : Ladder, default=FULL_ONLY
    seed : int, default=0

    References
    ----------
    J. Bergstra, Y. Bengio: Random search for hyper-parameter optimization. JMLR 13, 2012.
    """

    name = "random"

    def suggest(self, rng: np.random.Generator, fidelity: Fidelity) -> Configuration:
        """Return a sample of the space."""
        return self.space.sample(rng, 1)[0]
