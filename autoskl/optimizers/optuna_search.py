"""Samplers of Optuna as optimizers."""

from __future__ import annotations

import math
import warnings
from abc import abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import takewhile
from typing import Any, ClassVar

import numpy as np

from autoskl.core.configuration import Configuration
from autoskl.core.fidelity import FULL_ONLY, Fidelity, Ladder
from autoskl.core.optional import require
from autoskl.core.seeds import derive_seed
from autoskl.optimizers.observation import Observation
from autoskl.optimizers.optimizer import Optimizer
from autoskl.optimizers.optuna_space import OptunaSpace
from autoskl.space.space import Space

_EXTRA = "optuna"


class OptunaSearch(Optimizer):
    """Asks a sampler of Optuna; a subclass says which.

    For each proposal a study is made from the results so far, in the order asked, and a sampler
    with a seed of its own. So proposals can be replayed, which a study that lives on does not allow
    when results arrive in another order. Failed trials count as bad as the worst before them. All
    trials run in full.

    Parameters
    ----------
    space : Space or ConfigSpace.ConfigurationSpace
    ladder : Ladder, default=FULL_ONLY
    seed : int, default=0

    References
    ----------
    T. Akiba et al.: Optuna: A next-generation hyperparameter optimization framework. KDD 2019.
    """

    has_generations: ClassVar[bool] = False
    """Whether the sampler marks each trial with what it learned when the trial was asked."""

    knows_categories: ClassVar[bool] = True
    """Whether the sampler can do with choices as they are."""

    def __init__(self, space: Space | Any, *, ladder: Ladder = FULL_ONLY, seed: int = 0) -> None:
        super().__init__(space, ladder=ladder, seed=seed)
        self.sampler(0)
        self._translation = OptunaSpace(self.archive.view, categories=self.knows_categories)
        self._seen: list[tuple[dict[str, Any], float]] = []
        self._frozen: list[Any] = []

    @abstractmethod
    def sampler(self, seed: int) -> Any:
        """Return a new sampler, an ``optuna.samplers.BaseSampler``, that draws from a seed."""

    def suggest(self, rng: np.random.Generator, fidelity: Fidelity) -> Configuration:
        """Return what the sampler proposes."""
        if not self._translation.distributions:
            return self.space.sample(rng, 1)[0]
        with _quiet():
            self._freeze()
            study = self._study(int(rng.integers(2**31)))
            self._add_pending(study)
            asked = study.ask(self._translation.distributions)
        return self._translation.configuration(asked.params)

    def _study(self, seed: int) -> Any:
        """Return a study of all results, with a new sampler."""
        study = require("optuna", _EXTRA).create_study(sampler=self.sampler(seed))
        study.add_trials(self._frozen)
        return study

    def _freeze(self) -> None:
        """Bring the finished trials as Optuna keeps them up to date."""
        create = require("optuna.trial", _EXTRA).create_trial
        distributions = self._translation.distributions
        told = self._told()
        n = sum(
            1
            for _ in takewhile(lambda pair: pair[0] == pair[1], zip(self._seen, told, strict=False))
        )
        del self._frozen[n:]
        for values, loss in told[n:]:
            marks = self._marks() if self.has_generations else {}
            self._frozen.append(
                create(params=values, distributions=distributions, value=loss, system_attrs=marks)
            )
        self._seen = told

    def _marks(self) -> dict[str, Any]:
        """Return what the sampler notes of the trial that comes after the finished ones."""
        study = self._study(derive_seed("marks", self.seed, len(self._frozen)))
        study.ask(self._translation.distributions)
        marks: dict[str, Any] = study.trials[-1].system_attrs
        return marks

    def _told(self) -> list[tuple[dict[str, Any], float]]:
        """Return parameters and loss of each result that Optuna can be told."""
        found = []
        worst = -math.inf
        for observation, row in self._observed_rows():
            worst = worst if observation.failed else max(worst, observation.loss)
            values = self._translation.parameters(row)
            if values is not None and math.isfinite(worst):
                found.append((values, worst if observation.failed else observation.loss))
        return found

    def _observed_rows(self) -> Iterator[tuple[Observation, np.ndarray[Any, Any]]]:
        rows = self.archive.rows
        for observation in self.observations:
            yield observation, rows[observation.trial.number]

    def _add_pending(self, study: Any) -> None:
        """Add the trials under way, so that they are not proposed again."""
        module = require("optuna.trial", _EXTRA)
        for trial in self.pending:
            values = self._translation.parameters(self.archive.rows[trial.number])
            if values is not None:
                study.add_trial(
                    module.create_trial(
                        state=module.TrialState.RUNNING,
                        params=values,
                        distributions=self._translation.distributions,
                    )
                )


