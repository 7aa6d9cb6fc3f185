"""Ask, submit, tell, record, until the allowance is spent."""

from __future__ import annotations

import weakref
from collections import deque
from collections.abc import Iterable, Sequence
from functools import partial
from itertools import chain

from autoskl.core.configuration import Configuration
from autoskl.core.errors import ExecutionError
from autoskl.core.fidelity import FULL, Fidelity
from autoskl.core.result import FoldResult, Status, failed_fold
from autoskl.core.trial import Trial, Unit
from autoskl.evaluation.arrangement import is_large
from autoskl.evaluation.scoring import with_losses
from autoskl.execution.executor import Executor, Handle
from autoskl.execution.in_process import InProcess
from autoskl.execution.process_settings import return_freed_memory
from autoskl.history.learning_curve import was_cut_short
from autoskl.history.trial_record import TrialRecord
from autoskl.search.announcer import Announcer
from autoskl.search.asking import Asking
from autoskl.search.dispatcher import Dispatcher, Results
from autoskl.search.first_models import leave_out_undefined, run_constant, run_first
from autoskl.search.fits_here import fits_here, may_bridge
from autoskl.search.interruption import Interruption
from autoskl.search.patience import Patience
from autoskl.search.plan import CONSTANT, Plan
from autoskl.search.recording import Recording
from autoskl.search.result_tables import TablesTimer
from autoskl.search.standings import contenders
from autoskl.search.stopping import with_loss_to_beat
from autoskl.search.workforce import warn_in_process

_KILL_GRACE = 1.0
_HARD_FACTOR = 2.0
_LEADERS = 5

_FINISHING_SHARE = 0.7
"""New trials are started first while the rest of the others needs less of the time than this."""


