"""Histories made without a search."""

from __future__ import annotations

import numpy as np

from autoskl.core.configuration import Configuration
from autoskl.core.fidelity import FULL
from autoskl.core.result import FoldResult, Status, failed_fold
from autoskl.core.trial import Trial
from autoskl.history.history import History


def trial(number, model="knn", origin="portfolio", fidelity=FULL, **values):
    values = {f"{model}:{name}": value for name, value in values.items()}
    return Trial(number, Configuration({"model": model, **values}), fidelity, origin)


def fold(number, losses, checkpoints=(), seconds=1.0, model=None):
    """A result whose predictions encode their fold and checkpoint."""
    losses = (losses,) if np.isscalar(losses) else tuple(losses)
    marks = checkpoints or (0,)
    predictions = np.array([[[10_000.0 * number + mark]] * 3 for mark in marks])
    rows = np.arange(3) + 3 * number
    return FoldResult(
        number, Status.OK, rows, predictions, tuple(checkpoints), losses,
        fit_seconds=seconds, predict_seconds=0.5, model=model,
    )  # fmt: skip


def history_of(losses, models=None):
    """A history from rows of losses: None where a fold is missing, NaN where it failed."""
    history = History()
    for number, row in enumerate(losses):
        asked = trial(number, models[number] if models else "knn", k=number)
        history.add_trial(asked)
        for index, loss in enumerate(row):
            if loss is None:
                continue
            result = fold(index, loss)
            if np.isnan(loss):
                result = failed_fold(index, Status.TIMEOUT, "It took too long.", 2.0)
            history.add_result(asked, result)
    return history