class OptunaGP(OptunaSearch):
    """A Gaussian process and the logarithm of the expected improvement. Needs torch, too.

    `SMAC` has a Gaussian process of its own, with further acquisition functions.

    Parameters
    ----------
    space : Space or ConfigSpace.ConfigurationSpace
    ladder : Ladder, default=FULL_ONLY
    seed : int, default=0
    """

    name = "optuna:gp"

    def sampler(self, seed: int) -> Any:
        """Return a sampler."""
        require("torch", "torch")
        return require("optuna.samplers", _EXTRA).GPSampler(seed=seed)


class OptunaCMAES(OptunaSearch):
    """The covariance matrix adaptation evolution strategy; choices are integers for it.

    Parameters
    ----------
    space : Space or ConfigSpace.ConfigurationSpace
    ladder : Ladder, default=FULL_ONLY
    seed : int, default=0

    References
    ----------
    N. Hansen, A. Ostermeier: Completely derandomized self-adaptation in evolution strategies.
    Evolutionary Computation 9, 2001.
    """

    name = "optuna:cma-es"
    has_generations = True
    knows_categories = False

    def sampler(self, seed: int) -> Any:
        """Return a sampler."""
        require("cmaes", _EXTRA)
        return require("optuna.samplers", _EXTRA).CmaEsSampler(seed=seed)


class OptunaNSGA2(OptunaSearch):
    """The genetic algorithm NSGA-II, which sorts by the loss alone where there is one objective.

    Parameters
    ----------
    space : Space or ConfigSpace.ConfigurationSpace
    ladder : Ladder, default=FULL_ONLY
    seed : int, default=0
    population_size : int, default=20

    References
    ----------
    K. Deb, A. Pratap, S. Agarwal, T. Meyarivan: A fast and elitist multiobjective genetic
    algorithm: NSGA-II. IEEE Transactions on Evolutionary Computation 6, 2002.
    """

    name = "optuna:nsga-ii"
    has_generations = True

    def __init__(
        self,
        space: Space | Any,
        *,
        ladder: Ladder = FULL_ONLY,
        seed: int = 0,
        population_size: int = 20,
    ) -> None:
        self.population_size = population_size
        super().__init__(space, ladder=ladder, seed=seed)

    def sampler(self, seed: int) -> Any:
        """Return a sampler."""
        samplers = require("optuna.samplers", _EXTRA)
        return samplers.NSGAIISampler(population_size=self.population_size, seed=seed)


class OptunaTPE(OptunaSearch):
    """Optuna's tree-structured Parzen estimator.

    Parameters
    ----------
    space : Space or ConfigSpace.ConfigurationSpace
    ladder : Ladder, default=FULL_ONLY
    seed : int, default=0
    """

    name = "optuna:tpe"

    def sampler(self, seed: int) -> Any:
        """Return a sampler."""
        return require("optuna.samplers", _EXTRA).TPESampler(seed=seed)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep Optuna from printing a line for each trial, and from warning of its own future."""
    logging = require("optuna.logging", _EXTRA)
    before = logging.get_verbosity()
    logging.set_verbosity(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", module="optuna")
            yield
    finally:
        logging.set_verbosity(before)
