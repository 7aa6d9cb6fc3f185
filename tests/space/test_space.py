from __future__ import annotations

import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autoskl.core.configuration import Configuration
from autoskl.space import (
    Condition,
    Space,
    choice,
    constant,
    forbid,
    integer,
    ordinal,
    real,
    space_of,
    when,
)
from tests.space.strategies import generators, random_parts, random_spaces

SVM = space_of(
    choice("model", ["svm", "knn"]),
    when(
        "model",
        "svm",
        real("C", 0.01, 100.0, log=True),
        choice("kernel", ["linear", "poly", "rbf"]),
        when("kernel", ["poly", "rbf"], real("gamma", 1e-3, 10.0, log=True)),
        when("kernel", "poly", integer("degree", 2, 5, 3)),
    ),
    when("model", "knn", integer("k", 1, 50, 5)),
)


def test_parents_come_first_then_names_are_sorted() -> None:
    assert list(SVM.parameters) == ["model", "C", "k", "kernel", "degree", "gamma"]
    assert SVM.depth == 2
    assert len(SVM) == 6
    assert "k" in SVM
    assert "j" not in SVM


def test_default_has_the_active_hyperparameters_only() -> None:
    assert SVM.default() == Configuration({"model": "svm", "C": 1.0, "kernel": "linear"})


