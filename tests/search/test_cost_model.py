from __future__ import annotations

from dataclasses import replace

import pytest

from autoskl.components.component import Shape
from autoskl.core.configuration import Configuration
from autoskl.core.fidelity import Fidelity
from autoskl.core.result import Status, failed_fold
from autoskl.core.task import Task
from autoskl.metalearning.machine import Machine
from autoskl.pipelines.costs import PipelineCosts
from autoskl.search.cost_model import CostModel
from autoskl.tables.columns import Column, Kind
from tests.search.records import make_record, make_trial

SHAPE = Shape(n_rows=10_000, n_columns=20, n_classes=2)


def result(seconds: float):
    return replace(make_record(0, {0: 0.5}).folds[0], fit_seconds=seconds)


def test_what_was_measured_is_expected_again():
    model, trial = CostModel(SHAPE, 0.8), make_trial(3, "lightgbm")
    model.observe(trial, result(7.0))
    assert model.seconds(trial) == pytest.approx(7.0)
    assert model.usual_seconds() == pytest.approx(7.0)


def test_a_family_learns_from_its_trials():
    model = CostModel(SHAPE, 0.8)
    first, other = make_trial(1, "lightgbm"), make_trial(2, "lightgbm")
    before = model.seconds(other)
    model.observe(first, result(10 * before))
    assert model.seconds(other) > 3 * before


def test_families_without_measurements_borrow_from_the_others():
    model = CostModel(SHAPE, 0.8)
    forest = make_trial(2, "random_forest")
    before = model.seconds(forest)
    for number in range(10, 15):
        trial = make_trial(number, "lightgbm")
        model.observe(trial, result(20 * model.predict(trial)))
    assert model.seconds(forest) > before


def test_a_share_of_the_rows_is_cheaper():
    model = CostModel(Shape(n_rows=10**6, n_columns=20, n_classes=2), 0.8)
    small = make_trial(1, "lightgbm", Fidelity(rows=0.1))
    assert model.seconds(small) < model.seconds(make_trial(2, "lightgbm"))


def test_failed_folds_teach_nothing():
    model, trial = CostModel(SHAPE, 0.8), make_trial(1)
    before = model.seconds(trial)
    model.observe(trial, failed_fold(0, Status.TIMEOUT, "too slow", 60.0))
    assert model.seconds(trial) == before


def test_more_threads_are_quicker():
    wide = CostModel(SHAPE, 0.8, speedup=lambda trial: 2.0)
    narrow = CostModel(SHAPE, 0.8)
    trial = make_trial(1, "lightgbm")
    assert wide.seconds(trial) == pytest.approx(narrow.seconds(trial) / 2)


def test_columns_that_encoding_adds_are_paid_for():
    shape = Shape(n_rows=2_000, n_columns=2, n_classes=2)
    columns = (Column("city", Kind.CATEGORICAL, 200), Column("age", Kind.NUMERIC))
    model = CostModel(shape, 0.8, pipelines=PipelineCosts(Task.BINARY, columns, shape))
    wide = Configuration({"model": "linear_svm", "encoder": "one_hot"})
    narrow = Configuration({"model": "linear_svm", "encoder": "target"})
    assert model.prior(wide) > 10 * model.prior(narrow)


def test_seconds_are_those_of_the_machine():
    usual = CostModel(SHAPE, 0.8)
    slow = CostModel(SHAPE, 0.8, machine=Machine(trees=3.0, algebra=2.0))
    trees, network = make_trial(1, "lightgbm"), make_trial(2, "real_mlp")
    assert slow.seconds(trees) == pytest.approx(3 * usual.seconds(trees))
    assert slow.seconds(network) == pytest.approx(2 * usual.seconds(network))


def test_an_out_of_bag_fit_is_paid_for_once_by_all_folds():
    forest, boosted = make_trial(1, "random_forest"), make_trial(2, "lightgbm")
    by_folds, once = CostModel(SHAPE, 0.8), CostModel(SHAPE, 0.8, out_of_bag_folds=5)
    all_rows = CostModel(SHAPE, 1.0)
    assert once.seconds(forest) == pytest.approx(all_rows.seconds(forest) / 5)
    assert once.seconds(boosted) == by_folds.seconds(boosted)
    on_a_share = replace(forest, fidelity=Fidelity(rows=0.5))
    assert once.seconds(on_a_share) == by_folds.seconds(on_a_share)
