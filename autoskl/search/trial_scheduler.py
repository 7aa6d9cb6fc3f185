"""Turns the proposals of the optimizer into trials and units of work."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Collection, Sequence

from autoskl.core.configuration import Configuration
from autoskl.core.fidelity import Fidelity
from autoskl.core.result import Status
from autoskl.core.trial import Trial, Unit
from autoskl.history.trial_record import TrialRecord
from autoskl.pipelines.epochs import has_epochs
from autoskl.search.hypothetical_trial import hypothetical_trial
from autoskl.search.longer_training import lengthen_training
from autoskl.search.plan import Plan
from autoskl.search.promotion import Promotion, final_promotion, next_promotion
from autoskl.search.proposals import Proposal
from autoskl.search.standings import incumbent_of, standings

_RACING_SHARE = 0.85
"""Share of the time after which racing replaces an optimizer that promotes folds."""

_LONGER_SHARE = 0.5
"""Share of the core-seconds left that longer training of the leader may take."""

_LONGER_WALL_SHARE = 0.8
"""Share of the seconds left that it may take, however many workers there are."""

_MAX_REFUSALS = 100
"""So many proposals in a row that need too much memory end the search for new configurations.

An optimizer that draws one of twenty families finds the only one that fits with probability 0.99.
"""


class TrialScheduler:
    """Starts the trials that the optimizer proposes, and continues those that it promotes.

    Parameters
    ----------
    plan : Plan
    start : callable
        Creates and records a new trial, given its configuration, fidelity and origin.
    """

    def __init__(self, plan: Plan, start: Callable[[Configuration, Fidelity, str], Trial]) -> None:
        self._plan = plan
        self._start = start
        self._due: deque[Unit] = deque()
        self._refused_families: set[str] = set()
        self._n_refused = 0

    @property
    def racing_rests(self) -> bool:
        """Whether the optimizer decides which folds are run, until little time is left."""
        plan = self._plan
        return plan.proposals.promotes_folds and plan.allowance.share_used() < _RACING_SHARE

    def first_trial(self) -> Trial | None:
        """Return the first trial, which the main process may fit while workers start."""
        proposal = self._ask(may_start=True)
        return None if proposal is None else self._new_trial(proposal)

    def due(self) -> Unit | None:
        """Return a further unit of a trial whose first unit was returned before."""
        return self._due.popleft() if self._due else None

    def promotion(self, records: Sequence[TrialRecord]) -> Unit | None:
        """Return the first unit of a promoted trial; of a multi-fidelity optimizer only the last.

        Parameters
        ----------
        records : sequence of TrialRecord
        """
        plan = self._plan
        if len(plan.ladder.rungs) == 1:
            return None
        promote = final_promotion if plan.proposals.promotes else next_promotion
        is_free = plan.settings.timed and plan.settings.n_trials is None
        promotion = promote(
            plan.ladder,
            records,
            self._seconds_to_promote,
            plan.allowance.seconds_left(),
            plan.space if is_free and plan.folds.n_core == 1 else None,
        )
        return self._first_unit(promotion)

    def longer_training(self, records: Sequence[TrialRecord]) -> Unit | None:
        """Return the first unit of a longer training of the leader, if it is a network.

        Parameters
        ----------
        records : sequence of TrialRecord
        """
        plan = self._plan
        if not plan.settings.timed or plan.settings.n_trials is not None or plan.proposals.promotes:
            return None
        leader = incumbent_of(standings(records))
        if leader is None or leader.trial.is_constant:
            return None
        if not has_epochs(leader.trial.configuration) or not plan.racing.is_complete(leader):
            return None
        left = plan.allowance.seconds_left()
        workers = max(1, plan.workforce.n_workers)
        longer = lengthen_training(
            leader.trial.configuration,
            [record.trial.configuration for record in records],
            plan.space,
            lambda configuration: self._seconds(hypothetical_trial(configuration)),
            min(_LONGER_SHARE * workers, _LONGER_WALL_SHARE) * left,
        )
        if longer is None:
            return None
        proposal = plan.proposals.insert(longer, leader.trial.origin)
        return plan.racing.first(self._new_trial(proposal))

    def _seconds_to_promote(self, promotion: Promotion) -> float:
        return self._seconds(hypothetical_trial(promotion.configuration, promotion.fidelity))

    def _seconds(self, trial: Trial) -> float:
        """Predict the seconds of the first unit; infinite when it does not fit into memory."""
        plan = self._plan
        return plan.seconds_of_first_unit(trial) if plan.memory.allows(trial) else math.inf

    def next_unit(self, under_way: Collection[tuple[int, int]], *, may_start: bool) -> Unit | None:
        """Return the first unit of the next proposal; the others follow from `due`.

        Parameters
        ----------
        under_way : collection of (trial number, fold)
        may_start : bool
            Whether it may be a new configuration.
        """
        while True:
            proposal = self._ask(may_start=may_start)
            if proposal is None:
                return None if under_way else self._last_unit()
            units = self._units(proposal, under_way)
            if units:
                self._due.extend(units[1:])
                return units[0]

    def _ask(self, *, may_start: bool) -> Proposal | None:
        """Return the next proposal, skipping those that are refused like others of their family."""
        proposals = self._plan.proposals
        while True:
            proposals.tell(self._plan.history.records)
            may_start = may_start and self._n_refused < _MAX_REFUSALS
            proposal = proposals.ask(may_start=may_start)
            if proposal is None or not self._is_refused_again(proposal):
                return proposal
            # To the optimizer it has failed, so that it turns to other families.
            proposals.give_up(proposal.configuration)
            if self._plan.allowance.seconds_left() <= 0:
                return None

    def _is_refused_again(self, proposal: Proposal) -> bool:
        """Whether memory is too short for a proposal, as it was for another of its family.

        The first of each family becomes a trial, whose failure tells the user which limit it needs;
        the others would only use up the number of trials.
        """
        plan, family = self._plan, proposal.configuration.model
        trial = hypothetical_trial(proposal.configuration, plan.fidelity(proposal))
        if plan.memory.refusal(trial) is None:
            self._n_refused = 0
            return False
        self._n_refused += 1
        records = plan.history.records  # earlier sessions included
        is_known = family in self._refused_families or any(
            record.name == family and record.status == Status.MEMORY for record in records
        )
        self._refused_families.add(family)
        return is_known

    def _last_unit(self) -> Unit | None:
        """Without a clock, promote the best trial to the top rung at the end, if none is there."""
        plan = self._plan
        if plan.settings.timed or len(plan.ladder.rungs) == 1:
            return None
        promotion = final_promotion(plan.ladder, plan.history.records, lambda _: 1.0, 1.0)
        return self._first_unit(promotion)

    def _first_unit(self, promotion: Promotion | None) -> Unit | None:
        return None if promotion is None else self._plan.racing.first(self._start(*promotion))

    def _units(self, proposal: Proposal, under_way: Collection[tuple[int, int]]) -> list[Unit]:
        """Return the units of a proposal that have not been run."""
        plan = self._plan
        record = self._record_of(proposal) if proposal.continues else None
        if not plan.proposals.promotes_folds:
            return [] if record is not None else [plan.racing.first(self._new_trial(proposal))]
        trial = self._new_trial(proposal) if record is None else record.trial
        if record is None and plan.racing.is_out_of_bag(trial):
            return [plan.racing.first(trial)]
        done = {fold for number, fold in under_way if number == trial.number}
        done.update(() if record is None else record.folds)
        wanted = plan.proposals.folds(proposal.fidelity)
        return plan.racing.units(trial, [fold for fold in wanted if fold not in done])

    def _record_of(self, proposal: Proposal) -> TrialRecord | None:
        """Return the record of a continued trial, None if it must be a new one on other rows."""
        plan = self._plan
        fidelity = plan.fidelity(proposal)
        plan.proposals.note_fidelity(proposal, fidelity)
        for record in plan.history.records:
            trial = record.trial
            is_same = plan.proposals.promotes_folds or trial.fidelity == fidelity
            if trial.configuration == proposal.configuration and is_same:
                return record
        return None

    def _new_trial(self, proposal: Proposal) -> Trial:
        fidelity = self._plan.fidelity(proposal)
        self._plan.proposals.note_fidelity(proposal, fidelity)
        return self._start(proposal.configuration, fidelity, proposal.origin)
