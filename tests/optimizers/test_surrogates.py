from __future__ import annotations

import numpy as np
import pytest

from autoskl.optimizers.smac import SMAC
from autoskl.optimizers.surrogate.acquisition import expected_improvement
from autoskl.optimizers.surrogate.features import FeatureMap
from autoskl.optimizers.surrogate.local_search import Neighbourhood, hill_climb
from autoskl.optimizers.surrogate.registry import surrogate_factory
from autoskl.optimizers.surrogate.targets import normal_scores
from autoskl.space.conditions import when
from autoskl.space.parameters import choice, constant, integer, ordinal, real
from autoskl.space.space import space_of

SPACE = space_of(
    choice("model", ["a", "b", "c"]),
    choice("scaled", [True, False]),
    constant("seed", 1),
    ordinal("size", ["s", "m", "l"]),
    when("model", "a", real("a:x", 0.0, 1.0), choice("a:k", ["u", "v"])),
    when("model", "b", integer("b:n", 1, 9)),
)


def identity(values: np.ndarray) -> np.ndarray:
    return values


def test_normal_scores_count_ranks_only() -> None:
    scores = normal_scores(np.array([3.0, 1.0, np.inf, 1.0]))
    assert scores[1] == scores[3] < 0 < scores[0] < scores[2]
    assert normal_scores(np.exp([3.0, 1.0, 4.0])) == pytest.approx(
        normal_scores(np.array([3.0, 1.0, 4.0]))
    )
    assert normal_scores(np.array([7.0, 7.0])) == pytest.approx([0.0, 0.0])


def test_features_of_active_and_inactive_hyperparameters() -> None:
    view = SPACE.view
    rows = view.encode(
        [
            SPACE.complete({"model": "a", "a:x": 0.25, "size": "m"}),
            SPACE.complete({"model": "c", "scaled": False, "size": "l"}),
        ]
    )
    features = FeatureMap(view)(rows, np.array([0.0, -1.0]))
    assert features.dtype == np.float32
    assert len(features[0]) == 3 + 1 + 1 + 2 + 1 + 1
    assert sorted(features[0].tolist()) == [-1, 0, 0, 0, 0, 0, 0.25, 0.5, 1]
    assert sorted(features[1].tolist()) == [-1, -1, -1, -1, 0, 0, 1, 1, 1]


def test_expected_improvement_against_sampling() -> None:
    draws = np.random.default_rng(0).normal(0.3, 0.8, 200_000)
    sampled = np.maximum(0.1 - draws, 0).mean()
    found = expected_improvement(np.array([0.3]), np.array([0.8]), 0.1)
    assert found[0] == pytest.approx(sampled, rel=0.02)
    certain = expected_improvement(np.array([-1.0, 1.0]), np.zeros(2), 0.0)
    assert certain == pytest.approx([1.0, 0.0])


@pytest.mark.parametrize("name", ["forest", "gaussian-process"])
def test_surrogates_learn(name: str) -> None:
    rng = np.random.default_rng(0)
    x = rng.random((60, 3)).astype(np.float32)
    y = (x[:, 0] - 0.4) ** 2 + 0.1 * x[:, 1].astype(np.float64)
    model = surrogate_factory(name, 0)(identity)
    model.fit(x, y, np.arange(60))
    test = rng.random((200, 3)).astype(np.float32)
    mean, deviation = model.predict(test)
    truth = (test[:, 0] - 0.4) ** 2 + 0.1 * test[:, 1]
    assert np.corrcoef(mean, truth)[0, 1] > 0.8
    assert deviation.mean() > model.predict(x)[1].mean()


@pytest.mark.parametrize("name", ["forest", "gaussian-process"])
def test_surrogates_do_not_depend_on_what_they_learned_before(name: str) -> None:
    rng = np.random.default_rng(0)
    x = rng.random((50, 3)).astype(np.float32)
    y = rng.random(50)
    gradual, at_once = (surrogate_factory(name, 0)(identity) for _ in range(2))
    for n in range(1, 51):
        gradual.fit(x[:n], y[:n], np.arange(n))
    at_once.fit(x, y, np.arange(50))
    for one, other in zip(gradual.predict(x), at_once.predict(x), strict=True):
        assert one.tolist() == other.tolist()


