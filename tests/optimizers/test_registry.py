from __future__ import annotations

import pytest

import autoskl.optimizers
from autoskl.core.fidelity import geometric_ladder
from autoskl.optimizers import BOHB, OPTIMIZER_NAMES, SMAC, MultiFidelitySMAC, optimizer_class


def test_names_and_classes_agree() -> None:
    for name in OPTIMIZER_NAMES:
        assert optimizer_class(name).name == name
        assert optimizer_class(name).__name__ in autoskl.optimizers.__all__


def test_an_unknown_name_suggests_similar_ones() -> None:
    with pytest.raises(ValueError, match="Did you mean 'smac'"):
        optimizer_class("smak")
    with pytest.raises(ValueError, match="Known names: 'asha'"):
        optimizer_class("xyz123")


def test_an_unknown_attribute_of_the_package() -> None:
    with pytest.raises(AttributeError, match="Smak"):
        autoskl.optimizers.Smak  # noqa: B018


def test_the_package_lists_its_names() -> None:
    assert set(autoskl.optimizers.__all__) <= set(dir(autoskl.optimizers))


@pytest.mark.parametrize("optimizer", [BOHB, SMAC, MultiFidelitySMAC])
def test_optimizers_accept_spaces_of_configspace(optimizer: type) -> None:
    cs = pytest.importorskip("ConfigSpace")
    space = cs.ConfigurationSpace()
    kind = cs.Categorical("kind", ["a", "b"])
    rate = cs.Float("rate", (1e-3, 1.0), log=True)
    space.add(kind, rate)
    space.add(cs.EqualsCondition(rate, kind, "a"))
    search = optimizer(space, ladder=geometric_ladder(0.3, eta=3.0))
    for _ in range(12):
        trial = search.ask()
        cs.Configuration(space, values=dict(trial.configuration))
        search.tell(trial, float(trial.configuration.get("rate", 2.0)))


@pytest.mark.parametrize("name", ["bohb", "hyperband", "asha"])
def test_eta_must_exceed_one(name: str) -> None:
    from autoskl.space.parameters import real
    from autoskl.space.space import space_of

    with pytest.raises(ValueError, match="eta must be a finite number above 1"):
        optimizer_class(name)(space_of(real("x", 0.0, 1.0)), eta=1.0)
