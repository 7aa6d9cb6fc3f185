"""Optuna's samplers as optimizers."""

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
from autoskl.optimizers.options import check_count
from autoskl.optimizers.optuna_space import OptunaSpace
from autoskl.space.space import Space

_EXTRA = "optuna"


class OptunaSearch(Optimizer):
    """Base of optimizers that ask a sampler of Optuna.

    Each proposal uses a new study of all results so far, in the order asked, and a new sampler with
    its own seed. This makes proposals reproducible, which those of a persistent study are not if
    results arrive in another order. A failed trial gets the worst loss of the trials before it. All
    trials run at full fidelity.

    Parameters
    ----------
    space : Space or ConfigSpace.ConfigurationSpace
    ladder : Ladder, default=FULL_ONLY
    seed : int, default=0

    Raises
    ------
    TypeError
        If ``space`` or ``ladder`` is of another type.
    OptionalDependencyError
        If Optuna, or another package that it needs, is not installed.
    ValueError
        If another option is not valid; the message names it and says what is allowed.

    References
    ----------
    T. Akiba et al.: Optuna: A next-generation hyperparameter optimization framework. KDD 2019.
    """

    has_generations: ClassVar[bool] = False
    """Whether the sampler stores its state in the system attributes of each trial it is asked."""

    supports_categories: ClassVar[bool] = True
    """Whether the sampler supports categorical distributions."""

    def __init__(self, space: Space | Any, *, ladder: Ladder = FULL_ONLY, seed: int = 0) -> None:
        super().__init__(space, ladder=ladder, seed=seed)
        self.sampler(0)  # fails early without the packages it needs
        self._optuna_space = OptunaSpace(self.archive.view, categories=self.supports_categories)
        self._frozen_results: list[tuple[dict[str, Any], float]] = []
        self._frozen_trials: list[Any] = []

    @abstractmethod
    def sampler(self, seed: int) -> Any:
        """Return a new ``optuna.samplers.BaseSampler`` with a seed."""

    def suggest(self, rng: np.random.Generator, fidelity: Fidelity) -> Configuration:
        """Return the proposal of the sampler."""
        if not self._optuna_space.distributions:
            return self.space.sample(rng, 1)[0]
        with _silenced():
            self._update_frozen_trials()
            study = self._study(int(rng.integers(2**31)))
            self._add_pending(study)
            trial = study.ask(self._optuna_space.distributions)
        return self._optuna_space.configuration(trial.params)

    def _study(self, seed: int) -> Any:
        """Return a study of all results, with a new sampler."""
        study = require("optuna", _EXTRA).create_study(sampler=self.sampler(seed))
        study.add_trials(self._frozen_trials)
        return study

    def _update_frozen_trials(self) -> None:
        """Convert results to trials of Optuna, from the first result that has changed."""
        create = require("optuna.trial", _EXTRA).create_trial
        distributions = self._optuna_space.distributions
        results = self._results()
        pairs = zip(self._frozen_results, results, strict=False)
        n = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
        del self._frozen_trials[n:]
        for values, loss in results[n:]:
            attributes = self._next_system_attributes() if self.has_generations else {}
            self._frozen_trials.append(
                create(
                    params=values,
                    distributions=distributions,
                    value=loss,
                    system_attrs=attributes,
                )
            )
        self._frozen_results = results

    def _next_system_attributes(self) -> dict[str, Any]:
        """Return what the sampler stores with the trial after the finished ones."""
        study = self._study(derive_seed("marks", self.seed, len(self._frozen_trials)))
        study.ask(self._optuna_space.distributions)
        attributes: dict[str, Any] = study.trials[-1].system_attrs
        return attributes

    def _results(self) -> list[tuple[dict[str, Any], float]]:
        """Return parameters and loss of each result that Optuna can represent."""
        results = []
        worst = -math.inf
        for observation, row in self._observed_rows():
            worst = worst if observation.failed else max(worst, observation.loss)
            values = self._optuna_space.parameters(row)
            if values is not None and math.isfinite(worst):
                results.append((values, worst if observation.failed else observation.loss))
        return results

    def _observed_rows(self) -> Iterator[tuple[Observation, np.ndarray[Any, Any]]]:
        rows = self.archive.rows
        for observation in self.observations:
            yield observation, rows[observation.trial.number]

    def _add_pending(self, study: Any) -> None:
        """Add the pending trials, so that they are not proposed again."""
        module = require("optuna.trial", _EXTRA)
        for trial in self.pending:
            values = self._optuna_space.parameters(self.archive.rows[trial.number])
            if values is not None:
                study.add_trial(
                    module.create_trial(
                        state=module.TrialState.RUNNING,
                        params=values,
                        distributions=self._optuna_space.distributions,
                    )
                )


