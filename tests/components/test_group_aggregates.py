"""Group statistics, compared with pandas."""

from __future__ import annotations

import pickle

import numpy as np
import pandas as pd
import pytest

from autoskl.components.transformers.group_aggregates import GroupAggregatesTransformer

CODES = np.repeat([0.0, 1.0, 2.0], [5, 8, 11])
VALUES = np.random.default_rng(0).normal(size=24) + 3 * CODES
X = np.column_stack([CODES, VALUES])
MANY = np.column_stack(
    [np.arange(60_000) % 3, np.random.default_rng(2).normal(size=60_000).round(3)]
).astype(np.float64)


@pytest.mark.parametrize("statistic", ["mean", "deviation", "rank"])
def test_statistics_equal_those_of_pandas(statistic: str) -> None:
    model = GroupAggregatesTransformer(
        1, statistic, strength=1e-9, categorical=(0,), numeric=(1,)
    ).fit(X)
    groups = pd.Series(VALUES).groupby(CODES)
    expected = {
        "mean": groups.transform("mean"),
        "deviation": groups.transform("std", ddof=0),
        "rank": (groups.rank() - 0.5) / groups.transform("size"),
    }[statistic]
    np.testing.assert_allclose(model.transform(X)[:, 0], expected)


def test_unseen_and_missing_categories_get_statistics_of_all_rows() -> None:
    model = GroupAggregatesTransformer(1, strength=5.0, categorical=(0,), numeric=(1,)).fit(X)
    new = np.array([[np.nan, VALUES.max() + 1], [99.0, VALUES.max() + 1], [1.0, np.nan]])
    made = model.transform(new)
    np.testing.assert_allclose(made[0], made[1])
    np.testing.assert_allclose(made[0], [VALUES.mean(), VALUES.std(), 1.0])
    assert np.isnan(made[2, 2])
    assert np.isfinite(made[2, :2]).all()


def test_strength_shrinks_small_groups_towards_the_mean() -> None:
    weak, strong = (
        GroupAggregatesTransformer(1, "mean", strength=s, categorical=(0,), numeric=(1,))
        .fit(X)
        .transform(X)
        for s in (1.0, 100.0)
    )
    assert np.ptp(strong) < 0.3 * np.ptp(weak)


def test_most_informative_pair_is_selected() -> None:
    rng = np.random.default_rng(1)
    Z = np.column_stack([CODES, rng.integers(0, 3, 24), rng.normal(size=24), VALUES])
    model = GroupAggregatesTransformer(1, categorical=(0, 1), numeric=(2, 3)).fit(Z)
    assert model.pairs_ == [(0, 3)]


def test_quantiles_are_kept_only_for_ranks() -> None:
    n_kept = {
        statistic: len(pickle.dumps(model))
        for statistic in ("mean", "deviation", "rank", "all")
        for model in [many_rows(statistic)]
    }
    assert max(n_kept["mean"], n_kept["deviation"]) < 10_000
    # 1,000 quantiles for each of three categories and for all rows.
    assert max(n_kept["rank"], n_kept["all"]) < 4 * 1_000 * 8 + 10_000


def test_approximate_ranks_of_large_groups_are_off_by_at_most_a_thousandth() -> None:
    codes, values = MANY[:, 0], pd.Series(MANY[:, 1])
    groups = values.groupby(codes)
    expected = (groups.rank() - 0.5) / groups.transform("size")
    found = many_rows("rank").transform(MANY)[:, 0]
    np.testing.assert_allclose(found, expected, atol=1e-3)
    unseen = many_rows("rank").transform(np.column_stack([codes + 50, values]))[:, 0]
    np.testing.assert_allclose(unseen, (values.rank() - 0.5) / len(values), atol=1e-3)


def many_rows(statistic: str) -> GroupAggregatesTransformer:
    return GroupAggregatesTransformer(1, statistic, categorical=(0,), numeric=(1,)).fit(MANY)