@pytest.mark.parametrize("name", ["forest", "gaussian-process"])
def test_assumed_results_reduce_the_expected_improvement(name: str) -> None:
    rng = np.random.default_rng(0)
    x = rng.random((20, 2)).astype(np.float32)
    y = rng.random(20)
    model = surrogate_factory(name, 0)(identity)
    model.fit(x, y, np.arange(20))
    at = x[[int(np.argmin(y))]]
    best = float(model.predict(x)[0].min())
    before = expected_improvement(*model.predict(at), best)
    model.assume(at)
    assert expected_improvement(*model.predict(at), best) <= before + 1e-9


def test_an_unknown_surrogate_is_an_error() -> None:
    with pytest.raises(ValueError, match="'forest', 'gaussian-process'"):
        surrogate_factory("tree", 0)


def test_hill_climbing_improves_every_start() -> None:
    view = space_of(real("x", 0.0, 1.0), real("y", 0.0, 1.0)).view

    def score(rows: np.ndarray) -> np.ndarray:
        return np.asarray(-((rows - 0.7) ** 2).sum(axis=1))

    rng = np.random.default_rng(0)
    starts = view.sample(rng, 4)
    rows, values = hill_climb(Neighbourhood(view), score, starts, score(starts), rng, rounds=8)
    assert (values > score(starts)).all()
    assert score(rows) == pytest.approx(values)
    assert values.max() > -1e-3


def test_neighbours_are_valid_and_differ_in_few_hyperparameters() -> None:
    view = SPACE.view
    points = view.sample(np.random.default_rng(0), 6)
    drawn, origins = Neighbourhood(view).draw(points, np.random.default_rng(1), 0.1, 40)
    assert (np.diff(origins) >= 0).all()
    assert np.bincount(origins).tolist() == [40] * 6
    for row, configuration in zip(drawn, view.decode_rows(view.snap(drawn)), strict=True):
        SPACE.validate(configuration)
        assert np.nanmax(row[view.n_levels == 0], initial=0.0) <= 1.0
    # Differences, except those due to another choice of the model.
    model = view.column["model"]
    same = drawn[:, model] == points[origins, model]
    differing = (drawn[same] != points[origins][same]) & ~np.isnan(drawn[same])
    assert differing.sum(axis=1).max() == 2
    assert set(drawn[:, model]) == {0.0, 1.0, 2.0}
    assert (drawn[:, view.column["seed"]] == 0.0).all()


def test_levels_are_drawn_by_their_weights() -> None:
    view = space_of(choice("a", ["x", "y", "z"], weights=[1, 3, 0])).view
    drawn, _ = Neighbourhood(view).draw(
        view.sample(np.random.default_rng(0), 1), np.random.default_rng(1), 0.1, 2000
    )
    shares = np.bincount(drawn[:, 0].astype(int), minlength=3) / len(drawn)
    assert shares == pytest.approx([0.25, 0.75, 0.0], abs=0.04)


def test_points_without_neighbours_are_skipped() -> None:
    view = space_of(constant("a", 1)).view
    drawn, origins = Neighbourhood(view).draw(np.zeros((2, 1)), np.random.default_rng(0), 0.1, 5)
    assert drawn.shape == (0, 1)
    assert not len(origins)


@pytest.mark.parametrize("pending", ["believe", "lie", "fantasize", "ignore"])
@pytest.mark.parametrize("surrogate", ["forest", "gaussian-process"])
def test_pending_trials_are_not_proposed_again(surrogate: str, pending: str) -> None:
    space = space_of(real("x", 0.0, 1.0))
    search = SMAC(space, surrogate=surrogate, pending=pending)
    for _ in range(6):
        trial = search.ask()
        search.tell(trial, (float(trial.configuration["x"]) - 0.4) ** 2)  # type: ignore[arg-type]
    batch = [float(search.ask().configuration["x"]) for _ in range(4)]  # type: ignore[arg-type]
    assert len(set(batch)) == 4


def test_an_unknown_value_of_pending_is_an_error() -> None:
    with pytest.raises(ValueError, match="pending must be one of 'believe', 'lie'"):
        SMAC(SPACE, pending="guess")
