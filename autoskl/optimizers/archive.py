"""The trials and results of an optimizer, as objects and as arrays."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from autoskl.core.configuration import Configuration
from autoskl.core.fidelity import Ladder
from autoskl.core.trial import Trial
from autoskl.optimizers.observation import Observation
from autoskl.optimizers.source_results import SourceResults
from autoskl.space.space import Space

FloatMatrix = NDArray[np.float64]


class Archive:
    """Trials and their results; the arrays have one row per trial, in the order asked.

    Parameters
    ----------
    space : Space
    ladder : Ladder

    Attributes
    ----------
    view : ArrayView
        Encodes configurations as rows.
    seen : set of Configuration
        All configurations asked, at any fidelity.
    source_results : SourceResults
        Results transferred from other tasks.
    """

    def __init__(self, space: Space, ladder: Ladder) -> None:
        self.view = space.view
        self.ladder = ladder
        self.seen: set[Configuration] = set()
        self.source_results = SourceResults(self.view, ladder)
        self._trials: list[Trial] = []
        self._observations: dict[int, Observation] = {}
        self._rung_of = {rung.fidelity: i for i, rung in enumerate(ladder.rungs)}
        self._rows = np.zeros((0, len(self.view)))
        self._encoded = 0
        # Zeros rather than arbitrary memory, since digests and pickles contain the unused rows.
        self._rungs = np.zeros(16, dtype=np.intp)
        self._losses = np.zeros(16)
        self._seconds = np.zeros(16)

    def ask(self, trial: Trial) -> None:
        """Add a trial without a result."""
        n = len(self._trials)
        if n == len(self._losses):
            self._rungs, self._losses, self._seconds = (
                np.concatenate([a, np.zeros_like(a)])
                for a in (self._rungs, self._losses, self._seconds)
            )
        self._rungs[n] = self._rung_of[trial.fidelity]
        self._losses[n], self._seconds[n] = np.nan, 0.0
        self._trials.append(trial)
        self.seen.add(trial.configuration)

    def tell(self, observation: Observation) -> None:
        """Add the result of a trial, or replace it."""
        number = observation.trial.number
        self._observations[number] = observation
        self._losses[number] = observation.loss
        self._seconds[number] = observation.seconds

    def transfer(self, observations: Iterable[Observation]) -> None:
        """Add results of other tasks, whose weight decreases with the number of own results.

        Only the surrogates of `SMAC`, `HyperbandSMAC` and `MultiFidelitySMAC` learn from them. To
        restore a search, transfer the same results first.

        Parameters
        ----------
        observations : iterable of Observation
            At fidelities of the ladder. Only the order of the losses matters: those of several
            tasks must be on a common scale.

        Raises
        ------
        ValueError
            If a trial has been asked already.
        """
        if self._trials:
            raise ValueError(
                "transfer needs a new optimizer, but this one has been asked for trials already."
            )
        self.source_results = SourceResults(self.view, self.ladder, tuple(observations))

    def __len__(self) -> int:
        return len(self._trials)

    def __getitem__(self, number: int) -> Trial:
        return self._trials[number]

    @property
    def trials(self) -> tuple[Trial, ...]:
        """Trials, in the order asked."""
        return tuple(self._trials)

    @property
    def observations(self) -> tuple[Observation, ...]:
        """Latest results, in the order in which their trials were asked."""
        return tuple(self._observations[number] for number in sorted(self._observations))

    @property
    def pending(self) -> tuple[Trial, ...]:
        """Trials without a result."""
        return tuple(trial for trial in self._trials if trial.number not in self._observations)

    @property
    def rows(self) -> FloatMatrix:
        """Encoded configurations, of shape (n_trials, n_parameters)."""
        n = len(self._trials)
        if self._encoded < n:
            new = self.view.encode([t.configuration for t in self._trials[self._encoded :]])
            if len(self._rows) < n:
                grown = np.zeros((max(2 * n, 16), new.shape[1]))
                grown[: self._encoded] = self._rows[: self._encoded]
                self._rows = grown
            self._rows[self._encoded : n] = new
            self._encoded = n
        return self._rows[:n]

    @property
    def rungs(self) -> NDArray[np.intp]:
        """Position of each trial's fidelity on the ladder, of shape (n_trials,)."""
        return self._rungs[: len(self._trials)]

    @property
    def losses(self) -> NDArray[np.float64]:
        """Loss of each trial, of shape (n_trials,): NaN while pending, infinite when failed."""
        return self._losses[: len(self._trials)]

    @property
    def seconds(self) -> NDArray[np.float64]:
        """Duration of each trial in seconds, of shape (n_trials,): 0 when unknown."""
        return self._seconds[: len(self._trials)]
