from __future__ import annotations

import pytest

from autoskl.core.configuration import Configuration
from autoskl.metalearning.shorter_training import first_within, shorter_forms, smaller_forms
from autoskl.space import choice, constant, integer, ordinal, space_of, when

SPACE = space_of(
    choice("model", ["net", "tree"]),
    when("model", "net", integer("net:n_epochs", 16, 256, 128, log=True)),
    when("model", "tree", constant("tree:n_epochs", 64)),
)
NET = Configuration({"model": "net", "net:n_epochs": 128})


def seconds_of(configuration: Configuration) -> float:
    return float(configuration["net:n_epochs"])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("most", "epochs"), [(200.0, 128), (128.0, 128), (127.0, 64), (33.0, 32), (16.0, 16), (1.0, 16)]
)
def test_epochs_are_halved_down_to_their_bound(most, epochs):
    found = first_within(shorter_forms(NET, SPACE), seconds_of, most)
    assert found == Configuration({"model": "net", "net:n_epochs": epochs})
    assert SPACE.complete(dict(found)) == found


def test_members_without_searched_epochs_are_unchanged():
    tree = Configuration({"model": "tree", "tree:n_epochs": 64})
    assert list(shorter_forms(tree, SPACE)) == [tree]


WIDE = space_of(
    choice("model", ["net", "fixed"]),
    when("model", "net", ordinal("net:width", [32, 64, 128, 256], 128)),
    when("model", "net", ordinal("net:k", [4, 8, 16, 32], 16)),
    when("model", "fixed", constant("fixed:width", 512)),
)


def wide(width: int, k: int) -> Configuration:
    return Configuration({"model": "net", "net:width": width, "net:k": k})


def seconds_of_wide(configuration: Configuration) -> float:
    return float(configuration["net:width"] * configuration["net:k"])  # type: ignore[operator]


@pytest.mark.parametrize(
    ("most", "found"),
    [
        (8192.0, wide(256, 32)),
        (8191.0, wide(128, 32)),
        (2048.0, wide(128, 16)),
        (1024.0, wide(128, 8)),
        (1023.0, wide(64, 8)),
        (1.0, wide(64, 8)),
    ],
)
def test_networks_are_reduced_in_units_then_members_then_units(most, found):
    assert first_within(smaller_forms(wide(256, 32), WIDE), seconds_of_wide, most) == found
    assert WIDE.complete(dict(found)) == found


def test_small_or_fixed_networks_are_unchanged():
    assert list(smaller_forms(wide(32, 4), WIDE)) == [wide(32, 4)]
    fixed = Configuration({"model": "fixed", "fixed:width": 512})
    assert list(smaller_forms(fixed, WIDE)) == [fixed]
