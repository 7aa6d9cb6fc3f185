from __future__ import annotations

import pytest

from autoskl.core.configuration import Configuration
from autoskl.metalearning.shorter_training import shortened
from autoskl.space import choice, constant, integer, space_of, when

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
def test_epochs_are_halved_until_there_is_time_but_not_below_the_bound(most, epochs):
    found = shortened(NET, SPACE, seconds_of, most)
    assert found == Configuration({"model": "net", "net:n_epochs": epochs})
    assert SPACE.complete(dict(found)) == found


def test_what_has_no_epochs_to_choose_stays():
    tree = Configuration({"model": "tree", "tree:n_epochs": 64})
    assert shortened(tree, SPACE, lambda configuration: 1e9, 1.0) is tree
