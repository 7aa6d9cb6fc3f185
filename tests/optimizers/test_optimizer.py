from __future__ import annotations

from typing import Any

import pytest

from autoskl.core.configuration import Configuration
from autoskl.core.fidelity import geometric_ladder
from autoskl.optimizers import ASHA, SMAC, PriorBand, RandomSearch
from autoskl.optimizers.optimizer import Optimizer
from autoskl.space.parameters import choice, integer, real
from autoskl.space.space import space_of

SPACE = space_of(real("x", 0.0, 1.0), integer("y", 1, 9))


@pytest.mark.parametrize("optimizer", [SMAC, PriorBand])
@pytest.mark.parametrize("kind", [dict, Configuration])
def test_a_single_configuration_cannot_be_enqueued(optimizer: type[Optimizer], kind: Any) -> None:
    search = optimizer(SPACE)
    with pytest.raises(TypeError, match=r"single one: {'x': 0.2, 'y': 1}.*\[configuration\]"):
        search.enqueue(kind({"x": 0.2, "y": 1}))
    assert search.next_queued is None


@pytest.mark.parametrize("optimizer", [SMAC, PriorBand])
@pytest.mark.parametrize("value", ["x", 0.2, None, [0.2, 1]])
def test_only_mappings_can_be_enqueued(optimizer: type[Optimizer], value: Any) -> None:
    search = optimizer(SPACE)
    with pytest.raises(TypeError, match=r"must be a mapping of names .*Got "):
        search.enqueue([{"x": 0.2, "y": 1}, value])
    assert search.next_queued is None


def test_a_promotion_is_no_repetition() -> None:
    search = ASHA(space_of(choice("a", [1, 2, 3])), ladder=geometric_ladder(1 / 9, 3.0))
    trials = [search.ask() for _ in range(4)]
    assert search.exhausted
    assert search.ask_promotion() is None
    assert search.exhausted
    for trial in trials:
        search.tell(trial, float(trial.configuration["a"]))  # type: ignore[arg-type]
    assert search.ask_promotion() is not None
    assert not search.exhausted


def test_what_is_enqueued_is_no_repetition() -> None:
    search = RandomSearch(space_of(choice("a", [1, 2], weights=[1, 0])))
    assert [search.ask().configuration["a"] for _ in range(2)] == [1, 1]
    assert search.exhausted
    search.enqueue([{"a": 2}])
    assert search.ask().configuration["a"] == 2
    assert not search.exhausted
