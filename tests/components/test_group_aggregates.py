"""Statistics of groups against pandas."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from autoskl.components.learners.group_aggregates import GroupAggregates

CODES = np.repeat([0.0, 1.0, 2.0], [5, 8, 11])
VALUES = np.random.default_rng(0).normal(size=24) + 3 * CODES
X = np.column_stack([CODES, VALUES])


@pytest.mark.parametrize("statistic", ["mean", "deviation", "rank"])
def test_statistics_are_those_of_the_group(statistic: str) -> None:
    model = GroupAggregates(1, statistic, strength=1e-9, categorical=(0,), numeric=(1,)).fit(X)
    groups = pd.Series(VALUES).groupby(CODES)
    expected = {
        "mean": groups.transform("mean"),
        "deviation": groups.transform("std", ddof=0),
        "rank": (groups.rank() - 0.5) / groups.transform("size"),
    }[statistic]
    np.testing.assert_allclose(model.transform(X)[:, 0], expected)


def test_unseen_and_missing_categories_get_what_holds_for_all_rows() -> None:
    model = GroupAggregates(1, strength=5.0, categorical=(0,), numeric=(1,)).fit(X)
    new = np.array([[np.nan, VALUES.max() + 1], [99.0, VALUES.max() + 1], [1.0, np.nan]])
    made = model.transform(new)
    np.testing.assert_allclose(made[0], made[1])
    np.testing.assert_allclose(made[0], [VALUES.mean(), VALUES.std(), 1.0])
    assert np.isnan(made[2, 2])
    assert np.isfinite(made[2, :2]).all()


def test_strength_draws_small_groups_to_the_mean() -> None:
    weak, strong = (
        GroupAggregates(1, "mean", strength=s, categorical=(0,), numeric=(1,)).fit(X).transform(X)
        for s in (1.0, 100.0)
    )
    assert np.ptp(strong) < 0.3 * np.ptp(weak)


def test_the_pair_that_tells_most_is_taken() -> None:
    rng = np.random.default_rng(1)
    Z = np.column_stack([CODES, rng.integers(0, 3, 24), rng.normal(size=24), VALUES])
    model = GroupAggregates(1, categorical=(0, 1), numeric=(2, 3)).fit(Z)
    assert model.pairs_ == [(0, 3)]
