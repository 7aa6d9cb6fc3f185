"""Random search, also with low-discrepancy sequences."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from autoskl.core.configuration import Configuration
from autoskl.core.fidelity import FULL_ONLY, Fidelity, Ladder
from autoskl.core.seeds import generator
from autoskl.optimizers.optimizer import Optimizer
from autoskl.optimizers.options import check_name
from autoskl.optimizers.unit_cube import UnitCube
from autoskl.space.space import Space

SEQUENCES = ("random", "sobol", "halton")

_N_POINTS = 8
"""Points of a sequence that are tried for each proposal."""


class RandomSearch(Optimizer):
    """Draws every configuration from the prior of the space, at full fidelity.

    Parameters
    ----------
    space : Space or ConfigSpace.ConfigurationSpace
    ladder : Ladder, default=FULL_ONLY
    seed : int, default=0
    sequence : {"random", "sobol", "halton"}, default="random"
        Scrambled Sobol' and Halton sequences cover the space more evenly than independent samples.
        Each hyperparameter has its own dimension, which is ignored if it is inactive.

    Raises
    ------
    TypeError
        If ``space`` or ``ladder`` is of another type.
    ValueError
        If another option is not valid; the message names it and says what is allowed.

    References
    ----------
    J. Bergstra, Y. Bengio: Random search for hyper-parameter optimization. JMLR 13, 2012.
    A. Owen: Scrambling Sobol' and Niederreiter-Xing points. Journal of Complexity 14, 1998.
    """

    name = "random"

    def __init__(
        self,
        space: Space | Any,
        *,
        ladder: Ladder = FULL_ONLY,
        seed: int = 0,
        sequence: str = "random",
    ) -> None:
        super().__init__(space, ladder=ladder, seed=seed)
        self.sequence = check_name("sequence", sequence, SEQUENCES)
        self._cube = UnitCube(self.archive)
        self._points: NDArray[np.float64] = np.empty((0, len(self.space)))

    def suggest(self, rng: np.random.Generator, fidelity: Fidelity) -> Configuration:
        """Return a sample of the space, or the configuration at the next point of the sequence."""
        if self.sequence != "random":
            number = len(self.archive)
            # In small spaces several points share a configuration.
            for point in self._first(number + _N_POINTS)[number:]:
                configuration = self._cube.configuration(point)
                if configuration not in self.archive.seen:
                    return configuration
        return self.space.sample(rng, 1)[0]

    def _first(self, n: int) -> NDArray[np.float64]:
        """Return the first n points of the sequence; they do not depend on n."""
        from scipy.stats import qmc

        if len(self._points) < n:
            engine_class = qmc.Sobol if self.sequence == "sobol" else qmc.Halton
            engine = engine_class(len(self.space), seed=generator("sequence", self.seed))
            self._points = engine.random(2 ** max(5, (n - 1).bit_length()))
        return self._points[:n]
