"""Evaluates one unit in a worker: from a configuration to the results of its folds."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from autoskl.components.cache import Section
from autoskl.components.component import Component, Context, Shape
from autoskl.components.registry import component, register, registered
from autoskl.core.process_state import ignore_all_warnings
from autoskl.core.result import FoldResult, Status, failed_fold
from autoskl.core.seeds import derive_seed
from autoskl.core.trial import Unit
from autoskl.evaluation.fitted_model import InvalidOutputsError
from autoskl.evaluation.fold_fit import fit_fold
from autoskl.evaluation.folds import Folds
from autoskl.evaluation.joint_folds import fit_joint_folds
from autoskl.evaluation.out_of_bag import fit_out_of_bag
from autoskl.evaluation.worker_cache import cache_of
from autoskl.tables.dataset import Dataset


class DatasetHandle(Protocol):
    """Gives access to the dataset from any process."""

    def load(self) -> Dataset:
        """Return the dataset, read-only."""


class FoldsHandle(Protocol):
    """Gives access to the folds from any process."""

    def load(self) -> Folds:
        """Return the folds, read-only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluator:
    """What all units of a search share; small enough to be sent with each of them.

    Attributes
    ----------
    dataset, folds : handles
    seed : int
    threads : int
        Threads of one fit.
    device, metric : str
    judges_labels : bool
        See `Context`.
    processes : int
        Number of processes that may train on one GPU at the same time.
    directory : str or None
        Where fitted models are written; None keeps them in memory.
    out_of_bag : bool
        Whether forests may predict their own training rows instead of being fitted on each fold.
    components : mapping of str to Component
        Components registered by the user, which workers cannot know otherwise.
    """

    dataset: DatasetHandle
    folds: FoldsHandle
    seed: int
    threads: int = 1
    device: str = "cpu"
    processes: int = 1
    metric: str = ""
    judges_labels: bool = False
    directory: str | None = None
    out_of_bag: bool = False
    components: Mapping[str, Component] = field(default_factory=registered)

    def evaluate(
        self, unit: Unit, seconds: float | None = None, until: float | None = None
    ) -> tuple[FoldResult, ...]:
        """Fit and predict the folds of a unit.

        Parameters
        ----------
        unit : Unit
        seconds : float or None
            Seconds after which iterative models should stop by themselves.
        until : float or None
            Time on the monotonic clock, which all processes of a machine share, in seconds, with
            the same meaning; the earlier of both applies.

        Returns
        -------
        tuple of FoldResult
            One for each fold, without losses. Empty if the time was up before the unit started:
            a model of a single round would count like any other.
        """
        if until is not None and time.monotonic() >= until:
            return ()
        for name, entry in self.components.items():
            register(entry, name)
        deadline = _earlier(None if seconds is None else time.monotonic() + seconds, until)
        # Warnings of libraries about a candidate do not concern the user.
        with ignore_all_warnings():
            family = component(unit.trial.configuration.model)
            if family.tags.epochs:
                self._share_gpus()
            if self.out_of_bag and len(unit.folds) > 1 and family.tags.out_of_bag:
                results = self._out_of_bag(unit, deadline)
                if results is not None:
                    return results
            if len(unit.folds) > 1 and family.tags.all_folds:
                return self._joint(unit, seconds, until)
            return tuple(self._fold(unit, fold, deadline) for fold in unit.folds)

    def _share_gpus(self) -> None:
        # Imported here, since it loads all networks, which other fits do not need.
        from autoskl.neural.devices import share_gpus

        share_gpus(self.processes)

    def _out_of_bag(self, unit: Unit, deadline: float | None) -> tuple[FoldResult, ...] | None:
        """Fit all rows at once; each is predicted by the parts that were not fitted on it."""
        dataset, folds = self.dataset.load(), self.folds.load()
        context = self._context(unit, unit.folds[0], dataset, deadline, out_of_bag=True)
        start = time.perf_counter()
        try:
            return fit_out_of_bag(unit, dataset, folds, context, self.directory)
        except InvalidOutputsError as error:
            seconds = (time.perf_counter() - start) / len(unit.folds)
            return tuple(failed_fold(f, Status.INVALID, str(error), seconds) for f in unit.folds)

    def _joint(
        self, unit: Unit, seconds: float | None, until: float | None
    ) -> tuple[FoldResult, ...]:
        """Fit all folds together, in the time that they have one by one."""
        dataset, folds = self.dataset.load(), self.folds.load()
        together = None if seconds is None else time.monotonic() + seconds * len(unit.folds)
        deadline = _earlier(together, until)
        contexts = [self._context(unit, fold, dataset, deadline) for fold in unit.folds]
        return fit_joint_folds(unit, dataset, folds, contexts, self.directory)

    def _fold(self, unit: Unit, fold: int, deadline: float | None) -> FoldResult:
        dataset, folds = self.dataset.load(), self.folds.load()
        context = self._context(unit, fold, dataset, deadline)
        start = time.perf_counter()
        try:
            return fit_fold(unit.trial, fold, dataset, folds, context, self.directory)
        except InvalidOutputsError as error:
            seconds = time.perf_counter() - start
            return failed_fold(fold, Status.INVALID, str(error), seconds)

    def _context(
        self,
        unit: Unit,
        fold: int,
        dataset: Dataset,
        deadline: float | None,
        *,
        out_of_bag: bool = False,
    ) -> Context:
        return Context(
            task=dataset.task,
            columns=dataset.columns,
            shape=Shape(
                n_rows=dataset.n_rows, n_columns=dataset.n_columns, n_classes=dataset.n_classes
            ),
            seed=derive_seed(self.seed, unit.trial.configuration.digest, fold),
            fold_seed=derive_seed(self.seed, "preprocessing", fold),
            threads=self.threads,
            deadline=deadline,
            device=self.device,
            metric=self.metric,
            judges_labels=self.judges_labels,
            epochs=unit.trial.fidelity.epochs,
            out_of_bag=out_of_bag,
            is_sole_fold=self.folds.load().n_core == 1,
            cache=Section(cache_of(dataset)),
        )


def _earlier(first: float | None, second: float | None) -> float | None:
    if first is None or second is None:
        return second if first is None else first
    return min(first, second)
