"""Where configurations come from: the portfolio first, then the optimizer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from autoskl.core.configuration import Configuration
from autoskl.core.trial import Trial
from autoskl.history.trial_record import TrialRecord
from autoskl.optimizers.optimizer import Optimizer
from autoskl.search.standings import standings


class Proposals:
    """The optimizer with the portfolio in its queue, in the numbering of the search.

    Parameters
    ----------
    portfolio : iterable of Configuration
        Tried first, in this order.
    optimizer : Optimizer
    name : str
        Name of the optimizer, told as the origin of its trials.
    """

    def __init__(self, portfolio: Iterable[Configuration], optimizer: Optimizer, name: str) -> None:
        queue = list(portfolio)
        self._optimizer = optimizer
        self._optimizer.enqueue(queue)
        self._name = name
        self._queued = frozenset(queue)
        self._waiting = set(queue)
        self._trials: dict[Configuration, Trial] = {}
        self._told: dict[int, tuple[float, int]] = {}

    @property
    def portfolio_left(self) -> bool:
        """Whether members of the portfolio have not been tried yet."""
        return bool(self._waiting)

    def ask(self) -> tuple[Configuration, str] | None:
        """Return the next configuration and who proposed it, or None when all points are used."""
        trial = self._optimizer.ask()
        if trial.configuration in self._trials:
            return None
        origin = "portfolio" if trial.configuration in self._queued else self._name
        self._note(trial)
        return trial.configuration, origin

    def restore(self, configurations: Iterable[Configuration]) -> None:
        """Take these as asked before anything else, by an earlier session of the search."""
        top = self._optimizer.ladder.top
        trials = [Trial(i, c, top) for i, c in enumerate(configurations)]
        self._optimizer.restore(trials, ())
        for trial in trials:
            self._note(trial)

    def _note(self, trial: Trial) -> None:
        self._trials[trial.configuration] = trial
        self._waiting.discard(trial.configuration)

    def tell(self, records: Sequence[TrialRecord]) -> None:
        """Tell the optimizer what has changed.

        A trial with few folds is told the loss that it would have on all of them, by its paired
        difference to the incumbent, so that easy folds do not look like good configurations.
        """
        for standing in standings(records):
            record = standing.record
            asked = self._trials.get(record.trial.configuration)
            news = (standing.loss, len(record.folds))
            number = record.trial.number
            if asked is None or not record.folds or self._told.get(number) == news:
                continue
            self._told[number] = news
            failed = not record.ok_folds
            seconds = sum(r.fit_seconds + r.predict_seconds for r in record.folds.values())
            self._optimizer.tell(
                asked,
                standing.loss,
                seconds=seconds / len(record.folds),
                failed=failed,
            )
