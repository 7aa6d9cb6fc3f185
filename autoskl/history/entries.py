"""Journal entries: their kinds, and the conversion of trials and results to plain values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from autoskl.core.configuration import Configuration
from autoskl.core.fidelity import Fidelity
from autoskl.core.result import FloatArray, FoldResult, IntArray, ModelReference, Status
from autoskl.core.trial import Trial
from autoskl.history.journal import Entry

SESSION, TRIAL, UNIT, UNDEFINED_FOLDS = "session", "trial", "unit", "unscored"
ENSEMBLE, PATIENCE, FINISHED = "ensemble", "patience", "finished"


def trial_entry(trial: Trial) -> Entry:
    """Return a trial as plain values."""
    fidelity = trial.fidelity
    return {
        "kind": TRIAL,
        "number": trial.number,
        "configuration": dict(trial.configuration),
        "fidelity": [fidelity.rows, fidelity.epochs, fidelity.folds],
        "origin": trial.origin,
    }


def trial_from_entry(entry: Mapping[str, Any]) -> Trial:
    """Return the trial of an entry."""
    return Trial(
        entry["number"],
        Configuration(entry["configuration"]),
        Fidelity(*entry["fidelity"]),
        entry["origin"],
    )


def unit_entry(number: int, results: Sequence[Entry]) -> Entry:
    """Return the results of a unit as one entry, so that they are written all or none.

    Parameters
    ----------
    number : int
        Trial number.
    results : sequence of dict
        From `result_entry`.
    """
    return {"kind": UNIT, "number": number, "results": list(results)}


def undefined_folds_entry(folds: Iterable[int]) -> Entry:
    """Return an entry for the folds without a score; see `History.set_undefined_folds`."""
    return {"kind": UNDEFINED_FOLDS, "folds": sorted(folds)}


def read_undefined_folds(entries: Iterable[Mapping[str, Any]]) -> frozenset[int]:
    """Return the folds of the last `undefined_folds_entry`; none without one."""
    folds: Sequence[int] = ()
    for entry in entries:
        if entry["kind"] == UNDEFINED_FOLDS:
            folds = entry["folds"]
    return frozenset(folds)


def result_entry(
    result: FoldResult,
    predictions: Mapping[str, Any] | None,
    model: Mapping[str, Any] | None,
) -> Entry:
    """Return a result as plain values.

    Parameters
    ----------
    result : FoldResult
    predictions, model : mapping or None
        References to where they are stored.
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
        "n_train": result.n_train,
        "reason": result.reason,
        "predictions": predictions,
        "model": model,
    }


def result_from_entry(
    entry: Mapping[str, Any],
    rows: IntArray | None = None,
    predictions: FloatArray | None = None,
    model: ModelReference | None = None,
) -> FoldResult:
    """Return the result of an entry made by `result_entry`.

    Parameters
    ----------
    entry : mapping
    rows, predictions, model
        What the entry only refers to; omitted where the numbers are enough.
    """
    return FoldResult(
        entry["fold"],
        Status(entry["status"]),
        np.empty(0, np.intp) if rows is None else rows,
        np.empty((1, 0, 0)) if predictions is None else predictions,
        checkpoints=tuple(entry["checkpoints"]),
        losses=tuple(entry["losses"]),
        curve=tuple(entry.get("curve", ())),  # not written by earlier versions
        fit_seconds=entry["fit_seconds"],
        predict_seconds=entry["predict_seconds"],
        out_of_time=entry.get("out_of_time", False),  # not written by earlier versions
        peak_bytes=entry["peak_bytes"],
        n_train=entry.get("n_train", 0),  # not written by earlier versions
        model=model,
        reason=entry["reason"],
    )
