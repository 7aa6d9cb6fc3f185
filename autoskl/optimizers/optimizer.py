"""The ask/tell interface of all optimizers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

import numpy as np

from autoskl.core.configuration import Configuration, Value
from autoskl.core.fidelity import FULL_ONLY, Fidelity, Ladder
from autoskl.core.seeds import generator
from autoskl.core.trial import Trial
from autoskl.optimizers.archive import Archive
from autoskl.optimizers.enumeration import find_unseen
from autoskl.optimizers.observation import Observation, observe
from autoskl.optimizers.options import check_integer, check_number
from autoskl.space.space import Space

_N_SUGGESTIONS = 8
"""Suggestions tried for each proposal before the space is searched for unseen configurations."""


class Optimizer(ABC):
    """Proposes trials one by one and learns from their results.

    Proposals depend only on the constructor arguments, the enqueued configurations, the trials
    asked and the results told: each proposal has its own random generator, derived from the seed
    and the trial number, and results are processed in the order in which their trials were asked.
    Hence the same results lead to the same proposals in whatever order they arrive, and a search
    can be resumed.

    Parameters
    ----------
    space : Space or ConfigSpace.ConfigurationSpace
        The space to search.
    ladder : Ladder, default=FULL_ONLY
        Fidelities at which trials may run, cheapest first.
    seed : int, default=0
        Seed of the random generators.

    Attributes
    ----------
    exhausted : bool
        Whether the last trial asked was a repetition because no new configuration was left. A
        promotion is no repetition.
    n_earlier : int
        Number of trials of an earlier search; these come first in `trials`.

    Raises
    ------
    TypeError
        If ``space`` or ``ladder`` is of another type.
    ValueError
        If another option is not valid; the message names it and says what is allowed.
    """

    name: ClassVar[str] = ""
    is_multi_fidelity: ClassVar[bool] = False
    """Whether trials start at low fidelities and the best are promoted to higher ones."""

    def __init__(self, space: Space | Any, *, ladder: Ladder = FULL_ONLY, seed: int = 0) -> None:
        self.space = as_space(space)
        if not isinstance(ladder, Ladder):
            raise TypeError(
                "ladder must be a Ladder, such as autoskl.core.fidelity.geometric_ladder returns. "
                f"Got {ladder!r}."
            )
        self.ladder = ladder
        self.seed = check_integer("seed", seed)
        self.exhausted = False
        self.archive = Archive(self.space, ladder)
        self.n_earlier = 0
        self._repeatable: set[Configuration] = set()
        self._queue: deque[Configuration] = deque()

    def ask(self) -> Trial:
        """Return the next trial to run; never waits for missing results."""
        rng = generator("optimizer", self.seed, len(self.archive))
        self.exhausted = False
        return self._trial(*self.propose(rng))

    def ask_promotion(self) -> Trial | None:
        """Return a trial that continues an earlier one at a higher fidelity, None if none is due.

        For searches that must not start new configurations any more.
        """
        promoted = self.promote()
        if promoted is None:
            return None
        self.exhausted = False
        return self._trial(*promoted)

    def tell(
        self, trial: Trial, loss: float, *, seconds: float = 0.0, failed: bool = False
    ) -> None:
        """Add the result of a trial.

        Parameters
        ----------
        trial : Trial
            A trial returned by `ask`. A later result of the same trial replaces an earlier one.
        loss : float
            To be minimised; a loss that is not finite counts as a failure.
        seconds : float, default=0.0
            Duration of the trial, for optimizers that weigh improvement against cost; 0 when
            unknown.
        failed : bool, default=False
            Whether the trial failed; ``loss`` is then ignored.

        Raises
        ------
        ValueError
            If the trial was not asked by this optimizer at this fidelity, or if ``seconds`` is
            negative or not finite.
        """
        known = self.archive[trial.number] if 0 <= trial.number < len(self.archive) else None
        if known is None or known.configuration != trial.configuration:
            raise ValueError(
                f"Trial {trial.number} was not asked by this optimizer. Tell it only results of "
                "trials that `ask` returned; add those of an earlier search with `restore`."
            )
        if known.fidelity != trial.fidelity:
            raise ValueError(
                f"Trial {trial.number} was asked at {known.fidelity}, not at {trial.fidelity}. "
                "Tell the trial that `ask` returned."
            )
        self.archive.tell(observe(known, loss, check_number("seconds", seconds), failed))

    def enqueue(
        self, configurations: Iterable[Mapping[str, Value]], *, first: bool = False
    ) -> None:
        """Propose these configurations, in this order, before any of the optimizer's own.

        Parameters
        ----------
        configurations : iterable of mapping of str to value
        first : bool, default=False
            Whether to put them before those that are enqueued already, instead of after them.

        Raises
        ------
        TypeError
            If it is a single configuration, or one of them is not a mapping.
        ValueError
            If one is invalid; the message names the hyperparameter.
        """
        added = as_configurations(configurations)
        for configuration in added:
            self.space.validate(configuration)
        if first:
            self._queue.extendleft(reversed(added))
        else:
            self._queue.extend(added)

    def prefer(
        self, configuration: Configuration, *, instead_of: Configuration | None = None
    ) -> None:
        """Move a configuration to the front of the queue.

        Parameters
        ----------
        configuration : Configuration
            Nothing changes if it, or the configuration that it replaces, is not enqueued.
        instead_of : Configuration, default=None
            Enqueued configuration to replace.

        Raises
        ------
        ValueError
            If it is invalid; the message names the hyperparameter.
        """
        queued = configuration if instead_of is None else instead_of
        if queued in self._queue:
            self.space.validate(configuration)
            self._queue.remove(queued)
            self._queue.appendleft(configuration)

    def restore(
        self,
        trials: Iterable[Trial],
        observations: Iterable[Observation],
        *,
        earlier: bool = False,
    ) -> None:
        """Restore the trials and results of an earlier search.

        The optimizer must be new, made with the same arguments, and have the same configurations
        enqueued; it then continues exactly as the earlier one would have.

        Parameters
        ----------
        trials : iterable of Trial
            Numbered from 0, or from `n_earlier`.
        observations : iterable of Observation
            Results of these trials.
        earlier : bool, default=False
            Whether they belong to another search, so that the optimizer only learns from them:
            their configurations are asked again if enqueued, and a search started since can be
            restored on top.

        Raises
        ------
        ValueError
            If this optimizer has been asked for trials already, the trials are not numbered
            consecutively, or the fidelity of one is not on the ladder.
        """
        trials = tuple(trials)
        first = len(self.archive)
        if first > self.n_earlier or (earlier and first):
            raise ValueError(
                "restore needs a new optimizer, but this one has been asked for trials already."
            )
        if earlier:
            self.n_earlier = len(trials)
        fidelities = {rung.fidelity for rung in self.ladder.rungs}
        for number, trial in enumerate(trials, first):
            if trial.number != number:
                raise ValueError(
                    f"Trials to restore must be numbered {first}, {first + 1}, ... Got "
                    f"{trial.number} instead of {number}."
                )
            if trial.fidelity not in fidelities:
                raise ValueError(
                    f"Trial {number} ran at {trial.fidelity}, which is not on the ladder of this "
                    "optimizer. Make the optimizer with the ladder of the earlier search."
                )
            if trial.configuration in self._queue:
                self._queue.remove(trial.configuration)
            self.on_ask(trial)
        if earlier:
            self._repeatable = set(self.archive.seen)
        for observation in observations:
            self.tell(
                observation.trial,
                observation.loss,
                seconds=observation.seconds,
                failed=observation.failed,
            )

    @property
    def next_queued(self) -> Configuration | None:
        """The first enqueued configuration that has not been asked yet; None if there is none."""
        while self._queue and self._is_used(self._queue[0]):
            self._queue.popleft()
        return self._queue[0] if self._queue else None

    @property
    def trials(self) -> tuple[Trial, ...]:
        """Trials asked so far, so that ``trials[i].number == i``."""
        return self.archive.trials

    @property
    def observations(self) -> tuple[Observation, ...]:
        """Latest result of each finished trial, in the order asked."""
        return self.archive.observations

    @property
    def pending(self) -> tuple[Trial, ...]:
        """Trials without a result, in the order asked."""
        return self.archive.pending

    @abstractmethod
    def suggest(self, rng: np.random.Generator, fidelity: Fidelity) -> Configuration:
        """Return a promising configuration for a fidelity; it need not be new."""

    def propose(self, rng: np.random.Generator) -> tuple[Configuration, Fidelity]:
        """Return the next configuration and its fidelity: by default a new one, at the top."""
        return self.new_configuration(rng, self.ladder.top), self.ladder.top

    def promote(self) -> tuple[Configuration, Fidelity] | None:
        """Return the configuration to promote and its new fidelity; None if there is none."""
        return None

    def new_configuration(self, rng: np.random.Generator, fidelity: Fidelity) -> Configuration:
        """Return a configuration never tried before: enqueued, suggested, or any unseen one."""
        if self.next_queued is not None:
            return self._queue.popleft()
        for _ in range(_N_SUGGESTIONS):
            configuration = self.suggest(rng, fidelity)
            if configuration not in self.archive.seen:
                return configuration
        other = find_unseen(self.space, self.archive.seen, rng)
        self.exhausted = other is None
        return configuration if other is None else other

    def on_ask(self, trial: Trial) -> None:
        """Record a trial that was asked or restored; subclasses update their schedules here."""
        self.archive.ask(trial)
        self._repeatable.discard(trial.configuration)

    def _is_used(self, configuration: Configuration) -> bool:
        """Return whether an enqueued configuration need not be asked any more."""
        return configuration in self.archive.seen and configuration not in self._repeatable

    def _trial(self, configuration: Configuration, fidelity: Fidelity) -> Trial:
        trial = Trial(len(self.archive), configuration, fidelity, self.name)
        self.on_ask(trial)
        return trial


def as_configurations(configurations: Iterable[Mapping[str, Value]]) -> list[Configuration]:
    """Return mappings as configurations; TypeError for a single one, or for other types."""
    if isinstance(configurations, Mapping):
        raise TypeError(
            "enqueue takes a list of configurations, but this is a single one: "
            f"{dict(configurations)!r}. Write enqueue([configuration])."
        )
    added = []
    for values in configurations:
        if not isinstance(values, Mapping):
            raise TypeError(
                "A configuration must be a mapping of names of hyperparameters to values. "
                f"Got {values!r}."
            )
        added.append(Configuration(values))
    return added


def as_space(space: Space | Any) -> Space:
    """Return a `Space`, converted from ConfigSpace if necessary.

    Raises
    ------
    TypeError
        If it is neither.
    ValueError
        If it is a space of ConfigSpace that cannot be represented.
    """
    if isinstance(space, Space):
        return space
    if not hasattr(space, "forbidden_clauses"):  # of a space of ConfigSpace, which may be missing
        raise TypeError(
            "space must be a Space, such as autoskl.space.space_of and autoskl.default_space "
            f"return, or a ConfigurationSpace of the package ConfigSpace. Got {space!r}."
        )
    from autoskl.space.configspace import from_configspace

    return from_configspace(space)
