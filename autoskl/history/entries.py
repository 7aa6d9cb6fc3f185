"""Trials and results as entries of a journal, and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from autoskl.core.configuration import Configuration
from autoskl.core.fidelity import Fidelity
from autoskl.core.result import FloatArray, FoldResult, IntArray, ModelReference, Status
from autoskl.core.trial import Trial
from autoskl.history.history import History
from autoskl.history.journal import Entry

TRIAL, UNIT = "trial", "unit"


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
        one counts.
    n_core : int
        Folds that make a trial complete, after which its number of iterations is settled.
    """
    trials: dict[int, Trial] = {}
    results: dict[int, dict[int, FoldResult]] = {}
    for entry in entries:
        number = entry.get("number", -1)
        if entry["kind"] == TRIAL:
            trials[number], results[number] = trial_of(entry), {}
        elif entry["kind"] == UNIT and number in trials:
            results[number] |= {d["fold"]: result_of(d) for d in entry["results"]}
    history = History()
    for number, trial in trials.items():
        record = history.add_trial(trial)
        needed = range(n_core if trial.fidelity.is_full else 1)
        for result in results[number].values():
            history.add_result(trial, result)
            if all(fold in record.folds for fold in needed):
                record.compact()
    return history
