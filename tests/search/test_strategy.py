from __future__ import annotations

from functools import partial

import pytest

from autoskl.components.component import Shape
from autoskl.core.configuration import Configuration
from autoskl.core.fidelity import FULL_ONLY, epoch_ladder, fold_ladder, geometric_ladder
from autoskl.core.trial import Trial
from autoskl.metalearning.optimizer_prior import OptimizerPrior
from autoskl.optimizers import BOHB, SMAC, RandomSearch
from autoskl.optimizers.observation import Observation
from autoskl.search.strategy import choose_ladder, choose_strategy
from autoskl.space.parameters import real
from autoskl.space.space import space_of

SPACE = space_of(real("x", 0.0, 1.0))
SMALL = Shape(n_rows=1_000, n_columns=10, n_classes=2)
LARGE = Shape(n_rows=200_000, n_columns=10, n_classes=2)


def choose(search, shape=SMALL, **arguments):
    usual = {"seed": 0, "n_folds": 8, "full_evaluations": 50.0, "timed": True}
    return choose_strategy(search, SPACE, shape, **{**usual, **arguments})


def test_folds_are_the_ladder_of_small_tables_and_rows_that_of_large_ones():
    assert choose_ladder(SMALL, 8, 5.0) == fold_ladder(8)
    large = choose_ladder(LARGE, 8, 50.0)
    assert [rung.fidelity.rows for rung in large.rungs] == [1 / 16, 1 / 4, 1]


def test_what_can_be_run_in_full_many_times_needs_no_subsets():
    assert choose_ladder(LARGE, 5, 100.0) == fold_ladder(5)
    # A single holdout leaves no other ladder.
    assert choose_ladder(LARGE, 1, 100.0) == geometric_ladder(1 / 16)


def test_subsets_keep_enough_rows_for_every_column_and_class():
    wide = Shape(n_rows=60_000, n_columns=5_000, n_classes=2)
    assert choose_ladder(wide, 5, 10.0) == fold_ladder(5)


def test_epochs_are_the_ladder_where_all_models_have_them_but_rows_pay_on_large_tables():
    assert choose_ladder(SMALL, 8, 5.0, by_epochs=True) == epoch_ladder()
    assert choose_ladder(SMALL, 1, 5.0, by_epochs=True) == epoch_ladder()
    assert choose_ladder(LARGE, 8, 50.0, by_epochs=True) == choose_ladder(LARGE, 8, 50.0)
    promoting = choose("bohb", by_epochs=True)
    assert promoting.shares == promoting.optimizer.ladder == epoch_ladder()
    assert choose("smac", by_epochs=True).shares == FULL_ONLY


def test_one_holdout_of_few_rows_leaves_nothing_to_promote():
    assert choose_ladder(SMALL, 1, 10.0) == FULL_ONLY


@pytest.mark.parametrize(("n", "counts"), [(1, [1]), (2, [1, 2]), (3, [1, 3]), (8, [1, 3, 8])])
def test_a_ladder_of_folds(n, counts):
    assert [round(rung.fidelity.folds * n) for rung in fold_ladder(n).rungs] == counts


def test_names_classes_and_partial_classes():
    assert isinstance(choose("bohb").optimizer, BOHB)
    assert choose("bohb").optimizer.ladder == fold_ladder(8)
    assert choose(SMAC).name == "smac"
    assert choose(SMAC).optimizer.ladder == FULL_ONLY
    made = choose(partial(BOHB, original=True)).optimizer
    assert made.original
    assert made.ladder == fold_ladder(8)


def test_search_subsets_belong_to_the_search_unless_the_optimizer_promotes():
    strategy = choose("smac", LARGE)
    assert len(strategy.shares.rungs) == 3
    assert strategy.optimizer.ladder == FULL_ONLY
    assert choose("smac", LARGE, timed=False).shares == FULL_ONLY
    promoting = choose("hyperband", LARGE, timed=False)
    assert promoting.shares == promoting.optimizer.ladder


def test_an_optimizer_object_is_left_as_it_is():
    given = RandomSearch(SPACE, seed=5)
    strategy = choose(given)
    strategy.optimizer.ask()
    assert not given.trials
    assert strategy.name == "random"


def test_an_optimizer_that_cannot_be_used():
    asked = RandomSearch(SPACE)
    asked.ask()
    with pytest.raises(ValueError, match="was asked already"):
        choose(asked)
    with pytest.raises(ValueError, match="over another space"):
        choose(RandomSearch(space_of(real("y", 0.0, 1.0))))
    with pytest.raises(ValueError, match="Did you mean 'smac'"):
        choose("smak")
    with pytest.raises(TypeError, match="search must be 'auto'"):
        choose(3)
    with pytest.raises(TypeError, match="not an optimizer"):
        choose(lambda space, **arguments: space)
    with pytest.raises(TypeError, match=r"search=.* cannot be called .*'ladder'.* Pass the name"):
        choose(lambda space: RandomSearch(space))


def test_an_optimizer_that_is_named_knows_other_data_sets_but_not_one_of_the_users_own():
    likely = space_of(real("x", 0.0, 2.0))
    observations = (Observation(Trial(0, Configuration({"x": 0.25})), 0.1),)
    prior = OptimizerPrior(likely, observations)
    named = choose("smac", prior=prior).optimizer
    assert named.space == likely
    assert len(named.archive.source_results) == 1
    assert named.ask().configuration["x"] == 0.25
    for own in (SMAC(SPACE), SMAC):
        optimizer = choose(own, prior=prior).optimizer
        assert optimizer.space == SPACE
        assert len(optimizer.archive.source_results) == 0
