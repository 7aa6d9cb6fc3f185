"""What the commands ``fit``, ``predict``, ``leaderboard`` and ``report`` do."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from autoskl.cli.files import (
    CommandError,
    atomic_file,
    check_writable,
    load_model,
    read_csv,
    save_model,
    target_column,
)
from autoskl.cli.messages import notify

DEFAULT_TIME_LIMIT = 60.0
MAX_INTEGER_CLASSES = 20
"""A target of integers with more distinct values than this is taken for a regression."""

LEADERBOARD_COLUMNS = (
    "rank", "model", "score", "score_std", "folds", "fit_seconds", "ensemble_weight", "trial",
    "origin", "status",
)  # fmt: skip
"""Columns of a leaderboard that fit on a terminal."""


def estimator_class(task: str) -> Any:
    """Return the estimator class for ``"classification"`` or ``"regression"``."""
    # Imported here so that help and usage errors are shown at once.
    from autoskl.estimators import AutoClassifier, AutoRegressor

    return AutoClassifier if task == "classification" else AutoRegressor


def infer_task(target: Any) -> str:
    """Infer the task from the target column.

    Parameters
    ----------
    target : Series

    Returns
    -------
    str
        ``"regression"`` for numbers with a fraction and for integers with more than 20 distinct
        values, else ``"classification"``.
    """
    from pandas.api.types import is_bool_dtype, is_numeric_dtype

    if not is_numeric_dtype(target) or is_bool_dtype(target):
        return "classification"
    known = target.dropna()
    all_integers = bool((known % 1 == 0).all())
    few_values = known.nunique() <= MAX_INTEGER_CLASSES
    return "classification" if all_integers and few_values else "regression"


def fit(options: argparse.Namespace) -> None:
    """Fit on a CSV file and write the model."""
    check_writable(options.output)
    table = read_csv(options.train)
    target = target_column(table, options.target, options.train)
    task = options.task or infer_task(target)
    if not options.task:
        other = "regression" if task == "classification" else "classification"
        notify(f"{options.target!r} looks like {task}; --task {other} if it is not")
    time_limit = options.time_limit
    if time_limit is None and options.n_trials is None:
        time_limit = DEFAULT_TIME_LIMIT
    estimator = estimator_class(task)(
        time_limit=time_limit,
        n_trials=options.n_trials,
        n_jobs=options.n_jobs,
        scoring=options.scoring,
        random_state=options.seed,
        verbose=int(options.verbose),
        run_directory=options.run_directory,
    )
    estimator.fit(table.drop(columns=options.target), target)
    save_model(estimator, options.target, options.output)
    notify(f"cross-validated score {estimator.best_score_:.6g}; model written to {options.output}")


def predict(options: argparse.Namespace) -> None:
    """Predict the rows of a CSV file with a model written by `fit`."""
    import pandas as pd

    if options.output is not None:
        check_writable(options.output)
    estimator, target = load_model(options.model)
    table = read_csv(options.new).drop(columns=target, errors="ignore")
    if options.proba:
        if not hasattr(estimator, "predict_proba"):
            raise CommandError(f"--proba needs a classifier; {options.model} predicts numbers")
        names = [str(label) for label in estimator.classes_]
        predictions = pd.DataFrame(estimator.predict_proba(table), columns=names)
    else:
        predictions = pd.DataFrame({target: estimator.predict(table)})
    if options.output is None:
        predictions.to_csv(sys.stdout, index=False)
        return
    with atomic_file(options.output, "the predictions") as unfinished:
        predictions.to_csv(unfinished, index=False)


def leaderboard(options: argparse.Namespace) -> None:
    """Show the trials of a run without changing its directory."""
    from autoskl.history.failures import trial_counts
    from autoskl.history.run_view import view_run
    from autoskl.reports.run_report import run_state

    view = view_run(options.directory)
    table = view.leaderboard().head(options.rows or None)
    if options.csv:
        table.to_csv(sys.stdout, index=False)
        return
    ensemble = "" if view.ensemble_score is None else f"ensemble {view.ensemble_score:.6g}; "
    notify(
        f"{sum(trial_counts(view.history))} trials, {view.history.n_failed} fits failed; "
        f"{view.metric}: {ensemble}{run_state(view)}"
    )
    print(table[list(LEADERBOARD_COLUMNS)].to_string(index=False, float_format="{:.6g}".format))


def report(options: argparse.Namespace) -> None:
    """Summarise a run without changing its directory."""
    from autoskl.history.run_view import view_run
    from autoskl.reports import run_report

    print(run_report(view_run(options.directory)))
