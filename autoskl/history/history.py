"""All results of a run."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from autoskl.core.result import FoldResult, Status, failed_fold
from autoskl.core.trial import Trial
from autoskl.history.ranking import paired_losses, rank_trials
from autoskl.history.trial_record import TrialRecord


class History:
    """Trials and the results of their folds, append-only.

    Results are kept in the order in which they took effect, which need not be the order in which
    units were started.

    Attributes
    ----------
    undefined_folds : frozenset of int
        Folds on which the metric is undefined, see `set_undefined_folds`.

    Examples
    --------
    >>> from autoskl.core.configuration import Configuration
    >>> from autoskl.core.trial import Trial
    >>> from autoskl.history.history import History
    >>> history = History()
    >>> history.add_trial(Trial(0, Configuration({"model": "constant"}), origin="constant"))
    TrialRecord(0, 'constant', folds=[])
    """

    def __init__(self) -> None:
        self._records: dict[int, TrialRecord] = {}
        self._order: list[tuple[int, int]] = []
        self._n_failed = 0
        self.undefined_folds: frozenset[int] = frozenset()

    def __len__(self) -> int:
        return len(self._records)

    def __repr__(self) -> str:
        return f"History({len(self)} trials, {len(self._order)} fold results)"

    def add_trial(self, trial: Trial, name: str | None = None) -> TrialRecord:
        """Start the record of a trial and return it.

        Parameters
        ----------
        trial : Trial
        name : str, default=None
            See `TrialRecord`.

        Raises
        ------
        ValueError
            When the number is taken.
        """
        if trial.number in self._records:
            raise ValueError(f"Trial number {trial.number} is already in the history.")
        record = TrialRecord(trial, name, self.undefined_folds)
        self._records[trial.number] = record
        return record

    def add_result(self, trial: Trial, result: FoldResult) -> None:
        """Add the result of a fold of a trial that was added before."""
        self._records[trial.number].add(result)
        self._order.append((trial.number, result.fold))
        self._n_failed += not result.ok

    def set_undefined_folds(self, folds: Collection[int]) -> None:
        """Ignore the losses of folds on which the metric is undefined, in all trials.

        Parameters
        ----------
        folds : collection of int
        """
        self.undefined_folds = frozenset(folds)
        for record in self._records.values():
            record.set_undefined_folds(folds)

    def reject(self, number: int, status: Status, reason: str) -> None:
        """Mark all folds of a trial as failed, for example when its models cannot be loaded.

        Parameters
        ----------
        number : int
            Trial number.
        status : Status
        reason : str
        """
        before = self._records[number]
        rejected = TrialRecord(before.trial, before.name, self.undefined_folds)
        for fold, result in before.folds.items():
            seconds = result.fit_seconds
            rejected.add(failed_fold(fold, status, reason, seconds) if result.ok else result)
        self._records[number] = rejected
        self._n_failed += len(before.ok_folds)

    @property
    def records(self) -> tuple[TrialRecord, ...]:
        """All trials, in the order in which they were added."""
        return tuple(self._records.values())

    def record(self, number: int) -> TrialRecord:
        """Return the record of a trial by its number."""
        return self._records[number]

    @property
    def results(self) -> Iterator[tuple[TrialRecord, FoldResult]]:
        """Results of folds, in the order in which they took effect."""
        for number, fold in self._order:
            record = self._records[number]
            yield record, record.folds[fold]

    @property
    def failures(self) -> Sequence[tuple[TrialRecord, FoldResult]]:
        """Folds without predictions, in the order in which they took effect."""
        return [(record, result) for record, result in self.results if not result.ok]

    @property
    def n_failed(self) -> int:
        """Number of folds without predictions."""
        return self._n_failed

    @property
    def has_model(self) -> bool:
        """Whether any fold of any trial has predictions."""
        return len(self._order) > self._n_failed

    @property
    def best(self) -> TrialRecord | None:
        """Best trial, all being compared on shared folds; None without any."""
        ranking = rank_trials(record for record in self.records if record.ok_folds)
        return ranking[0] if ranking else None

    @property
    def best_loss(self) -> float:
        """Loss of the best trial; infinite without any."""
        return min(paired_losses(self.records).values(), default=math.inf)

    def seconds_by_family(self) -> dict[str, float]:
        """Return the seconds spent fitting and predicting, by name of the model."""
        seconds: dict[str, float] = {}
        for record, result in self.results:
            spent = result.fit_seconds + result.predict_seconds
            seconds[record.name] = seconds.get(record.name, 0.0) + spent
        return seconds

    def to_rows(self) -> list[dict[str, Any]]:
        """Return one flat dictionary for each result of a fold, in the order of `results`."""
        return [_row(record, result) for record, result in self.results]

    def summary(self) -> History:
        """Return a small copy that holds numbers only, without rows, predictions or models."""
        copy = History()
        copy._records = {number: record.summary() for number, record in self._records.items()}
        copy._order, copy._n_failed = list(self._order), self._n_failed
        copy.undefined_folds = self.undefined_folds
        return copy


def _row(record: TrialRecord, result: FoldResult) -> dict[str, Any]:
    trial = record.trial
    return {
        "trial": trial.number,
        "model": record.name,
        "origin": trial.origin,
        "configuration": dict(trial.configuration),
        "rows": trial.fidelity.rows,
        "epochs": trial.fidelity.epochs,
        "fold": result.fold,
        "status": str(result.status),
        "loss": record.fold_losses().get(result.fold, math.inf),
        "iterations": record.iteration_of(result.fold),
        "curve": result.curve,
        "fit_seconds": result.fit_seconds,
        "predict_seconds": result.predict_seconds,
        "peak_bytes": result.peak_bytes,
        "reason": result.reason,
    }
