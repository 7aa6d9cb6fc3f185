"""A run as others see it, while it goes on or afterwards: numbers only, nothing is unpickled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autoskl.history.entries import history_of
from autoskl.history.history import History
from autoskl.history.leaderboard import leaderboard
from autoskl.history.run_directory import read_run

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, eq=False)
class RunView:
    """What the directory of a run tells at one moment.

    Attributes
    ----------
    metric : str
        Name of the score.
    optimum : float
        Best score possible; a score is the optimum less the loss.
    history : History
        Numbers only.
    weights : dict of int to float
        Of the ensemble so far, by number of trial.
    ensemble_score : float or None
        None while there is no ensemble.
    reason : str or None
        Why the last session ended; None while it goes on, or if it was killed.
    """

    metric: str
    optimum: float
    history: History
    weights: Mapping[int, float]
    ensemble_score: float | None
    reason: str | None

    def score(self, loss: float) -> float:
        """Return a loss in scikit-learn's sign."""
        return self.optimum - loss

    def leaderboard(self) -> pd.DataFrame:
        """Return the trials, best first; see `autoskl.history.leaderboard`."""
        return leaderboard(self.history, self, self.weights)


def view_run(path: Path) -> RunView:
    """Return what a run directory tells now; it may be written at this moment.

    Parameters
    ----------
    path : Path

    Raises
    ------
    ValueError
        Where there is no run, or one that this version cannot read.
    """
    header, entries = read_run(path)
    ensembles: list[Mapping[str, Any]] = [entry for entry in entries if "weights" in entry]
    last = ensembles[-1] if ensembles else {"weights": [], "score": None}
    return RunView(
        metric=header["metric"]["name"],
        optimum=header["metric"]["optimum"],
        history=history_of(entries, header["n_core"]),
        weights={int(number): float(weight) for number, weight in last["weights"]},
        ensemble_score=last["score"],
        reason=entries[-1].get("reason") if entries else None,
    )
