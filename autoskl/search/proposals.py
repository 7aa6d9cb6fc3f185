"""Where configurations come from: the portfolio first, then the optimizer."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from autoskl.core.configuration import Configuration
from autoskl.core.fidelity import Fidelity
from autoskl.core.trial import Trial
from autoskl.history.ranking import paired_losses
from autoskl.history.trial_record import TrialRecord
from autoskl.optimizers.optimizer import Optimizer
from autoskl.search.portfolio_queue import PortfolioQueue
from autoskl.search.standings import standings

Key = tuple[Configuration, Fidelity]


@dataclass(frozen=True, slots=True)
class Proposal:
    """What an optimizer asks for.

    Attributes
    ----------
    configuration : Configuration
    fidelity : Fidelity
        On the optimizer's ladder.
    origin : str
        Who proposed the configuration.
    continues : bool
        Whether the configuration has been tried at a lower fidelity.
    """

    configuration: Configuration
    fidelity: Fidelity
    origin: str
    continues: bool


class Proposals:
    """The optimizer with the portfolio in its queue, in the numbering of the search.

    Parameters
    ----------
    portfolio : PortfolioQueue
        Of the same optimizer.
    optimizer : Optimizer
    name : str
        Name of the optimizer, told as the origin of its trials.
    core_folds : callable
        Returns the folds of a complete trial, in the order in which they are fitted.
    """

    def __init__(
        self,
        portfolio: PortfolioQueue,
        optimizer: Optimizer,
        name: str,
        core_folds: Callable[[], Sequence[int]],
    ) -> None:
        self._portfolio = portfolio
        self._optimizer = optimizer
        self._name = name
        self._core_folds = core_folds
        self._started: set[Configuration] = set()
        self._trials: dict[Key, Trial] = {}
        self._runs_at: dict[Key, Fidelity] = {}
        self._told: dict[int, tuple[float, int]] = {}

    @property
    def portfolio_left(self) -> bool:
        """Whether members of the portfolio have not been tried yet."""
        return bool(self._portfolio)

    @property
    def climbs(self) -> bool:
        """Whether the optimizer decides which trials are continued at higher fidelities."""
        return len(self._optimizer.ladder.rungs) > 1

    @property
    def climbs_folds(self) -> bool:
        """Whether its ladder are folds, so that it decides which ones each trial gets."""
        return self._optimizer.ladder.rungs[0].fidelity.folds < 1

    def ask(self, *, may_start: bool = True) -> Proposal | None:
        """Return what the optimizer asks for, or None when all points are used.

        Parameters
        ----------
        may_start : bool, default=True
            Whether it may be a new configuration.
        """
        if may_start:
            self._portfolio.arrange()
        trial = self._optimizer.ask() if may_start else self._optimizer.ask_to_continue()
        if trial is None or (trial.configuration, trial.fidelity) in self._trials:
            return None
        continues = trial.configuration in self._started
        self._note(trial)
        is_member = self._portfolio.has_asked(trial.configuration)
        origin = "portfolio" if is_member else self._name
        return Proposal(trial.configuration, trial.fidelity, origin, continues)

    def insert(self, configuration: Configuration, origin: str) -> Proposal:
        """Have the optimizer ask for a configuration now, before those in its queue.

        Parameters
        ----------
        configuration : Configuration
        origin : str
            Who proposed what it was made from.
        """
        self._optimizer.enqueue([configuration], first=True)
        trial = self._optimizer.ask()
        self._note(trial)
        return Proposal(trial.configuration, trial.fidelity, origin, continues=False)

    def restore(self, configurations: Iterable[Configuration]) -> None:
        """Take these as asked before anything else, by an earlier session of the search.

        What they reached on a ladder is found out when the optimizer asks for it again.
        """
        configurations = list(configurations)
        for configuration in configurations:
            self._portfolio.expect(configuration)
        lowest = self._optimizer.ladder.rungs[0].fidelity
        first = self._optimizer.n_earlier
        trials = [Trial(i, c, lowest) for i, c in enumerate(configurations, first)]
        self._optimizer.restore(trials, ())
        for trial in trials:
            self._note(trial)

    def runs_at(self, proposal: Proposal, fidelity: Fidelity) -> None:
        """Note at which fidelity the search runs a proposal, lower where memory is short."""
        self._runs_at[proposal.configuration, proposal.fidelity] = fidelity

    def _note(self, trial: Trial) -> None:
        self._trials[trial.configuration, trial.fidelity] = trial
        self._started.add(trial.configuration)
        self._portfolio.note(trial.configuration)

    def folds(self, fidelity: Fidelity) -> Sequence[int]:
        """Return the folds that a trial has at a fidelity of a ladder of folds."""
        folds = self._core_folds()
        return folds[: round(fidelity.folds * len(folds))]

    def tell(self, records: Sequence[TrialRecord]) -> None:
        """Tell the optimizer what has changed."""
        if self.climbs_folds:
            self._tell_folds(records)
        elif self.climbs:
            self._tell_shares(records)
        else:
            top = self._optimizer.ladder.top
            for standing in standings(records):
                asked = self._trials.get((standing.record.trial.configuration, top))
                if asked is not None:
                    self._tell_record(asked, standing.record, standing.loss)

    def give_up(self, configuration: Configuration) -> None:
        """Tell the optimizer that what it waits for of a configuration will not come.

        It would never let others of that rung climb otherwise.
        """
        for asked in self._optimizer.pending:
            if asked.configuration == configuration:
                self._optimizer.tell(asked, math.inf, failed=True)

    def _tell_record(self, asked: Trial, record: TrialRecord, loss: float) -> None:
        """Tell the loss of a trial.

        A trial with few folds is told the loss that it would have on all of them, by its paired
        difference to the incumbent, so that easy folds do not look like good configurations.
        """
        news = (loss, len(record.folds))
        if not record.folds or self._told.get(asked.number) == news:
            return
        self._told[asked.number] = news
        failed = not record.ok_folds
        self._optimizer.tell(asked, loss, seconds=_seconds_of_fold(record), failed=failed)

    def _tell_shares(self, records: Sequence[TrialRecord]) -> None:
        """Tell each trial its loss at its own rung; in full, further folds may change it."""
        known = {(record.trial.configuration, record.trial.fidelity): record for record in records}
        in_full = [record for record in records if record.trial.fidelity.is_full]
        paired = paired_losses(in_full)
        for (configuration, fidelity), asked in self._trials.items():
            run = self._runs_at.get((configuration, fidelity), fidelity)
            record = known.get((configuration, run))
            if record is not None:
                loss = paired.get(record.trial.number, record.loss())
                self._tell_record(asked, record, loss)

    def _tell_folds(self, records: Sequence[TrialRecord]) -> None:
        """Tell the trials whose folds are complete, each on just those of its rung."""
        known = {record.trial.configuration: record for record in records}
        for asked in self._optimizer.pending:
            record = known.get(asked.configuration)
            folds = self.folds(asked.fidelity)
            if record is None or not (record.failed or all(f in record.folds for f in folds)):
                continue
            # Infinite, and so a failure, when one of the folds failed.
            self._optimizer.tell(asked, record.loss(folds), seconds=_seconds_of_fold(record))


def _seconds_of_fold(record: TrialRecord) -> float:
    seconds = sum(r.fit_seconds + r.predict_seconds for r in record.folds.values())
    return seconds / len(record.folds)
