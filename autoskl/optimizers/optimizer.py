"""The contract of all optimizers: ask for a trial, tell its result."""

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
from autoskl.optimizers.enumeration import unseen
from autoskl.optimizers.observation import Observation, observe
from autoskl.space.space import Space

_ATTEMPTS = 8


class Optimizer(ABC):
    """Proposes trials one by one and learns from what it is told.

    Proposals depend on nothing but the arguments here, what was enqueued, the trials asked and the
    results told: each has a random generator of its own, derived from the seed and the number of
    the trial, and results are seen in the order in which their trials were asked. Hence the same
    results give the same proposals, in whatever order they arrive, and a search can be resumed.

    Parameters
    ----------
    space : Space or ConfigSpace.ConfigurationSpace
        What to search.
    ladder : Ladder, default=FULL_ONLY
        Fidelities at which trials may run, the cheapest first.
    seed : int, default=0
        Another seed gives other proposals.

    Attributes
    ----------
    exhausted : bool
        Whether the last configuration asked was a repetition, because none was left.
    n_earlier : int
        Trials of an earlier search, which come first in `trials` and were not asked here.
    """

    name: ClassVar[str] = ""
    climbs: ClassVar[bool] = False
    """Whether trials start at low fidelities and the best are continued at higher ones."""

    def __init__(self, space: Space | Any, *, ladder: Ladder = FULL_ONLY, seed: int = 0) -> None:
        self.space = as_space(space)
        self.ladder = ladder
        self.seed = seed
        self.exhausted = False
        self.archive = Archive(self.space, ladder)
        self.n_earlier = 0
        self._repeatable: set[Configuration] = set()
        self._queue: deque[Configuration] = deque()

    def ask(self) -> Trial:
        """Return the next trial to run; never blocks, however many results are missing."""
        rng = generator("optimizer", self.seed, len(self.archive))
        return self._trial(*self.propose(rng))

    def ask_to_continue(self) -> Trial | None:
        """Return a trial that continues an earlier one at a higher fidelity, None if none is due.

        For searches that may start nothing new.
        """
        climber = self.climb()
        return None if climber is None else self._trial(*climber)

    def tell(
        self, trial: Trial, loss: float, *, seconds: float = 0.0, failed: bool = False
    ) -> None:
        """Take in the result of a trial.

        Parameters
        ----------
        trial : Trial
            One that was asked. A later result of the same trial replaces the earlier.
        loss : float
            To be minimised; one that is not finite counts as a failure.
        seconds : float, default=0.0
            What the trial took, for optimizers that weigh gain against cost.
        failed : bool, default=False
            Whether nothing usable came of it; ``loss`` is then ignored.

        Raises
        ------
        ValueError
            When the trial was not asked of this optimizer.
        """
        known = self.archive[trial.number] if trial.number < len(self.archive) else None
        if known is None or known.configuration != trial.configuration:
            raise ValueError(
                f"Trial {trial.number} was not asked of this optimizer. Tell only trials that "
                "`ask` returned, or bring earlier ones in with `restore`."
            )
        self.archive.tell(observe(known, loss, seconds, failed))

    def enqueue(
        self, configurations: Iterable[Mapping[str, Value]], *, first: bool = False
    ) -> None:
        """Have these configurations tried before any of the optimizer's own, in this order.

        Parameters
        ----------
        configurations : iterable of mapping of str to value
        first : bool, default=False
            Whether they are tried before those that were enqueued earlier, and not after.

        Raises
        ------
        ValueError
            When one is not legal in the space; the message names the hyperparameter.
        """
        added = [Configuration(values) for values in configurations]
        for configuration in added:
            self.space.validate(configuration)
        if first:
            self._queue.extendleft(reversed(added))
        else:
            self._queue.extend(added)

    def prefer(
        self, configuration: Configuration, *, instead_of: Configuration | None = None
    ) -> None:
        """Have a configuration tried before the others that are enqueued.

        Parameters
        ----------
        configuration : Configuration
            Nothing is changed where it, or what it replaces, is not enqueued.
        instead_of : Configuration, default=None
            Enqueued, and not tried then.

        Raises
        ------
        ValueError
            When it is not legal in the space; the message names the hyperparameter.
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
        """Continue an earlier search from the trials that it asked and the results it was told.

        The optimizer must be new, built with the same arguments, and have the same configurations
        enqueued; it then goes on exactly as the earlier one would have.

        Parameters
        ----------
        trials : iterable of Trial
            Numbered from 0, or from `n_earlier`.
        observations : iterable of Observation
            Of these trials.
        earlier : bool, default=False
            Whether they belong to another search, from which only knowledge is taken: what was
            asked there is asked once more where it is enqueued, and a search begun since can be
            restored on top.

        Raises
        ------
        ValueError
            When this optimizer was asked already, or the trials are numbered otherwise.
        """
        trials = tuple(trials)
        first = len(self.archive)
        if first > self.n_earlier or (earlier and first):
            raise ValueError("restore needs a new optimizer; this one was asked already.")
        if earlier:
            self.n_earlier = len(trials)
        for number, trial in enumerate(trials, first):
            if trial.number != number:
                raise ValueError(
                    f"Trials to restore must be numbered {first}, {first + 1}, ... Got "
                    f"{trial.number} in the place of {number}."
                )
            if trial.configuration in self._queue:
                self._queue.remove(trial.configuration)
            self.asked(trial)
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
        """The first of those enqueued that is still to be tried; None when there is none."""
        while self._queue and self._is_used(self._queue[0]):
            self._queue.popleft()
        return self._queue[0] if self._queue else None

    @property
    def trials(self) -> tuple[Trial, ...]:
        """Trials asked so far; ``trials[i].number == i``."""
        return self.archive.trials

    @property
    def observations(self) -> tuple[Observation, ...]:
        """Latest result of each trial that has one, in the order asked."""
        return self.archive.observations

    @property
    def pending(self) -> tuple[Trial, ...]:
        """Trials without a result, in the order asked."""
        return self.archive.pending

    @abstractmethod
    def suggest(self, rng: np.random.Generator, fidelity: Fidelity) -> Configuration:
        """Return a configuration worth trying at a fidelity; it need not be a new one."""

    def propose(self, rng: np.random.Generator) -> tuple[Configuration, Fidelity]:
        """Return what to try next, and at which fidelity: by default something new, in full."""
        return self.fresh(rng, self.ladder.top), self.ladder.top

    def climb(self) -> tuple[Configuration, Fidelity] | None:
        """Return what is to be continued, and at which fidelity; None if there is nothing."""
        return None

    def fresh(self, rng: np.random.Generator, fidelity: Fidelity) -> Configuration:
        """Return a configuration never tried before: enqueued, suggested, or any that is left."""
        if self.next_queued is not None:
            return self._queue.popleft()
        for _ in range(_ATTEMPTS):
            configuration = self.suggest(rng, fidelity)
            if configuration not in self.archive.seen:
                return configuration
        other = unseen(self.space, self.archive.seen, rng)
        self.exhausted = other is None
        return configuration if other is None else other

    def asked(self, trial: Trial) -> None:
        """Note that a trial was asked or restored; schedules keep book here too."""
        self.archive.ask(trial)
        self._repeatable.discard(trial.configuration)

    def _is_used(self, configuration: Configuration) -> bool:
        """Whether a configuration that is enqueued need not be asked any more."""
        return configuration in self.archive.seen and configuration not in self._repeatable

    def _trial(self, configuration: Configuration, fidelity: Fidelity) -> Trial:
        trial = Trial(len(self.archive), configuration, fidelity, self.name)
        self.asked(trial)
        return trial


def as_space(space: Space | Any) -> Space:
    """Return a space of autoskl's own, converted from ConfigSpace where needed."""
    if isinstance(space, Space):
        return space
    from autoskl.space.configspace import from_configspace

    return from_configspace(space)
