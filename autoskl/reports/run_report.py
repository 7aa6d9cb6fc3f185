"""Summary of a run as text for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autoskl.history.failures import failures, trial_counts
from autoskl.history.run_view import RunView
from autoskl.reports.incumbent import incumbent

if TYPE_CHECKING:
    import pandas as pd

MEMBERS = "Ensemble"
FAMILIES = "Models"
PROGRESS = "Best trial over time"
FAILED = "Failed fits"
"""Titles of the sections, in order; a section without rows is omitted."""

_MAX_REASON_LENGTH = 100


def run_report(view: RunView) -> str:
    """Return the ensemble members, model families, best trial over time and failures of a run.

    Parameters
    ----------
    view : RunView

    Returns
    -------
    str
        Several lines. Scores are in scikit-learn's sign, seconds are summed over all workers.
    """
    board = view.leaderboard()
    sections = {
        MEMBERS: _members(board),
        FAMILIES: _families(board),
        PROGRESS: _progress(view),
        FAILED: _failed(view),
    }
    blocks = [f"{title}\n{_lines(table)}" for title, table in sections.items() if len(table)]
    return "\n\n".join([_headline(view, board), *blocks])


def run_state(view: RunView) -> str:
    """Return whether the last session of a run has ended, and why."""
    return "not ended" if view.reason is None else f"ended ({view.reason})"


def _headline(view: RunView, board: pd.DataFrame) -> str:
    ensemble = "none yet" if view.ensemble_score is None else f"{view.ensemble_score:.6g}"
    seconds = float((board["fit_seconds"] + board["predict_seconds"]).sum())
    n_trials = sum(trial_counts(view.history))
    return (
        f"{n_trials} trials in {seconds:.1f} s of worker time, {view.history.n_failed} fits "
        f"failed; {run_state(view)}\n{view.metric} of the ensemble: {ensemble}"
    )


def _members(board: pd.DataFrame) -> pd.DataFrame:
    members = board[board["ensemble_weight"] > 0].sort_values("ensemble_weight", ascending=False)
    return members[["ensemble_weight", "model", "trial", "origin", "score", "folds", "fit_seconds"]]


def _families(board: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each family, ordered by its best trial."""
    families = board.groupby("model", sort=False)
    table = families.agg(
        trials=("trial", "count"),
        best_score=("score", "first"),
        fit_seconds=("fit_seconds", "sum"),
        ensemble_weight=("ensemble_weight", "sum"),
    )
    return table.reset_index()


def _progress(view: RunView) -> pd.DataFrame:
    table = incumbent(view.history)
    table["score"] = view.score(table["loss"])
    return table[["seconds", "trial", "model", "folds", "rows", "score"]]


def _failed(view: RunView) -> pd.DataFrame:
    """Return the number of failed fits by family and reason, most frequent first."""
    table = failures(view.history)
    table["reason"] = [" ".join(reason.split())[:_MAX_REASON_LENGTH] for reason in table["reason"]]
    counted = table.groupby(["model", "status", "reason"], sort=False).size()
    return counted.sort_values(ascending=False, kind="stable").rename("fits").reset_index()


def _lines(table: pd.DataFrame) -> str:
    text: str = table.to_string(index=False, float_format="{:.6g}".format)
    return text
