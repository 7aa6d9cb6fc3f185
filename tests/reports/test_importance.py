from __future__ import annotations

import numpy as np
import pytest

from autoskl import default_space
from autoskl.core.trial import Trial
from autoskl.optimizers.observation import Observation, observe
from autoskl.reports import importance
from autoskl.space.array_view import ArrayView
from autoskl.space.conditions import when
from autoskl.space.parameters import choice, integer, real
from autoskl.space.space import Space, space_of

CASH = space_of(
    choice("model", ["knn", "tree", "none"], weights=[1, 2, 1]),
    when("model", "knn", real("knn:x", 0.0, 1.0)),
    when(
        "model",
        "tree",
        real("tree:x", 0.0, 1.0),
        choice("tree:kind", ["u", "v"]),
        when("tree:kind", "v", integer("tree:n", 1, 9)),
    ),
)


def run(space: Space, loss, n: int = 120) -> list[Observation]:
    drawn = dict.fromkeys(space.sample(np.random.default_rng(0), n))
    return [observe(Trial(i, c), loss(c)) for i, c in enumerate(drawn)]


def shares(found) -> dict[str, float]:
    return dict(zip(found.single["hyperparameter"], found.single["share"], strict=True))


def test_the_most_important_hyperparameter_comes_first() -> None:
    space = space_of(*(real(name, 0.0, 1.0) for name in "abc"))
    found = importance(run(space, lambda c: 3 * c["a"] + c["b"]), space)
    assert found.single["hyperparameter"].tolist() == ["a", "b", "c"]
    assert shares(found)["a"] == pytest.approx(0.9, abs=0.07)
    assert shares(found)["c"] < 0.02
    assert found.fit > 0.8
    assert found.pairs["share"].max() < 0.08


def test_shares_follow_the_weights_of_numbers() -> None:
    space = space_of(real("a", 0.0, 1.0, weights=[0.9, 0.1]), real("b", 0.0, 1.0))
    found = importance(run(space, lambda c: (c["a"] > 0.5) + c["b"], n=300), space)
    # The variances are 0.09 and 1 / 12; with equal weights that of a would be 0.25.
    assert shares(found)["a"] == pytest.approx(0.52, abs=0.06)
    assert shares(found)["b"] == pytest.approx(0.48, abs=0.06)


def test_an_interaction_is_found_as_a_pair() -> None:
    space = space_of(*(choice(name, [0, 1]) for name in "ab"), real("x", 0.0, 1.0))
    found = importance(run(space, lambda c: float(c["a"] != c["b"])), space)
    first = found.pairs.iloc[0]
    assert {first["first"], first["second"]} == {"a", "b"}
    assert first["share"] > 0.8


def test_conditional_hyperparameters_are_evaluated_where_they_are_active() -> None:
    def loss(c) -> float:
        return float(c["knn:x"]) if c["model"] == "knn" else 0.5

    found = importance(run(CASH, loss, n=300), CASH)
    single = found.single.set_index("hyperparameter")
    assert single.loc["knn:x", "active"] == pytest.approx(0.25)
    assert single.loc["tree:n", "active"] == pytest.approx(0.25)
    assert single.loc["knn:x", "share_when_active"] > 0.9
    assert single.loc["knn:x", "share"] > 0.7
    assert single.drop(index="knn:x")["share"].max() < 0.1


def test_a_hyperparameter_that_is_never_active_has_no_importance() -> None:
    space = space_of(
        choice("model", ["knn", "none"], weights=[0, 1]),
        when("model", "knn", real("knn:x", 0.0, 1.0)),
        real("y", 0.0, 1.0),
    )
    found = importance(run(space, lambda c: c["y"]), space).single.set_index("hyperparameter")
    assert found.loc["y", "share"] == pytest.approx(1.0)
    assert found.loc["knn:x"].to_list() == [0.0, 0.0, 0.0, 0.0]


def test_work_does_not_multiply_over_the_default_space(monkeypatch) -> None:
    space = default_space("binary")
    trials = run(space, lambda c: float(len(c["model"])), n=60)
    encode, calls = ArrayView.encode, []

    def counted(view: ArrayView, configurations) -> np.ndarray:
        calls.append(1)
        assert len(calls) <= len(space), "Configurations are encoded for each tree."
        return encode(view, configurations)

    monkeypatch.setattr(ArrayView, "encode", counted)
    found = importance(trials, space)
    assert found.single["hyperparameter"][0] == "model"


def test_diverged_trials_do_not_dominate() -> None:
    space = space_of(real("a", 0.0, 1.0), real("b", 0.0, 1.0))

    def loss(c) -> float:
        return 1e9 if 0.40 < c["b"] < 0.43 else float(c["a"])

    assert shares(importance(run(space, loss), space))["a"] > 0.5


def test_constant_losses_have_no_importance() -> None:
    space = space_of(real("a", 0.0, 1.0), real("b", 0.0, 1.0))
    found = importance(run(space, lambda c: 1.0, n=20), space)
    assert shares(found) == {"a": 0.0, "b": 0.0}
    assert found.fit == 0.0


def test_too_few_trials_are_rejected() -> None:
    space = space_of(real("a", 0.0, 1.0))
    with pytest.raises(ValueError, match=r"needs 10 different trials of this space.*Got 4"):
        importance(run(space, lambda c: 1.0, n=4), space)
