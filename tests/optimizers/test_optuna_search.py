from __future__ import annotations

import numpy as np
import pytest

from autoskl.core.errors import OptionalDependencyError
from autoskl.optimizers import OptunaCMAES, OptunaGP, OptunaNSGA2, OptunaSearch
from autoskl.optimizers.optuna_space import OptunaSpace
from autoskl.space.conditions import when
from autoskl.space.forbidden import forbid
from autoskl.space.parameters import choice, constant, integer, ordinal, real
from autoskl.space.space import space_of

optuna = pytest.importorskip("optuna")

SPACE = space_of(
    choice("model", ["never", "knn", "tree"], "tree", weights=[0, 1, 1]),
    ordinal("size", ["s", "m", "l"]),
    constant("seed", 1),
    real("point", 2.0, 2.0),
    when("model", "knn", integer("k", 1, 9), real("x", 0.01, 1.0, log=True)),
    forbid({"model": "tree", "size": "l"}),
)


@pytest.mark.parametrize("categories", [True, False])
def test_configurations_survive_a_round_trip(categories: bool) -> None:
    translation = OptunaSpace(SPACE.view, categories=categories)
    assert set(translation.distributions) == {"model", "size", "k", "x"}
    for configuration in SPACE.sample(np.random.default_rng(0), 20):
        row = SPACE.view.encode([configuration])[0]
        values = translation.parameters(row)
        assert values is not None
        for name, distribution in translation.distributions.items():
            assert distribution._contains(distribution.to_internal_repr(values[name]))
        assert translation.configuration(values) == configuration


def test_values_without_prior_weight_have_no_parameters() -> None:
    row = SPACE.view.encode([SPACE.complete({"model": "never"})])[0]
    assert OptunaSpace(SPACE.view).parameters(row) is None


def test_forbidden_combinations_are_repaired() -> None:
    translation = OptunaSpace(SPACE.view)
    made = translation.configuration({"model": 1, "size": 2, "k": 0.5, "x": 0.5})
    SPACE.validate(made)


class Spy(OptunaSearch):
    """Records the latest study of its sampler."""

    name = "spy"

    def sampler(self, seed: int) -> object:
        return optuna.samplers.RandomSampler(seed=seed)

    def _study(self, seed: int) -> object:
        self.study = super()._study(seed)
        return self.study


def test_the_study_has_results_in_the_order_asked_and_failures_as_the_worst_so_far() -> None:
    search = Spy(SPACE)
    trials = [search.ask() for _ in range(5)]
    search.tell(trials[3], 0.0, failed=True)
    search.tell(trials[2], 0.5)
    search.tell(trials[0], 0.0, failed=True)
    search.tell(trials[1], 2.0)
    search.ask()
    complete = [t for t in search.study.trials if t.state.is_finished()]
    assert [t.value for t in complete] == [2.0, 0.5, 2.0]
    # Three finished trials, a pending one and the new one.
    assert len(search.study.trials) == 5


def test_generations_follow_the_order_asked() -> None:
    search = OptunaNSGA2(SPACE, population_size=4)
    for i in range(9):
        search.tell(search.ask(), float(i))
    search.ask()
    marks = [t.system_attrs["NSGAIISampler:generation"] for t in search._frozen_trials]
    assert marks == [0, 0, 0, 0, 1, 1, 1, 1, 2]


def test_the_gaussian_process_finds_the_bottom_of_a_bowl() -> None:
    pytest.importorskip("torch")
    search = OptunaGP(space_of(real("x", -1.0, 1.0)))
    for _ in range(13):
        trial = search.ask()
        search.tell(trial, (float(trial.configuration["x"]) - 0.3) ** 2)  # type: ignore[arg-type]
    assert min(o.loss for o in search.observations) < 0.01


def test_cma_es_learns_from_generation_to_generation() -> None:
    search = OptunaCMAES(space_of(*(real(f"x{i}", -1.0, 1.0) for i in range(5))))
    losses = []
    for _ in range(80):
        trial = search.ask()
        losses.append(sum((float(x) - 0.6) ** 2 for x in trial.configuration.values()))  # type: ignore[arg-type]
        search.tell(trial, losses[-1])
    assert np.mean(losses[-10:]) < 0.3 * np.mean(losses[:10])


def test_optuna_is_quiet(capfd: pytest.CaptureFixture[str]) -> None:
    search = OptunaNSGA2(SPACE)
    search.tell(search.ask(), 1.0)
    search.ask()
    assert capfd.readouterr() == ("", "")
    assert optuna.logging.get_verbosity() == optuna.logging.INFO


def test_without_optuna_the_error_says_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("autoskl.core.optional.is_installed", lambda package: False)
    with pytest.raises(OptionalDependencyError, match=r"pip install '\.\[optuna\]'"):
        OptunaNSGA2(SPACE)
