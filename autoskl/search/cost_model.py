"""Predicts fitting times: a prior for each family, corrected by measured times."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable
from dataclasses import replace

from autoskl.components.component import Shape
from autoskl.components.registry import component
from autoskl.core.configuration import Configuration
from autoskl.core.result import FoldResult, Status
from autoskl.core.trial import Trial
from autoskl.metalearning.costs import NO_CATEGORIES, Categories, predicted_seconds
from autoskl.metalearning.machine import REFERENCE_MACHINE, Machine
from autoskl.metalearning.shipped import shipped_metadata
from autoskl.pipelines.costs import PipelineCosts
from autoskl.search.cost_correction import CostCorrection

_LEARNING_RATE = 0.5
_UNMEASURED_CAUTION = 1.5


class CostModel:
    """Predicts seconds of one fold.

    The prior learned on other data sets is corrected by the trials so far, see `CostCorrection`. A
    trial that has already run is predicted to take as long again.

    Parameters
    ----------
    shape : Shape
        Shape of the whole table.
    train_share : float
        Share of the rows in the training part of a fold.
    speedup : callable, default=1 always
        Speed-up of a trial over one thread.
    pipelines : PipelineCosts, default=None
        Cost and output width of the steps before the model; without it, models are assumed to
        receive the table unchanged.
    categories : Categories, default=none
        Categories of the whole table.
    machine : Machine, default=REFERENCE_MACHINE
        Speed of the machine that fits run on.
    out_of_bag_folds : int, default=0
        Number of folds that one out-of-bag fit on all rows replaces; 0 without such fits.
    """

    def __init__(
        self,
        shape: Shape,
        train_share: float,
        speedup: Callable[[Trial], float] = lambda trial: 1.0,
        pipelines: PipelineCosts | None = None,
        categories: Categories = NO_CATEGORIES,
        machine: Machine = REFERENCE_MACHINE,
        out_of_bag_folds: int = 0,
    ) -> None:
        self._shape = shape
        self._pipelines = pipelines
        self._categories = categories
        self._machine = machine
        self._out_of_bag_folds = out_of_bag_folds
        self._speedup = speedup
        self._train_share = train_share
        self._correction = CostCorrection()
        self._measured: dict[int, float] = {}

    def seconds(self, trial: Trial) -> float:
        """Predict the seconds of one fold of a trial."""
        if trial.number in self._measured:
            return self._measured[trial.number]
        return self.predict(trial)

    def predict(self, trial: Trial) -> float:
        """Predict the seconds of one fold from those of other trials only."""
        family = trial.configuration.model
        caution = 1.0 if self._correction.knows(family) else _UNMEASURED_CAUTION
        return self._prior(trial) * math.exp(self._correction.expected(family)) * caution

    def usual_seconds(self) -> float:
        """Return the median seconds of one fold over the trials so far, 0 without any."""
        return statistics.median(self._measured.values()) if self._measured else 0.0

    def observe(self, trial: Trial, result: FoldResult) -> None:
        """Learn from a finished fold."""
        measured = result.fit_seconds + result.predict_seconds
        # The constant model is fitted first, so its time is mostly that of imports.
        is_informative = result.status is Status.OK and not trial.is_constant
        if not is_informative or measured <= 0:
            return
        before = self._measured.get(trial.number, measured)
        self._measured[trial.number] = before + _LEARNING_RATE * (measured - before)
        family = trial.configuration.model
        ratio = math.log(self._measured[trial.number] / self._prior(trial))
        self._correction.observe(family, trial.number, ratio)

    def prior(self, configuration: Configuration, rows: float = 1.0, epochs: float = 1.0) -> float:
        """Predict the seconds of one fold on one thread, from other data sets.

        Parameters
        ----------
        configuration : Configuration
        rows : float, default=1.0
            Share of the rows that are used.
        epochs : float, default=1.0
            Share of the epochs for which the model is trained.
        """
        family = configuration.model
        n_folds = self._folds_at_once(family, rows)
        train_share = self._train_share if n_folds == 1 else 1.0
        n_rows = max(1, round(self._shape.n_rows * train_share * rows))
        shape, steps = replace(self._shape, n_rows=n_rows), 0.0
        if self._pipelines is not None:
            prepared = self._pipelines.model_input(configuration, n_rows)
            shape, steps = prepared.shape, prepared.cost.seconds * self._machine.overall
        costs = shipped_metadata().costs
        model = predicted_seconds(configuration, shape, costs, self._categories)
        model *= self._machine.factor(family)
        return max((steps + epochs * model) / n_folds, 1e-4)

    def _folds_at_once(self, family: str, rows: float) -> int:
        """Return the number of folds that share a fit, as for out-of-bag predictions."""
        is_shared = rows == 1 and component(family).tags.out_of_bag
        return max(self._out_of_bag_folds, 1) if is_shared else 1

    def _prior(self, trial: Trial) -> float:
        fidelity = trial.fidelity
        prior = self.prior(trial.configuration, fidelity.rows, fidelity.epochs)
        return prior / self._speedup(trial)
