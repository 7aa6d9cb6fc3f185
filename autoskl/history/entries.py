"""Trials and results as entries of a journal, and back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from autoskl.core.configuration import Configuration
from autoskl.core.fidelity import Fidelity
from autoskl.core.result import FloatArray, FoldResult, IntArray, ModelReference, Status
from autoskl.core.trial import Trial
from autoskl.history.history import History
from autoskl.history.journal import Entry
from autoskl.history.learning_curve import was_cut_short

TRIAL, UNIT, UNSCORED = "trial", "unit", "unscored"


def trial_entry(trial: Trial) -> Entry:
    """Return a trial as plain values."""
    share = trial.fidelity
    return {
        "kind": TRIAL,
        "number": trial.number,
        "configuration": dict(trial.configuration),
        "fidelity": [share.rows, share.epochs, share.folds],
        "origin": trial.origin,
    }


def trial_of(entry: Mapping[str, Any]) -> Trial:
    """Return the trial of an entry."""
    return Trial(
        entry["number"],
        Configuration(entry["configuration"]),
        Fidelity(*entry["fidelity"]),
        entry["origin"],
    )


def unit_entry(number: int, results: Sequence[Entry]) -> Entry:
    """Return the results of a unit as one entry, so that they are there together or not at all.

    Parameters
    ----------
    number : int
        Of the trial.
    results : sequence of dict
        From `described`.
    """
    return {"kind": UNIT, "number": number, "results": list(results)}


def unscored_entry(folds: Iterable[int]) -> Entry:
    """Return the folds on which the metric is undefined as one entry; see `History.leave_out`."""
    return {"kind": UNSCORED, "folds": sorted(folds)}


def unscored_folds(entries: Iterable[Mapping[str, Any]]) -> frozenset[int]:
    """Return the folds that were last written as those without a score, none without such entry."""
    told = [entry["folds"] for entry in entries if entry["kind"] == UNSCORED]
    return frozenset(told[-1] if told else ())


def described(
    result: FoldResult,
    predictions: Mapping[str, Any] | None,
    model: Mapping[str, Any] | None,
) -> Entry:
    """Return a result as plain values.

    Parameters
    ----------
    result : FoldResult
    predictions, model : mapping or None
        By which they are found elsewhere.
    """
    return {
        "fold": result.fold,
        "status": str(result.status),
        "checkpoints": list(result.checkpoints),
        "losses": list(result.losses),
        "curve": list(result.curve),
        "fit_seconds": result.fit_seconds,
        "predict_seconds": result.predict_seconds,
        "out_of_time": result.out_of_time,
        "peak_bytes": result.peak_bytes,
        "reason": result.reason,
        "predictions": predictions,
        "model": model,
    }


def result_of(
    description: Mapping[str, Any],
    rows: IntArray | None = None,
    predictions: FloatArray | None = None,
    model: ModelReference | None = None,
) -> FoldResult:
    """Return the result that `described` has described.

    Parameters
    ----------
    description : mapping
    rows, predictions, model
        What it only refers to; left out where numbers are enough.
    """
    return FoldResult(
        description["fold"],
        Status(description["status"]),
        np.empty(0, np.intp) if rows is None else rows,
        np.empty((1, 0, 0)) if predictions is None else predictions,
        checkpoints=tuple(description["checkpoints"]),
        losses=tuple(description["losses"]),
        curve=tuple(description.get("curve", ())),  # earlier versions did not write it
        fit_seconds=description["fit_seconds"],
        predict_seconds=description["predict_seconds"],
        out_of_time=description.get("out_of_time", False),  # earlier versions did not write it
        peak_bytes=description["peak_bytes"],
        model=model,
        reason=description["reason"],
    )


def history_of(entries: Iterable[Mapping[str, Any]], n_core: int) -> History:
    """Return the history that entries tell, numbers only.

    Parameters
    ----------
    entries : iterable of mapping
        In the order in which they were written. Of two trials or results in one place the later
        one counts. Earlier versions did not write on which folds the metric is undefined.
    n_core : int
        Folds that make a trial complete, after which its number of iterations is settled.
    """
    entries = list(entries)
    unscored = unscored_folds(entries)
    first = next((fold for fold in range(n_core) if fold not in unscored), 0)
    has_clock = any(entry.get("timed") for entry in entries)
    history = History()
    history.leave_out(unscored)
    for trial, results in _results_by_trial(entries):
        record = history.add_trial(trial)
        needed = range(n_core) if trial.fidelity.rows == 1 else (first,)
        for result in results:
            # Written down, but of no effect: a search gives it up.
            if has_clock and was_cut_short(result, record.folds.values()):
                continue
            history.add_result(trial, result)
            if all(fold in record.folds for fold in needed):
                record.compact()
    return history


def _results_by_trial(
    entries: Iterable[Mapping[str, Any]],
) -> Iterator[tuple[Trial, Iterable[FoldResult]]]:
    """Yield the trials with their results, numbers only, in the order they were written in."""
    trials: dict[int, Trial] = {}
    results: dict[int, dict[int, FoldResult]] = {}
    for entry in entries:
        number = entry.get("number", -1)
        if entry["kind"] == TRIAL:
            trials[number], results[number] = trial_of(entry), {}
        elif entry["kind"] == UNIT and number in trials:
            results[number] |= {d["fold"]: result_of(d) for d in entry["results"]}
    for number, trial in trials.items():
        yield trial, results[number].values()
