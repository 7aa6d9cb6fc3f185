from __future__ import annotations

from dataclasses import replace

from autoskl.core.fidelity import Fidelity
from autoskl.core.result import Status
from autoskl.history.history import History
from autoskl.reports import learning_curves
from tests.history.factories import fold, trial


def history() -> History:
    history = History()
    network = trial(0, "real_mlp", fidelity=Fidelity(epochs=0.5))
    boosted, plain = trial(1, "lightgbm"), trial(2)
    for each in (network, boosted, plain):
        history.add_trial(each)
    for number, curve in enumerate([(0.9, 0.5), (0.7, 0.3)]):
        result = replace(fold(number, 0.5), curve=curve, status=Status.STOPPED)
        history.add_result(network, result)
    history.add_result(boosted, fold(0, (0.6, 0.4), checkpoints=(10, 20)))
    history.add_result(plain, fold(0, 0.5))
    return history


def test_each_point_of_a_curve_is_a_row():
    for results in (history(), history().summary()):
        table = learning_curves(results)
        columns = ["trial", "epochs", "folds", "status", "unit", "step", "loss"]
        assert table[columns].to_numpy().tolist() == [
            [0, 0.5, 2, "stopped", "epoch", 1, 0.8],
            [0, 0.5, 2, "stopped", "epoch", 2, 0.4],
            [1, 1.0, 1, "ok", "iteration", 10, 0.6],
            [1, 1.0, 1, "ok", "iteration", 20, 0.4],
        ]


def test_without_curves_the_table_is_empty():
    assert learning_curves(History()).empty