def test_complete_fills_in_defaults_and_drops_what_is_inactive() -> None:
    found = SVM.complete({"kernel": "poly", "k": 3, "C": 2})
    assert found == Configuration(
        {"model": "svm", "C": 2.0, "kernel": "poly", "degree": 3, "gamma": 0.1}
    )
    assert type(found["C"]) is float


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"modle": "svm"}, r"no hyperparameter named 'modle'. Did you mean 'model'"),
        ({"zzz": 1}, r"Known names: 'C', 'degree'"),
        ({"model": "tree"}, r"'model' must be one of 'svm', 'knn'. Got 'tree'"),
        ({"model": "knn"}, r"'k' is missing; it must be an integer from 1 to 50"),
        ({"model": "knn", "k": 0}, r"'k' must be an integer from 1 to 50. Got 0"),
        ({"model": "knn", "k": True}, r"'k' must be an integer"),
        ({"model": "knn", "k": 2, "C": 1.0}, r"'C' must be left out: .* if 'model' is 'svm'"),
    ],
)
def test_validate_names_what_is_wrong(values: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        SVM.validate(values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        (([real("a", 0, 1), real("a", 0, 1)],), "Two hyperparameters are named 'a'"),
        (([real("a", 0, 1)], [Condition("a", "b", (1,))]), "no hyperparameter named 'b'"),
        (([real("a", 0, 1)], [Condition("a", "a", (1,))]), "'a' is a real number"),
        (([choice("a", [1])], [Condition("a", "a", (1,))]), "cycle among these: 'a'"),
        (
            (
                [choice("a", [1]), choice("b", [1])],
                [Condition("a", "b", (1,)), Condition("b", "a", (1,))],
            ),
            "cycle among these: 'a', 'b'",
        ),
        (
            (
                [choice("a", [1, 2]), choice("b", [1])],
                [Condition("b", "a", (1,)), Condition("b", "a", (2,))],
            ),
            "'b' can never be active",
        ),
        (([choice("a", [1])], [], [forbid({"a": 1})]), "leave no valid configuration"),
        (([choice("a", [1])], [], [forbid({"a": []})]), "must name at least one"),
        (([choice("a", [1])], [], [forbid({"a": True})]), "'a' must be one of 1. Got True"),
        (([real("a", 0, 1)], [], [forbid({"a": 0.5})]), "'a' is a real number"),
    ],
)
def test_invalid_spaces_are_refused(parts: tuple[list[object], ...], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Space(*parts)  # type: ignore[arg-type]


def test_forbidden_combinations_change_defaults_but_never_given_values() -> None:
    space = space_of(
        choice("scaler", ["none", "standard"]),
        choice("model", ["linear", "forest"]),
        forbid({"scaler": "none", "model": "linear"}),
    )
    assert space.default() == Configuration({"scaler": "standard", "model": "linear"})
    moved = Configuration({"scaler": "none", "model": "forest"})
    assert space.complete({"scaler": "none"}) == moved
    with pytest.raises(ValueError, match="Every configuration with these values is forbidden"):
        space.complete({"scaler": "none", "model": "linear"})
    with pytest.raises(
        ValueError, match="combination is forbidden: 'model' is 'linear' and 'scaler' is 'none'"
    ):
        space.validate({"scaler": "none", "model": "linear"})


@pytest.mark.parametrize("order", [("a_kind", "z_model"), ("z_kind", "a_model")])
def test_repair_changes_defaults_first(order: tuple[str, str]) -> None:
    kind, model = order
    space = space_of(
        choice(kind, ["native", "one-hot", "ordinal"]),
        choice(model, ["boosting", "linear"]),
        forbid({model: "linear", kind: "native"}),
        forbid({model: "linear", kind: "ordinal"}),
    )
    assert space.repair({model: "linear"}) == Configuration({kind: "one-hot", model: "linear"})
    assert space.repair({kind: "native"})[model] == "boosting"
    # These values are contradictory.
    space.validate(space.repair({kind: "native", model: "linear"}))


def test_repair_drops_invalid_values_and_keeps_the_rest() -> None:
    repaired = SVM.repair({"model": "knn", "k": 999, "C": 3.0, "tree": 1})
    assert repaired == Configuration({"model": "knn", "k": 5})


def test_true_is_not_one() -> None:
    space = space_of(choice("a", [1, True]), when("a", True, constant("b", None)), forbid({"a": 1}))
    assert space.complete({"a": True}).digest == Configuration({"a": True, "b": None}).digest
    with pytest.raises(ValueError, match="forbidden"):
        space.validate({"a": 1})
    assert all(c["a"] is True for c in space.sample(np.random.default_rng(0), 20))


def test_samples_follow_the_weights_and_the_scales() -> None:
    space = space_of(
        choice("a", ["x", "y", "z"], weights=[3, 1, 0]),
        ordinal("o", [1, 2]),
        real("r", 1e-4, 1.0, log=True),
        integer("i", 1, 3),
    )
    drawn = space.sample(np.random.default_rng(0), 4000)
    assert np.mean([c["a"] == "x" for c in drawn]) == pytest.approx(0.75, abs=0.03)
    assert not any(c["a"] == "z" for c in drawn)
    assert np.mean([c["o"] == 1 for c in drawn]) == pytest.approx(0.5, abs=0.03)
    assert np.median([c["r"] for c in drawn]) == pytest.approx(0.01, rel=0.2)
    for value in (1, 2, 3):
        assert np.mean([c["i"] == value for c in drawn]) == pytest.approx(1 / 3, abs=0.03)
    kinds = {name: {type(c[name]) for c in drawn} for name in space.parameters}
    assert kinds == {"a": {str}, "o": {int}, "r": {float}, "i": {int}}


def test_rare_valid_configurations_are_found() -> None:
    # One of 10^6 combinations is valid.
    names = [f"p{i}" for i in range(6)]
    space = space_of(
        *(choice(name, range(10)) for name in names),
        *(forbid({name: [0, 1, 2, 3, 4, 5, 6, 8, 9]}) for name in names),
    )
    assert set(space.sample(np.random.default_rng(0), 3)) == {
        Configuration(dict.fromkeys(names, 7))
    }


def test_equal_spaces_survive_pickling() -> None:
    again = pickle.loads(pickle.dumps(SVM))
    assert again == SVM
    assert hash(again) == hash(SVM)
    assert again != SVM.override("k", upper=60)
    assert repr(SVM) == "Space(6 hyperparameters, depth 2, 0 forbidden combinations)"


def test_an_empty_space_has_one_configuration() -> None:
    space = space_of()
    assert space.default() == Configuration({})
    assert space.sample(np.random.default_rng(0), 2) == [Configuration({})] * 2


@settings(deadline=None, max_examples=40)
@given(space=random_spaces(), rng=generators())
def test_samples_and_defaults_are_valid(space: Space, rng: np.random.Generator) -> None:
    for configuration in [space.default(), *space.sample(rng, 20)]:
        space.validate(configuration)


@settings(deadline=None, max_examples=40)
@given(space=random_spaces(), rng=generators(), data=st.data())
def test_complete_is_valid_and_idempotent(
    space: Space, rng: np.random.Generator, data: st.DataObject
) -> None:
    (drawn,) = space.sample(rng, 1)
    assert space.complete(drawn).digest == drawn.digest
    some = data.draw(st.sets(st.sampled_from(sorted(drawn)))) if drawn else set()
    partial = {name: drawn[name] for name in some}
    completed = space.complete(partial)
    space.validate(completed)
    assert space.complete(completed).digest == completed.digest
    assert all(completed[name] == partial[name] for name in some & set(completed))
    space.validate(space.repair({**partial, "unknown": 1}))


@settings(deadline=None, max_examples=40)
@given(parts=random_parts(), rng=generators())
def test_the_order_of_declaration_does_not_matter(
    parts: tuple[list, list, list], rng: np.random.Generator
) -> None:
    try:
        space = Space(*parts)
    except ValueError:
        return
    turned = Space(
        *(rng.permutation(np.array(p, dtype=object)).tolist() for p in parts[:2]), parts[2][::-1]
    )
    assert turned == space
    assert list(turned.parameters) == list(space.parameters)
    drawn = [s.sample(np.random.default_rng(1), 5) for s in (space, turned)]
    assert drawn[0] == drawn[1]
