from __future__ import annotations

import pytest

from autoskl.core.configuration import Configuration
from autoskl.core.trial import Unit
from autoskl.search.longer_training import lengthen_training
from autoskl.space import choice, constant, integer, ordinal, space_of, when
from tests.search.simulated import by_digest
from tests.search.test_loop import make, search

SPACE = space_of(
    choice("model", ["net", "tree"]),
    when("model", "net", integer("net:n_epochs", 16, 256, 128, log=True)),
    when("model", "net", ordinal("net:width", [16, 64, 128, 256], 128)),
    when("model", "net", choice("net:activation", ["selu", "mish"])),
    when("model", "tree", constant("tree:n_epochs", 64)),
)


def net(epochs: int, width: int = 128, activation: str = "selu") -> Configuration:
    size = {"net:n_epochs": epochs, "net:width": width}
    return Configuration({"model": "net", "net:activation": activation, **size})


def seconds_of(configuration: Configuration) -> float:
    return float(configuration["net:n_epochs"])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("seconds", "epochs"), [(1e9, 256), (256.0, 256), (255.0, 128), (64.0, 64), (63.0, None)]
)
def test_a_leading_network_gets_the_epochs_that_there_is_time_for_if_twice_its_own(seconds, epochs):
    found = lengthen_training(net(32), [net(32)], SPACE, seconds_of, seconds)
    assert found == (None if epochs is None else net(epochs))


def test_a_leader_is_lengthened_once_only():
    tried = [net(32), net(64)]
    assert lengthen_training(net(32), tried, SPACE, seconds_of, 1e9) is None
    assert lengthen_training(net(64), tried, SPACE, seconds_of, 1e9) == net(256)
    other = [net(32), net(64, activation="mish")]
    assert lengthen_training(net(32), other, SPACE, seconds_of, 1e9) == net(256)


@pytest.mark.parametrize(("width", "longer"), [(16, 128), (64, 128), (128, 128), (256, 256)])
def test_layers_that_were_made_narrow_are_as_wide_as_usual_again(width, longer):
    narrow = net(64, width)
    found = lengthen_training(narrow, [narrow], SPACE, seconds_of, 1e9)
    assert found == net(256, longer)
    assert lengthen_training(narrow, [narrow, found], SPACE, seconds_of, 1e9) is None


def test_a_model_without_epochs_to_choose_has_its_usual_size_again():
    space = space_of(
        choice("model", ["ensemble"]),
        constant("ensemble:n_epochs", 200),
        ordinal("ensemble:k", [8, 16, 32], 16),
    )
    small, usual = (
        Configuration({"model": "ensemble", "ensemble:n_epochs": 200, "ensemble:k": k})
        for k in (8, 16)
    )
    assert lengthen_training(small, [small], space, lambda configuration: 10.0, 10.0) == usual
    assert lengthen_training(small, [small], space, lambda configuration: 10.0, 9.0) is None
    assert lengthen_training(small, [small, usual], space, lambda configuration: 10.0, 10.0) is None
    assert lengthen_training(usual, [small, usual], space, lambda configuration: 10.0, 10.0) is None


def test_a_model_without_epochs_to_choose_is_left_as_it_is():
    tree = Configuration({"model": "tree", "tree:n_epochs": 64})
    assert lengthen_training(tree, [tree], SPACE, seconds_of, 1e9) is None


def epochs_of_networks(best: str, **settings) -> list[int]:
    """Epochs of the RealMLPs of a search in which a family leads."""

    def noise(unit: Unit) -> float:
        leads = unit.trial.configuration["model"] == best
        return (0.1 if leads else 1.0) * by_digest(unit)

    plan, executor = make(**settings)
    executor.noise = noise
    search(plan, executor)
    asked = [r.trial.configuration for r in plan.history.records]
    return [int(c["real_mlp:n_epochs"]) for c in asked if c["model"] == "real_mlp"]


def test_a_search_with_a_clock_trains_the_network_that_leads_for_longer():
    pytest.importorskip("torch")
    timed = {"time_limit": 60.0, "search": "auto", "include": ["linear", "real_mlp"]}
    assert 256 in epochs_of_networks("real_mlp", **timed)[:3]
    assert 256 not in epochs_of_networks("linear", **timed)[:3]
    counted = {"n_trials": 4, "search": "auto", "include": ["linear", "real_mlp"]}
    assert 256 not in epochs_of_networks("real_mlp", **counted)[:3]
