from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autoskl.components.registry import component
from autoskl.core.task import Task
from autoskl.pipelines.compatibility import is_compatible
from autoskl.space import Choice, from_json, to_json
from autoskl.tables.columns import Column, Kind
from tests.pipelines.factories import CITY, GAPS, MIXED, NUMBER, PLAN, space_of_table

TABLES = [MIXED, (NUMBER,), (GAPS, NUMBER), (CITY, PLAN), ()]


@settings(deadline=None, max_examples=25)
@given(st.sampled_from(TABLES), st.sampled_from(Task), st.integers(0, 2**32))
def test_samples_are_consistent_pipelines(
    columns: tuple[Column, ...], task: Task, seed: int
) -> None:
    space = space_of_table(columns, task)
    for configuration in space.sample(np.random.default_rng(seed), 8):
        space.validate(configuration)
        model = component(str(configuration["model"]))
        assert ("encoder" in configuration) == bool({CITY, PLAN} & set(columns))
        assert ("imputer" in configuration) == (GAPS in columns)
        assert ("scaler" in configuration) == model.tags.scaling
        if "encoder" in configuration:
            assert is_compatible(component(str(configuration["encoder"])), model)
        for name in configuration:
            assert ":" not in name or name.partition(":")[0] in configuration.values()


def test_defaults_of_each_model() -> None:
    space = space_of_table()
    encoders = {
        "lightgbm": "native",
        "hist_gradient_boosting": "native",
        "random_forest": "ordinal",
        "extra_trees": "ordinal",
        "linear": "one_hot",
        "k_nearest_neighbors": "one_hot",
    }
    assert set(encoders) <= set(space.parameters["model"].levels or ())
    for model, encoder in encoders.items():
        assert space.complete({"model": model})["encoder"] == encoder
    assert space.default()["model"] == "lightgbm"
    assert space.complete({"model": "linear"})["scaler"] == "standard"


def test_categorical_hyperparameters_require_categories() -> None:
    name = "lightgbm:cat_smooth"
    space = space_of_table()
    assert name in space.complete({"model": "lightgbm", "encoder": "native"})
    assert name not in space.complete({"model": "lightgbm", "encoder": "ordinal"})
    assert name not in space_of_table((NUMBER,))
    assert name not in space_of_table(exclude={"encoder": ["native"]})


def test_choices_carry_prior_weights() -> None:
    model = space_of_table().parameters["model"]
    assert isinstance(model, Choice)
    weights = dict(zip(model.values, model.weights or (), strict=True))
    assert weights["lightgbm"] > weights["linear"] > weights["k_nearest_neighbors"] > 0


def test_only_meaningful_roles_are_included() -> None:
    space = space_of_table((NUMBER,), Task.REGRESSION, include=["hist_gradient_boosting"])
    roles = {name for name in space.parameters if ":" not in name}
    assert roles == {"model", "features", "selector"}
    assert set(space.default()) - roles == {
        name for name in space.parameters if name.startswith("hist_gradient_boosting:")
    }


def test_optional_steps_are_usually_skipped() -> None:
    """A broad space must not slow the search: most samples have few steps, defaults none."""
    space = space_of_table()
    untouched = {
        "levels": "all_levels",
        "combiner": "no_combination",
        "features": "no_features",
        "selector": "all_columns",
        "balancing": "no_balancing",
    }
    assert untouched.items() <= dict(space.default()).items()
    sampled = space.sample(np.random.default_rng(0), 2000)
    for role, name in untouched.items():
        assert 0.75 < np.mean([configuration[role] == name for configuration in sampled]) < 0.95


def test_features_that_would_be_too_wide_are_left_out() -> None:
    many = tuple(Column(f"c{i}", Kind.NUMERIC) for i in range(4000))
    features = space_of_table(many).parameters["features"].levels or ()
    assert "pca" not in features
    assert "truncated_svd" in features
    assert "pca" in (
        space_of_table(many, include={"features": ["pca"]}).parameters["features"].levels or ()
    )


def test_sparse_tables_get_components_that_accept_them() -> None:
    space = space_of_table(())
    assert set(space.parameters["features"].levels or ()) == {
        "no_features", "truncated_svd", "nystroem", "random_fourier",
    }  # fmt: skip


def test_models_without_an_encoder_are_left_out() -> None:
    space = space_of_table(include={"encoder": ["native"]})
    left = set(space.parameters["model"].levels or ())
    assert {"lightgbm", "hist_gradient_boosting"} <= left
    assert not {"linear", "random_forest"} & left
    with pytest.raises(ValueError, match="linear with native"):
        space_of_table(include={"encoder": ["native"], "model": ["linear"]})


def test_the_constant_alone_is_a_space() -> None:
    space = space_of_table(include=["constant"])
    assert space.default()["model"] == "constant"


@pytest.mark.parametrize("task", Task)
def test_json_round_trip_preserves_the_digest(task: Task) -> None:
    space = space_of_table(task=task)
    assert from_json(to_json(space)).digest == space.digest
