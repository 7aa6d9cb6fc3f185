"""From what the optimizer asks for to units of work."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Collection, Sequence

from autoskl.core.configuration import Configuration
from autoskl.core.fidelity import Fidelity
from autoskl.core.trial import Trial, Unit
from autoskl.history.trial_record import TrialRecord
from autoskl.pipelines.epochs import has_epochs
from autoskl.search.longer_training import lengthened
from autoskl.search.plan import Plan
from autoskl.search.promotion import last_call, next_promotion
from autoskl.search.proposals import Proposal
from autoskl.search.standings import incumbent_of, standings

_CLOSING_SHARE = 0.85
"""From this share of the time on, an optimizer that promotes folds leaves them to racing."""

_LONGER_SHARE = 0.5
"""Share of the core-seconds left that longer training of the leader may take."""

_LAST_SHARE = 0.8
"""Share of the seconds left in which it must be done, however many workers there are."""


class Asking:
    """Starts the trials that the optimizer asks for, and continues those that it lets climb.

    Parameters
    ----------
    plan : Plan
    start : callable
        From a configuration, a fidelity and an origin to a new trial, noted by the search.
    """

    def __init__(self, plan: Plan, start: Callable[[Configuration, Fidelity, str], Trial]) -> None:
        self._plan = plan
        self._start = start
        self._due: deque[Unit] = deque()

    @property
    def racing_rests(self) -> bool:
        """Whether the optimizer decides which folds are run, until little time is left."""
        plan = self._plan
        return plan.proposals.climbs_folds and plan.allowance.share_used() < _CLOSING_SHARE

    def first_trial(self) -> Trial | None:
        """Return the first trial of all, to be run by other means."""
        proposal = self._plan.proposals.ask()
        return None if proposal is None else self._new_trial(proposal)

    def due(self) -> Unit | None:
        """Return a unit of a trial whose first unit was handed out already."""
        return self._due.popleft() if self._due else None

    def promotion(self, records: Sequence[TrialRecord], number: int) -> Unit | None:
        """Return a trial on a higher rung; an optimizer that climbs leaves us only the last call.

        Parameters
        ----------
        records : sequence of TrialRecord
        number : int
            Of the new trial.
        """
        plan = self._plan
        if len(plan.ladder.rungs) == 1:
            return None
        promote = last_call if plan.proposals.climbs else next_promotion
        left = plan.allowance.seconds_left()
        found = promote(plan.ladder, records, self._seconds_to_promote, left, number)
        if found is None:
            return None
        return plan.racing.first(self._start(found.configuration, found.fidelity, found.origin))

    def longer_training(self, records: Sequence[TrialRecord]) -> Unit | None:
        """Return the leader as a larger network, where it is one and there is time.

        Parameters
        ----------
        records : sequence of TrialRecord
        """
        plan = self._plan
        if not plan.settings.timed or plan.settings.n_trials is not None or plan.proposals.climbs:
            return None
        leader = incumbent_of(standings(records))
        if leader is None or leader.trial.origin == "constant":
            return None
        if not has_epochs(leader.trial.configuration) or not plan.racing.is_complete(leader):
            return None
        left = plan.allowance.seconds_left()
        workers = max(1, plan.workforce.n_workers)
        found = lengthened(
            leader.trial.configuration,
            [record.trial.configuration for record in records],
            plan.space,
            lambda configuration: self._seconds_to_promote(Trial(-1, configuration)),
            min(_LONGER_SHARE * workers, _LAST_SHARE) * left,
        )
        if found is None:
            return None
        return plan.racing.first(self._new_trial(plan.proposals.insert(found, leader.trial.origin)))

    def _seconds_to_promote(self, trial: Trial) -> float:
        """Predict the seconds of a trial on a higher rung; it never ends where it has no room."""
        plan = self._plan
        return plan.seconds_of_first_unit(trial) if plan.memory.allows(trial) else math.inf

    def next_unit(self, under_way: Collection[tuple[int, int]], *, may_start: bool) -> Unit | None:
        """Return the first unit of what the optimizer asks for next; the others are due then.

        Parameters
        ----------
        under_way : collection of (trial number, fold)
        may_start : bool
            Whether it may be a new configuration.
        """
        plan = self._plan
        while True:
            plan.proposals.tell(plan.history.records)
            proposal = plan.proposals.ask(may_start=may_start)
            if proposal is None:
                return None if under_way else self._last_unit()
            units = self._units(proposal, under_way)
            if units:
                self._due.extend(units[1:])
                return units[0]

    def _last_unit(self) -> Unit | None:
        """Without a clock, return the best trial in full at the end, if none got there."""
        plan = self._plan
        if plan.settings.timed or len(plan.ladder.rungs) == 1:
            return None
        found = last_call(plan.ladder, plan.history.records, lambda trial: 1.0, 1.0, 0)
        if found is None:
            return None
        return plan.racing.first(self._start(found.configuration, found.fidelity, found.origin))

    def _units(self, proposal: Proposal, under_way: Collection[tuple[int, int]]) -> list[Unit]:
        """Return what is still to be run of a proposal: nothing where it was run already."""
        plan = self._plan
        record = self._record_of(proposal) if proposal.continues else None
        if not plan.proposals.climbs_folds:
            return [] if record is not None else [plan.racing.first(self._new_trial(proposal))]
        trial = self._new_trial(proposal) if record is None else record.trial
        if record is None and plan.racing.is_out_of_bag(trial):
            return [plan.racing.first(trial)]
        done = {fold for number, fold in under_way if number == trial.number}
        done.update(() if record is None else record.folds)
        wanted = plan.proposals.folds(proposal.fidelity)
        return plan.racing.units(trial, [fold for fold in wanted if fold not in done])

    def _record_of(self, proposal: Proposal) -> TrialRecord | None:
        """Return the record of what the optimizer continues; on other rows it is another trial."""
        plan = self._plan
        fidelity = plan.fidelity(proposal)
        plan.proposals.runs_at(proposal, fidelity)
        for record in plan.history.records:
            trial = record.trial
            is_same = plan.proposals.climbs_folds or trial.fidelity == fidelity
            if trial.configuration == proposal.configuration and is_same:
                return record
        return None

    def _new_trial(self, proposal: Proposal) -> Trial:
        fidelity = self._plan.fidelity(proposal)
        self._plan.proposals.runs_at(proposal, fidelity)
        return self._start(proposal.configuration, fidelity, proposal.origin)
