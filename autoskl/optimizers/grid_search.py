"""Grid search."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autoskl.core.configuration import Configuration, Value
from autoskl.core.fidelity import FULL_ONLY, Fidelity, Ladder
from autoskl.optimizers.enumeration import enumerate_configurations, number_at, supported_values
from autoskl.optimizers.optimizer import Optimizer
from autoskl.optimizers.options import check_count
from autoskl.space.parameters import Choice, Integer, Parameter, Real
from autoskl.space.space import Space


class GridSearch(Optimizer):
    """Tries the points of a grid, varying the last hyperparameter fastest, then random samples.

    Parameters
    ----------
    space : Space or ConfigSpace.ConfigurationSpace
    ladder : Ladder, default=FULL_ONLY
    seed : int, default=0
        Only matters after the last grid point.
    resolution : int, default=5
        Number of values of each number, evenly spaced on its (logarithmic) scale. Other
        hyperparameters take all of their values except those of prior weight 0.

    Raises
    ------
    TypeError
        If ``space`` or ``ladder`` is of another type.
    ValueError
        If another option is not valid; the message names it and says what is allowed.
    """

    name = "grid"

    def __init__(
        self,
        space: Space | Any,
        *,
        ladder: Ladder = FULL_ONLY,
        seed: int = 0,
        resolution: int = 5,
    ) -> None:
        super().__init__(space, ladder=ladder, seed=seed)
        self.resolution = check_count("resolution", resolution)
        self._points = enumerate_configurations(self.space, self._levels)

    def suggest(self, rng: np.random.Generator, fidelity: Fidelity) -> Configuration:
        """Return the next grid point, or a sample of the space after the last one."""
        for point in self._points:
            if point not in self.archive.seen:
                return point
        return self.space.sample(rng, 1)[0]

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name != "_points"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        # Generators cannot be pickled: start again, `suggest` skips points that were tried.
        vars(self).update(state)
        self._points = enumerate_configurations(self.space, self._levels)

    def _levels(self, parameter: Parameter) -> Sequence[Value]:
        if isinstance(parameter, Choice):
            return supported_values(parameter)
        middles = (np.arange(self.resolution) + 0.5) / self.resolution
        ends = np.linspace(0.0, 1.0, self.resolution) if self.resolution > 1 else middles
        if isinstance(parameter, Real):
            return list(dict.fromkeys(number_at(parameter, unit) for unit in ends))
        if isinstance(parameter, Integer) and len(parameter.levels) > self.resolution:
            lower, upper = float(parameter.lower), float(parameter.upper)
            scale = Real(parameter.name, lower, upper, lower, parameter.log)
            return list(dict.fromkeys(round(number_at(scale, unit)) for unit in ends))
        return parameter.levels or ()
