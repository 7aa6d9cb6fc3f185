"""Incumbent over time, parallel coordinates, encoded trials and the run report."""

from __future__ import annotations

import math

import numpy as np

from autoskl.core.configuration import Configuration
from autoskl.core.fidelity import Fidelity
from autoskl.core.result import FoldResult, Status, failed_fold
from autoskl.core.trial import Trial
from autoskl.history.history import History
from autoskl.history.run_view import RunView
from autoskl.reports import incumbent, parallel_coordinates, run_report
from autoskl.reports.encoded_trials import encode_trials
from autoskl.space.conditions import when
from autoskl.space.parameters import choice, integer, real
from autoskl.space.space import space_of

SPACE = space_of(
    choice("model", ["knn", "tree"]),
    when("model", "knn", integer("knn:k", 1, 5)),
    real("rate", 0.01, 1.0, log=True),
)


def history_of(*results: tuple[int, dict, int, float | None], rows: float = 1.0) -> History:
    """Return a history from (trial, configuration, fold, loss or None for a failure)."""
    history = History()
    trials: dict[int, Trial] = {}
    for number, configuration, fold, loss in results:
        if number not in trials:
            fidelity = Fidelity(rows=rows if number == 9 else 1.0)
            trials[number] = Trial(number, Configuration(configuration), fidelity)
            history.add_trial(trials[number])
        result = failed_fold(fold, Status.RAISED, "no", 0.5)
        if loss is not None:
            nothing = np.zeros((1, 1, 1))
            result = FoldResult(
                fold, Status.OK, np.arange(1), nothing, losses=(loss,), fit_seconds=1.0
            )
        history.add_result(trials[number], result)
    return history


KNN = {"model": "knn", "knn:k": 1, "rate": 0.01}
TREE = {"model": "tree", "rate": 1.0}
WORSE = {"model": "knn", "knn:k": 5, "rate": 0.1}


def test_incumbent_over_time() -> None:
    history = history_of(
        (0, KNN, 0, None),
        (1, KNN, 0, 0.5),
        (2, TREE, 0, 0.4),
        (3, WORSE, 0, 0.9),
        (2, TREE, 1, 0.6),
    )
    table = incumbent(history)
    assert table["trial"].tolist() == [1, 2, 2]
    assert table["result"].tolist() == [2, 3, 5]
    assert table["seconds"].tolist() == [1.5, 2.5, 4.5]
    assert table["folds"].tolist() == [1, 1, 2]
    assert np.allclose(table["loss"], [0.5, 0.4, 0.5])


def test_a_trial_on_all_rows_beats_a_lower_loss_on_few_rows() -> None:
    history = history_of((9, KNN, 0, 0.1), (1, TREE, 0, 0.5), rows=0.25)
    table = incumbent(history)
    assert table["trial"].tolist() == [9, 1]
    assert table["rows"].tolist() == [0.25, 1.0]


def test_a_fold_on_which_the_metric_is_undefined_does_not_hide_the_trial() -> None:
    history = history_of((1, KNN, 0, math.inf), (1, KNN, 1, 0.5), (2, TREE, 1, 0.4))
    history.set_undefined_folds({0})
    table = incumbent(history)
    assert table["trial"].tolist() == [1, 2]
    assert np.allclose(table["loss"], [0.5, 0.4])


def test_without_results_there_is_no_incumbent() -> None:
    assert incumbent(History()).empty
    assert incumbent(history_of((0, KNN, 0, None))).empty


def test_parallel_coordinates_of_the_varying_hyperparameters() -> None:
    history = history_of((0, KNN, 0, 0.5), (1, TREE, 0, 0.4), (2, WORSE, 0, 0.9))
    figure = parallel_coordinates(history, SPACE)
    assert [axis.name for axis in figure.axes] == ["model", "rate", "knn:k"]
    assert figure.trials.tolist() == [2, 0, 1]
    assert figure.losses.tolist() == [0.9, 0.5, 0.4]
    model, rate, k = figure.lines.T
    assert model.tolist() == [0.0, 0.0, 1.0]
    assert np.allclose(rate, [0.5, 0.0, 1.0])
    assert np.allclose(k, [0.9, 0.1, np.nan], equal_nan=True)
    assert figure.axes[0].labels == ("knn", "tree")
    assert figure.axes[1].log
    assert np.allclose(figure.axes[1].labels[0], 0.01)
    assert np.allclose(figure.axes[1].labels[-1], 1.0)


def test_trials_outside_the_space_are_left_out() -> None:
    history = history_of((0, {"model": "constant"}, 0, 0.9), (1, TREE, 0, 0.4), (2, KNN, 0, None))
    assert encode_trials(history, SPACE).trials.tolist() == [1]


def test_each_configuration_is_encoded_once_at_its_highest_fidelity() -> None:
    history = history_of((1, TREE, 0, 0.4), (9, TREE, 0, 0.1), rows=0.25)
    assert encode_trials(history, SPACE).trials.tolist() == [1]


def test_run_report_shows_members_families_progress_and_failures() -> None:
    history = history_of((0, KNN, 0, 0.5), (1, TREE, 0, 0.4), (2, WORSE, 0, None))
    view = RunView("accuracy", 1.0, history, {1: 0.75, 0: 0.25}, 0.625, None)
    head, members, families, progress, failed = run_report(view).split("\n\n")
    assert head.splitlines() == [
        "3 trials in 2.5 s of worker time, 1 fits failed; not ended",
        "accuracy of the ensemble: 0.625",
    ]
    assert [line.split()[:2] for line in members.splitlines()[2:]] == [
        ["0.75", "tree"], ["0.25", "knn"],
    ]  # fmt: skip
    assert [line.split()[:3] for line in families.splitlines()[2:]] == [
        ["tree", "1", "0.6"], ["knn", "2", "0.5"],
    ]  # fmt: skip
    assert [line.split()[-1] for line in progress.splitlines()[2:]] == ["0.5", "0.6"]
    assert failed.splitlines()[2].split() == ["knn", "raised", "no", "1"]


def test_run_report_without_results() -> None:
    report = run_report(RunView("accuracy", 1.0, History(), {}, None, None))
    assert report.splitlines() == [
        "0 trials in 0.0 s of worker time, 0 fits failed; not ended",
        "accuracy of the ensemble: none yet",
    ]
