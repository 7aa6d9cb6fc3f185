"""Read-only view of a run, finished or still running: numbers only, nothing is unpickled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autoskl.core.metrics import score_from_loss
from autoskl.core.result import FoldResult
from autoskl.core.trial import Trial
from autoskl.history.entries import (
    FINISHED,
    TRIAL,
    UNIT,
    read_undefined_folds,
    result_from_entry,
    trial_from_entry,
)
from autoskl.history.history import History
from autoskl.history.leaderboard import leaderboard
from autoskl.history.learning_curve import was_cut_short
from autoskl.history.run_directory import read_run

if TYPE_CHECKING:
    import pandas as pd

_Results = dict[tuple[int, int], FoldResult]
"""Results by trial number and fold."""


@dataclass(frozen=True, slots=True, eq=False)
class RunView:
    """Snapshot of a run directory.

    Attributes
    ----------
    metric : str
        Name of the score.
    optimum : float
        Best possible score.
    history : History
        Numbers only.
    weights : dict of int to float
        Weights of the current ensemble, by trial number.
    ensemble_score : float or None
        None while there is no ensemble.
    reason : str or None
        Why the last session ended; None while it is running, or when it was killed.
    """

    metric: str
    optimum: float
    history: History
    weights: Mapping[int, float]
    ensemble_score: float | None
    reason: str | None

    def score(self, loss: float) -> float:
        """Return a loss in scikit-learn's sign."""
        return score_from_loss(loss, self.optimum)

    def leaderboard(self) -> pd.DataFrame:
        """Return the trials, best first; see `autoskl.history.leaderboard`."""
        return leaderboard(self.history, self.score, self.weights)


def view_run(path: Path) -> RunView:
    """Return a snapshot of a run directory, which another process may be writing to.

    Parameters
    ----------
    path : Path

    Raises
    ------
    ValueError
        When the directory holds no run, or one that this version cannot read.
    """
    header, entries = read_run(path)
    ensembles: list[Mapping[str, Any]] = [entry for entry in entries if "weights" in entry]
    last = ensembles[-1] if ensembles else {"weights": [], "score": None}
    return RunView(
        metric=header["metric"]["name"],
        optimum=header["metric"]["optimum"],
        history=history_from_entries(entries, header["n_core"]),
        weights={int(number): float(weight) for number, weight in last["weights"]},
        ensemble_score=last["score"],
        reason=entries[-1].get("reason") if entries else None,
    )


def history_from_entries(entries: Sequence[Mapping[str, Any]], n_core: int) -> History:
    """Rebuild a history from journal entries, numbers only.

    Results are added in the order in which they took effect, as far as the journal records it: a
    session that ended wrote that order down. Until then the order in which they were written is
    used; it differs only in sessions without a clock on several workers.

    Parameters
    ----------
    entries : sequence of mapping
        In the order in which they were written. A later trial or result replaces an earlier one of
        the same number, or of the same trial and fold.
    n_core : int
        Folds that make a trial complete, after which its number of iterations is settled.
    """
    undefined = read_undefined_folds(entries)  # not written by earlier versions
    first = next((fold for fold in range(n_core) if fold not in undefined), 0)
    is_timed = any(entry.get("timed") for entry in entries)
    trials, results = _read_trials(entries)
    history = History()
    history.set_undefined_folds(undefined)
    for trial in trials.values():
        history.add_trial(trial)
    for number, fold in _order_of_effect(entries, results):
        trial, result = trials[number], results[number, fold]
        record = history.record(number)
        # A search writes such results down, but drops them.
        if is_timed and was_cut_short(result, record.folds.values()):
            continue
        history.add_result(trial, result)
        needed = range(n_core) if trial.fidelity.rows == 1 else (first,)
        if all(fold in record.folds for fold in needed):
            record.settle_iteration()
    return history


def _read_trials(entries: Sequence[Mapping[str, Any]]) -> tuple[dict[int, Trial], _Results]:
    """Return the trials by number and their results, in the order in which they were written."""
    trials: dict[int, Trial] = {}
    results: _Results = {}
    for entry in entries:
        number = entry.get("number", -1)
        if entry["kind"] == TRIAL:
            trials[number] = trial_from_entry(entry)
            for place in [place for place in results if place[0] == number]:
                del results[place]
        elif entry["kind"] == UNIT and number in trials:
            for result in map(result_from_entry, entry["results"]):
                results.pop((number, result.fold), None)  # so that it moves to the end
                results[number, result.fold] = result
    return trials, results


def _order_of_effect(
    entries: Sequence[Mapping[str, Any]], results: _Results
) -> Iterator[tuple[int, int]]:
    """Yield the trial number and fold of the results: recorded order first, then as written."""
    ends = [entry for entry in entries if entry["kind"] == FINISHED]
    order = [(number, fold) for number, fold in ends[-1]["order"]] if ends else []
    yield from (place for place in order if place in results)
    if not (ends and entries[-1] is ends[-1]):  # otherwise the others had no effect
        recorded = set(order)
        yield from (place for place in results if place not in recorded)