class OptunaGP(OptunaSearch):
    """Optuna's Gaussian process with log expected improvement; also requires torch.

    `SMAC` has its own Gaussian process, with other acquisition functions.

    Parameters
    ----------
    space : Space or ConfigSpace.ConfigurationSpace
    ladder : Ladder, default=FULL_ONLY
    seed : int, default=0

    Raises
    ------
    TypeError
        If ``space`` or ``ladder`` is of another type.
    OptionalDependencyError
        If Optuna, or another package that it needs, is not installed.
    ValueError
        If another option is not valid; the message names it and says what is allowed.
    """

    name = "optuna:gp"

    def sampler(self, seed: int) -> Any:
        """Return a sampler."""
        require("torch", "torch")
        return require("optuna.samplers", _EXTRA).GPSampler(seed=seed)


class OptunaCMAES(OptunaSearch):
    """Covariance matrix adaptation evolution strategy; choices are encoded as integers.

    Parameters
    ----------
    space : Space or ConfigSpace.ConfigurationSpace
    ladder : Ladder, default=FULL_ONLY
    seed : int, default=0

    Raises
    ------
    TypeError
        If ``space`` or ``ladder`` is of another type.
    OptionalDependencyError
        If Optuna, or another package that it needs, is not installed.
    ValueError
        If another option is not valid; the message names it and says what is allowed.

    References
    ----------
    N. Hansen, A. Ostermeier: Completely derandomized self-adaptation in evolution strategies.
    Evolutionary Computation 9, 2001.
    """

    name = "optuna:cma-es"
    has_generations = True
    supports_categories = False

    def sampler(self, seed: int) -> Any:
        """Return a sampler."""
        require("cmaes", _EXTRA)
        return require("optuna.samplers", _EXTRA).CmaEsSampler(seed=seed)


class OptunaNSGA2(OptunaSearch):
    """The genetic algorithm NSGA-II, here with the loss as its single objective.

    Parameters
    ----------
    space : Space or ConfigSpace.ConfigurationSpace
    ladder : Ladder, default=FULL_ONLY
    seed : int, default=0
    population_size : int, default=20
        At least 2.

    Raises
    ------
    TypeError
        If ``space`` or ``ladder`` is of another type.
    OptionalDependencyError
        If Optuna, or another package that it needs, is not installed.
    ValueError
        If another option is not valid; the message names it and says what is allowed.

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
        self.population_size = check_count("population_size", population_size, 2)
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

    Raises
    ------
    TypeError
        If ``space`` or ``ladder`` is of another type.
    OptionalDependencyError
        If Optuna, or another package that it needs, is not installed.
    ValueError
        If another option is not valid; the message names it and says what is allowed.
    """

    name = "optuna:tpe"

    def sampler(self, seed: int) -> Any:
        """Return a sampler."""
        return require("optuna.samplers", _EXTRA).TPESampler(seed=seed)


@contextmanager
def _silenced() -> Iterator[None]:
    """Suppress Optuna's log line for each trial, and warnings about its experimental features."""
    logging = require("optuna.logging", _EXTRA)
    before = logging.get_verbosity()
    logging.set_verbosity(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", module="optuna")
            yield
    finally:
        logging.set_verbosity(before)