class Loop:
    """One search over one table.

    Parameters
    ----------
    plan : Plan
    recording : Recording, default=None
        Where the run is written down, and from which it goes on.
    interruption : Interruption, default=None
        Already entered; by default an interrupt may come anywhere.
    """

    def __init__(
        self,
        plan: Plan,
        recording: Recording | None = None,
        interruption: Interruption | None = None,
    ) -> None:
        self.plan = plan
        self.announcer = Announcer(plan)
        self.recording = recording or Recording()
        self.interruption = interruption or Interruption()
        self.history = plan.history
        self.ensembling = plan.ensembling
        # By way of a weak reference: a cycle would keep the table mapped after the fit.
        me = weakref.proxy(self)
        self.asking = Asking(plan, lambda *asked: me._new_trial(*asked))
        self.reason = "exhausted"
        self._tables = TablesTimer(plan.ensembling.clock)
        self._workers: Executor | None = None
        self._asked: set[Configuration] = set()
        self._n_trials = 0
        self._unfinished: deque[Trial] = deque()
        self._given_up: set[tuple[int, int]] = set()
        self._patience = Patience(plan.settings.patience)

    def run(self, executor: Executor, handle: Handle | None = None) -> None:
        """Search until nothing is left to do or to do it with; the plan's history has the rest.

        Parameters
        ----------
        executor : Executor
            Its workers may still be starting.
        handle : Handle, default=None
            Of the dataset, when it is shared with the workers already.
        """
        plan = self.plan
        self.announcer.started()
        self._workers = executor
        finished = self.recording.finished
        if finished is not None:
            self._go_on([(number, fold) for number, fold in finished["order"]])
            self.ensembling.restore(finished["ensemble"])
            self.reason = finished["reason"]
        else:
            self._run_until_interrupted(executor, handle)
            executor.retire()
            self.ensembling.finish(self.history, plan.last_moment())
            if self.interruption.is_untold:
                self._tell_interrupted()
            if self.reason != "interrupted":
                self.recording.finish(plan, self.reason)
        self.announcer.finished(self.reason)

    def _run_until_interrupted(self, executor: Executor, handle: Handle | None) -> None:
        try:
            if not self.recording.replays:
                self._go_on(self.recording.earlier.results)
            self._run_first_models()
            if not self.plan.is_trivial:
                self._search(executor, handle)
        except KeyboardInterrupt:
            if self.plan.settings.raise_interrupt or not self.history.has_model:
                raise self.interruption.exit() from None
            self._tell_interrupted()

    def _tell_interrupted(self) -> None:
        self.reason = "interrupted"
        self.interruption.tell()

    def _go_on(self, places: Iterable[tuple[int, int]]) -> None:
        """Take up what earlier sessions have done.

        Parameters
        ----------
        places : iterable of (trial number, fold)
            Results that take effect, in this order.
        """
        earlier, plan = self.recording.earlier, self.plan
        if not earlier.results:
            return
        for trial in earlier.trials.values():
            self._start(trial)
        self._n_trials = 1 + max(earlier.trials)
        is_over = self.recording.finished is not None
        for number, fold in places:
            trial, result = earlier.trials[number], earlier.results[number, fold]
            # What the time had cut short was written down as well; now there may be more of it.
            if is_over or not self._is_cut_short(trial, result):
                self._add(trial, result)
        first = self.history.records[0]
        if first.trial.origin == "constant":
            leave_out_undefined(plan, first)
        plan.proposals.restore(
            dict.fromkeys(t.configuration for t in earlier.trials.values() if _is_asked(t))
        )
        self._unfinished.extend(r.trial for r in self.history.records if not r.folds)
        self.ensembling.update(self.history, plan.last_moment())
        if earlier.patience is not None:
            self._patience.restore(*earlier.patience)

    def _run_first_models(self) -> None:
        """Fit the constant model, and the first real one while the workers get ready."""
        if self.history.has_model:
            return
        run = partial(self._run_here, self._dispatcher(InProcess(), in_order=True))
        run_constant(self.plan, self._new_trial(CONSTANT, FULL, "constant"), run)
        self.interruption.check()
        if self.plan.first_here and not self.plan.is_trivial:
            trial = self.asking.first_trial()
            if trial is not None:
                run_first(self.plan, trial, run)

    def _run_here(self, here: Dispatcher, unit: Unit, until: float | None = None) -> None:
        here.submit(unit, until=until)
        self.announcer.submitted(unit)
        for done, results in here.collect(None):
            self._record(done.trial, results)

    def _search(self, executor: Executor, handle: Handle | None) -> None:
        plan = self.plan
        if is_large(plan.dataset.n_rows):  # it takes as long as a small model
            return_freed_memory()
        work = self._dispatcher(executor, handle, in_order=not plan.settings.timed)
        try:
            self._bridge(work, executor)
            self._work(work)
        except ExecutionError as error:
            warn_in_process(error)
            rest = self._dispatcher(InProcess(), in_order=True)
            for unit in work.unfinished():
                self._submit(rest, unit)
            self._work(rest)
        if self.reason == "exhausted" and not plan.may_submit():
            self.reason = "time"

    def _bridge(self, work: Dispatcher, executor: Executor) -> None:
        """Fit quick models here until the workers are ready, which find their units waiting."""
        here = self._dispatcher(InProcess(), in_order=True)
        while not executor.ready and may_bridge(self.plan):
            self.interruption.check()
            self._fill(work)
            unit = self._next_unit(work)
            if unit is None or not fits_here(self.plan, unit):
                if unit is not None:
                    self._submit(work, unit)
                return
            self._submit(here, unit)
            for done, results in here.collect(None):
                self._record(done.trial, results)

    def _dispatcher(
        self, executor: Executor, handle: Handle | None = None, *, in_order: bool
    ) -> Dispatcher:
        return Dispatcher(
            executor,
            self.plan.evaluator(executor, handle),
            in_order=in_order,
            receive=self._receive,
            known=self._known,
            waiting=self.interruption.waiting,
        )

    def _known(self, unit: Unit) -> Results | None:
        """Return results for which nothing has to run: recorded ones, and those of a refusal."""
        recorded = self.recording.recorded(unit)
        if recorded is not None:
            return recorded
        reason = self.plan.memory.refusal(unit.trial)
        if reason is None:
            return None
        return tuple(failed_fold(fold, Status.MEMORY, reason) for fold in unit.folds)

    def _receive(self, unit: Unit, results: Results) -> Results:
        """Score results and write them down, whenever they may take effect."""
        plan = self.plan
        clock = plan.ensembling.clock if plan.settings.timed else None
        metric = plan.settings.metric
        scored = tuple(with_losses(r, metric, plan.dataset, clock) for r in results)
        self.recording.keep(unit.trial, scored)
        return scored

    def _work(self, work: Dispatcher) -> None:
        plan = self.plan
        while True:
            self.interruption.check()
            if self._patience.is_spent:
                self.reason = "patience"
                return
            self._fill(work)
            left = plan.allowance.seconds_left()
            if work.pending == 0 or left <= 0:
                return
            for unit, results in work.collect(left if plan.settings.timed else None):
                self._record(unit.trial, results)

    def _fill(self, work: Dispatcher) -> None:
        while work.has_room and self.plan.may_submit():
            unit = self._next_unit(work)
            if unit is None:
                return
            self._submit(work, with_loss_to_beat(unit, self.history.records))

    def _submit(self, work: Dispatcher, unit: Unit) -> None:
        limit = self.plan.unit_seconds_of(unit.trial)
        grace = _KILL_GRACE + (self.plan.unit_seconds() or 0.0) * (_HARD_FACTOR - 1)
        workforce, need = self.plan.workforce, self.plan.memory.need(unit.trial)
        threads, alone = workforce.threads(unit.trial), workforce.runs_alone(unit.trial)
        work.submit(unit, limit, self.plan.until(), grace, threads, need, alone=alone)
        self.announcer.submitted(unit)

    def _next_unit(self, work: Dispatcher) -> Unit | None:
        """Decide what to run next; see `docs/architecture.md` for the order of the reasons."""
        plan, under_way = self.plan, work.under_way | self._given_up
        if self._unfinished:
            return plan.racing.first(self._unfinished.popleft())
        records = self.history.records
        climbing = self.asking.due() or self.asking.promotion(records, self._n_trials)
        if climbing is not None:
            return climbing
        longer = self.asking.longer_training(records)
        if longer is not None:
            return longer
        rests = self.asking.racing_rests
        finish = plan.racing.next_core(records, self.ensembling.weights, under_way)
        if finish is not None and not rests and not self._should_ask_first(records):
            return finish
        may_start = plan.may_ask(self._n_asked) and plan.may_start_new()
        asked = self.asking.next_unit(under_way, may_start=may_start)
        if asked is not None:
            return asked
        if rests and work.pending:
            # What is under way may let others climb; until then racing has no say.
            return None
        if finish is not None:
            return finish
        if not plan.settings.timed:
            self.reason = "exhausted" if plan.may_ask(self._n_asked) else "trials"
            return None
        repeat = plan.racing.next_repeat(self._leaders(), under_way)
        if repeat is not None:
            return repeat
        idle = plan.settings.n_trials is None and plan.may_start_new()
        return self.asking.next_unit(under_way, may_start=True) if idle else None

    def _should_ask_first(self, records: Sequence[TrialRecord]) -> bool:
        """Breadth first: while the portfolio lasts, start its next member before other folds.

        Unless the folds that deserve to be finished would already take all the time that is left.
        """
        if not self.plan.proposals.portfolio_left or not self.plan.may_ask(self._n_asked):
            return False
        debt = self.plan.seconds_to_finish(records, self.ensembling.weights)
        workers = max(1, self.plan.workforce.n_workers)
        return debt < _FINISHING_SHARE * self.plan.allowance.seconds_left() * workers

    @property
    def _n_asked(self) -> int:
        """Distinct configurations besides the constant one."""
        return len(self._asked)

    def _new_trial(self, configuration: Configuration, fidelity: Fidelity, origin: str) -> Trial:
        trial = Trial(self._n_trials, configuration, fidelity, origin)
        self._start(trial)
        return trial

    def _start(self, trial: Trial) -> None:
        self._n_trials += 1
        if _is_asked(trial):
            self._asked.add(trial.configuration)
        self.history.add_trial(trial)
        self.recording.start(trial)

    def _record(self, trial: Trial, results: Sequence[FoldResult]) -> None:
        plan, record = self.plan, self.history.record(trial.number)
        was_settled = self._is_settled(record)
        results = self._worth_having(trial, results)
        for result in results:
            self._add(trial, result)
        self.ensembling.update(self.history, plan.last_moment())
        self._expect_the_end()
        loss, metric = self.ensembling.loss, plan.settings.metric
        # Not for each fold of a new shuffle.
        self._patience.count(loss, settled=self._is_settled(record) and not was_settled)
        self.recording.show_ensemble(self.ensembling.weights, metric.score(loss))
        self.recording.show_patience(self._patience)
        self.announcer.recorded(trial, results)

    def _is_settled(self, record: TrialRecord) -> bool:
        """Whether it is known what a trial is worth: it is complete, or has failed."""
        return record.failed or self.plan.racing.is_complete(record)

    def _worth_having(self, trial: Trial, results: Sequence[FoldResult]) -> list[FoldResult]:
        """Give up folds that the time cut short; another attempt would end as they did."""
        if not results or not self.plan.settings.timed:
            return list(results)
        spoilt = {result.fold for result in results if self._is_cut_short(trial, result)}
        self._given_up |= {(trial.number, fold) for fold in spoilt}
        if spoilt:
            self.plan.proposals.give_up(trial.configuration)
        return [result for result in results if result.fold not in spoilt]

    def _is_cut_short(self, trial: Trial, result: FoldResult) -> bool:
        return was_cut_short(result, list(self.history.record(trial.number).folds.values()))

    def _expect_the_end(self) -> None:
        """Measure how long everything after the search would take now."""
        if self.plan.settings.timed:
            self._tables.measure(self.plan)
            shutdown = 0.0 if self._workers is None else self._workers.closing_seconds
            self.plan.allowance.set_tail(
                self.ensembling.tail_seconds() + self._tables.seconds + shutdown
            )

    def _add(self, trial: Trial, result: FoldResult) -> None:
        self.history.add_result(trial, result)
        record = self.history.record(trial.number)
        if self.plan.racing.is_complete(record):
            record.compact()
        self.plan.cost_model.observe(trial, result)
        self.plan.memory.observe(trial, result)

    def _leaders(self) -> list[TrialRecord]:
        """Members by weight, then the leading trials."""
        weights = self.ensembling.weights
        members = sorted(weights, key=lambda number: (-weights[number], number))
        if len(members) < _LEADERS:
            placed = (record.trial.number for record in contenders(self.history.records))
            members = list(dict.fromkeys(chain(members, placed)))[:_LEADERS]
        records = [self.history.record(number) for number in members]
        return [r for r in records if r.trial.origin != "constant" and not r.failed]


def _is_asked(trial: Trial) -> bool:
    """Whether a trial counts: the constant model does not."""
    return trial.origin != "constant"
