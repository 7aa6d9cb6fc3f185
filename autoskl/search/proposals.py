"""Proposals of configurations: from the portfolio first, then from the optimizer."""

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
    """A configuration and fidelity that an optimizer proposes.

    Attributes
    ----------
    configuration : Configuration
    fidelity : Fidelity
        On the optimizer's ladder.
    origin : str
        What proposed the configuration.
    continues : bool
        Whether the configuration has been tried at a lower fidelity.
    """

    configuration: Configuration
    fidelity: Fidelity
    origin: str
    continues: bool


class Proposals:
    """The optimizer with the portfolio in its queue, and its trials matched to those of the search.

    Parameters
    ----------
    portfolio : PortfolioQueue
        Queue of the same optimizer.
    optimizer : Optimizer
    name : str
        Name of the optimizer, which is the origin of its trials.
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
        self._fidelities: dict[Key, Fidelity] = {}
        self._reported: dict[int, tuple[float, int]] = {}

    @property
    def portfolio_left(self) -> bool:
        """Whether any members of the portfolio have not been tried yet."""
        return bool(self._portfolio)

    @property
    def promotes(self) -> bool:
        """Whether the optimizer promotes trials to higher fidelities."""
        return len(self._optimizer.ladder.rungs) > 1

    @property
    def promotes_folds(self) -> bool:
        """Whether its ladder consists of folds, so that it chooses the folds of each trial."""
        return self._optimizer.ladder.rungs[0].fidelity.folds < 1

    def ask(self, *, may_start: bool = True) -> Proposal | None:
        """Return the next proposal, or None when the space is exhausted.

        Parameters
        ----------
        may_start : bool, default=True
            Whether it may be a new configuration.
        """
        if may_start:
            self._portfolio.arrange()
        trial = self._optimizer.ask() if may_start else self._optimizer.ask_promotion()
        if trial is None or (trial.configuration, trial.fidelity) in self._trials:
            return None
        continues = trial.configuration in self._started
        self._note(trial)
        is_member = self._portfolio.has_asked(trial.configuration)
        origin = "portfolio" if is_member else self._name
        return Proposal(trial.configuration, trial.fidelity, origin, continues)

    def insert(self, configuration: Configuration, origin: str) -> Proposal:
        """Have the optimizer propose a given configuration now, before those in its queue.

        Parameters
        ----------
        configuration : Configuration
        origin : str
            Origin of the trial that it was derived from.
        """
        self._optimizer.enqueue([configuration], first=True)
        trial = self._optimizer.ask()
        self._note(trial)
        return Proposal(trial.configuration, trial.fidelity, origin, continues=False)

    def restore(self, earlier: Iterable[Trial]) -> None:
        """Register trials that were asked by an earlier session of the search.

        On a ladder of folds, which rungs they reached is found out when the optimizer proposes them
        again.

        Parameters
        ----------
        earlier : iterable of Trial
            In the order in which they were asked.
        """
        asked = dict.fromkeys((trial.configuration, self._rung(trial)) for trial in earlier)
        for configuration, _ in asked:
            self._portfolio.expect(configuration)
        first = self._optimizer.n_earlier
        trials = [Trial(number, *key) for number, key in enumerate(asked, first)]
        self._optimizer.restore(trials, ())
        for trial in trials:
            self._note(trial)

    def _rung(self, trial: Trial) -> Fidelity:
        """Return the fidelity of the optimizer's ladder at which a trial was asked."""
        rungs = [rung.fidelity for rung in self._optimizer.ladder.rungs]
        is_certain = not self.promotes_folds and trial.fidelity in rungs
        return trial.fidelity if is_certain else rungs[0]

    def note_fidelity(self, proposal: Proposal, fidelity: Fidelity) -> None:
        """Record the fidelity at which a proposal is run, lower where memory is short."""
        self._fidelities[proposal.configuration, proposal.fidelity] = fidelity

    def _note(self, trial: Trial) -> None:
        self._trials[trial.configuration, trial.fidelity] = trial
        self._started.add(trial.configuration)
        self._portfolio.note(trial.configuration)

    def folds(self, fidelity: Fidelity) -> Sequence[int]:
        """Return the folds of a trial at a fidelity of a ladder of folds."""
        folds = self._core_folds()
        return folds[: round(fidelity.folds * len(folds))]

    def tell(self, records: Sequence[TrialRecord]) -> None:
        """Tell the optimizer the losses that have changed."""
        if self.promotes_folds:
            self._tell_folds(records)
        elif self.promotes:
            self._tell_shares(records)
        else:
            top = self._optimizer.ladder.top
            for standing in standings(records):
                asked = self._trials.get((standing.record.trial.configuration, top))
                if asked is not None:
                    self._tell_record(asked, standing.record, standing.loss)

    def give_up(self, configuration: Configuration) -> None:
        """Tell the optimizer that the pending trials of a configuration have failed.

        Otherwise it would never promote others of that rung.
        """
        for asked in self._optimizer.pending:
            if asked.configuration == configuration:
                self._optimizer.tell(asked, math.inf, failed=True)

    def _tell_record(self, asked: Trial, record: TrialRecord, loss: float) -> None:
        """Tell the loss of a trial if it has changed.

        For a trial with few folds it is an estimate on all of them, by the paired difference to the
        incumbent, so that easy folds do not look like good configurations.
        """
        report = (loss, len(record.folds))
        if not record.folds or self._reported.get(asked.number) == report:
            return
        self._reported[asked.number] = report
        failed = not record.ok_folds
        self._optimizer.tell(asked, loss, seconds=_seconds_of_fold(record), failed=failed)

    def _tell_shares(self, records: Sequence[TrialRecord]) -> None:
        """Tell the loss of each trial at its rung; at full fidelity further folds may change it."""
        known = {(record.trial.configuration, record.trial.fidelity): record for record in records}
        in_full = [record for record in records if record.trial.fidelity.is_full]
        paired = paired_losses(in_full)
        for (configuration, fidelity), asked in self._trials.items():
            run = self._fidelities.get((configuration, fidelity), fidelity)
            record = known.get((configuration, run))
            if record is not None:
                loss = paired.get(record.trial.number, record.loss())
                self._tell_record(asked, record, loss)

    def _tell_folds(self, records: Sequence[TrialRecord]) -> None:
        """Tell the loss of the trials that have all folds of their rung, on just these folds."""
        known = {record.trial.configuration: record for record in records}
        for asked in self._optimizer.pending:
            record = known.get(asked.configuration)
            folds = self.folds(asked.fidelity)
            if record is None or not (record.failed or all(f in record.folds for f in folds)):
                continue
            # Infinite, which counts as a failure, when one of the folds failed.
            self._optimizer.tell(asked, record.loss(folds), seconds=_seconds_of_fold(record))


def _seconds_of_fold(record: TrialRecord) -> float:
    seconds = sum(r.fit_seconds + r.predict_seconds for r in record.folds.values())
    return seconds / len(record.folds)
