"""The main loop: ask, submit, record and tell, until the allowance is used up."""

from __future__ import annotations

import weakref
from collections import deque
from collections.abc import Iterable, Sequence
from functools import partial

from autoskl.core.configuration import Configuration
from autoskl.core.errors import ExecutionError
from autoskl.core.fidelity import FULL, Fidelity
from autoskl.core.freed_memory import return_freed_memory
from autoskl.core.result import FoldResult, Status, failed_fold
from autoskl.core.trial import Trial, Unit
from autoskl.evaluation.scoring import score_checkpoints
from autoskl.evaluation.table_size import is_large
from autoskl.execution.executor import Executor, Handle
from autoskl.execution.in_process import InProcess
from autoskl.history.learning_curve import was_cut_short
from autoskl.history.trial_record import TrialRecord
from autoskl.search.dispatcher import Dispatcher, Results, UnitLimits
from autoskl.search.event_emitter import EventEmitter
from autoskl.search.first_models import exclude_undefined_folds, run_constant, run_first
from autoskl.search.interruption import Interruption
from autoskl.search.main_process_fits import fits_in_main, may_fit_in_main
from autoskl.search.patience import Patience
from autoskl.search.plan import CONSTANT, Plan
from autoskl.search.recording import Recording
from autoskl.search.result_tables import TablesTimer
from autoskl.search.standings import leading_trials
from autoskl.search.stopping import with_loss_to_beat
from autoskl.search.ticking_wait import TickingWait
from autoskl.search.trial_scheduler import TrialScheduler
from autoskl.search.workforce import warn_in_process

_KILL_GRACE = 1.0
_HARD_FACTOR = 2.0

_FINISHING_SHARE = 0.7
"""New trials come first while finishing the others would take less than this of the time left."""


class Loop:
    """One search over one table.

    Parameters
    ----------
    plan : Plan
    recording : Recording, default=None
        Records the run, and holds the earlier sessions to resume.
    interruption : Interruption, default=None
        Already entered; by default interrupts are not handled.
    """

    def __init__(
        self,
        plan: Plan,
        recording: Recording | None = None,
        interruption: Interruption | None = None,
    ) -> None:
        self.plan = plan
        self.events = EventEmitter(plan)
        self.recording = recording or Recording()
        self.interruption = interruption or Interruption()
        self.history = plan.history
        self.ensembling = plan.ensembling
        # A weak reference, since a reference cycle would keep the table mapped after the fit.
        loop = weakref.proxy(self)
        self.scheduler = TrialScheduler(plan, lambda *asked: loop._new_trial(*asked))
        self.reason = "exhausted"
        self._tables = TablesTimer(plan.ensembling.clock)
        self._workers: Executor | None = None
        self._asked: set[Configuration] = set()
        self._n_trials = 0
        self._unfinished: deque[Trial] = deque()
        self._given_up: set[tuple[int, int]] = set()
        self._patience = Patience(plan.settings.patience)

    def run(self, executor: Executor, handle: Handle | None = None) -> None:
        """Search until there is nothing left to do, or no time; results are in the plan's history.

        Parameters
        ----------
        executor : Executor
            Its workers may still be starting.
        handle : Handle, default=None
            Handle of the dataset, if it is already shared with the workers.
        """
        plan = self.plan
        self.events.started()
        self._workers = executor
        finished = self.recording.finished
        if finished is not None:
            self._resume([(number, fold) for number, fold in finished["order"]])
            self.ensembling.restore(finished["ensemble"])
            self.reason = finished["reason"]
        else:
            self._run_until_interrupted(executor, handle)
            executor.retire()
            self.ensembling.finish(self.history, plan.time.selection_deadline())
            if self.interruption.is_unreported:
                self._warn_interrupted()
            if self.reason != "interrupted":
                self.recording.finish(plan, self.reason)
        self.events.finished(self.reason)

    def _run_until_interrupted(self, executor: Executor, handle: Handle | None) -> None:
        try:
            if not self.recording.replays:
                self._resume(self.recording.earlier.results)
            self._run_first_models()
            if not self.plan.is_trivial:
                self._search(executor, handle)
        except KeyboardInterrupt:
            if self.plan.settings.raise_interrupt or not self.history.has_model:
                raise self.interruption.exit_exception() from None
            self._warn_interrupted()

    def _warn_interrupted(self) -> None:
        self.reason = "interrupted"
        self.interruption.warn()

    def _resume(self, places: Iterable[tuple[int, int]]) -> None:
        """Restore the trials and results of earlier sessions.

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
            # Folds that were cut short may have more time now.
            if is_over or not self._is_cut_short(trial, result):
                self._add(trial, result)
        first = self.history.records[0]
        if first.trial.is_constant:
            exclude_undefined_folds(plan, first)
        plan.proposals.restore(t for t in earlier.trials.values() if _is_asked(t))
        self._unfinished.extend(r.trial for r in self.history.records if not r.folds)
        self.ensembling.update(self.history, plan.time.selection_deadline())
        if earlier.patience is not None:
            self._patience.restore(*earlier.patience)

    def _run_first_models(self) -> None:
        """Fit the constant model, and the first real one while the workers start."""
        if self.history.has_model:
            return
        run = partial(self._run_in_main, self._dispatcher(InProcess(), in_order=True))
        run_constant(self.plan, self._new_trial(CONSTANT, FULL, "constant"), run)
        self.interruption.check()
        if self.plan.first_in_main and not self.plan.is_trivial:
            trial = self.scheduler.first_trial()
            if trial is not None:
                run_first(self.plan, trial, run)

    def _run_in_main(self, main: Dispatcher, unit: Unit, until: float | None = None) -> None:
        main.submit(unit, UnitLimits(deadline=until))
        self.events.submitted(unit)
        self._collect(main, None)

    def _collect(self, dispatcher: Dispatcher, timeout: float | None) -> None:
        for unit, results in dispatcher.collect(timeout):
            self._record(unit.trial, results)

    def _search(self, executor: Executor, handle: Handle | None) -> None:
        plan = self.plan
        self._save_memory()
        work = self._dispatcher(executor, handle, in_order=not plan.settings.timed)
        try:
            self._fit_until_workers_start(work, executor)
            self._work(work)
        except ExecutionError as error:
            warn_in_process(error)
            rest = self._dispatcher(InProcess(), in_order=True)
            for unit in work.unfinished():
                self._submit(rest, unit)
            self._work(rest)
        if self.reason == "exhausted" and not plan.time.may_submit():
            self.reason = "time"

    def _fit_until_workers_start(self, work: Dispatcher, executor: Executor) -> None:
        """Fit quick models in the main process until the workers are ready."""
        main = self._dispatcher(InProcess(), in_order=True)
        while not executor.ready and may_fit_in_main(self.plan):
            self.interruption.check()
            self._fill(work)
            unit = self._next_unit(work)
            if unit is None or not fits_in_main(self.plan, unit):
                if unit is not None:
                    self._submit(work, unit)
                return
            self._submit(main, unit)
            self._collect(main, None)

    def _dispatcher(
        self, executor: Executor, handle: Handle | None = None, *, in_order: bool
    ) -> Dispatcher:
        return Dispatcher(
            executor,
            self.plan.evaluator(executor, handle),
            in_order=in_order,
            receive=self._receive,
            known=self._known,
            wait=TickingWait(
                context=self.interruption.waiting,
                tick=self.events.waiting if self.plan.settings.listeners else None,
                clock=self.ensembling.clock,
            ),
        )

    def _known(self, unit: Unit) -> Results | None:
        """Return results that need no fit: those of earlier sessions, or of a memory refusal."""
        recorded = self.recording.known_results(unit)
        if recorded is not None:
            return recorded
        reason = self.plan.memory.refusal(unit.trial)
        if reason is None:
            return None
        return tuple(failed_fold(fold, Status.MEMORY, reason) for fold in unit.folds)

    def _receive(self, unit: Unit, results: Results) -> Results:
        """Score and record results as soon as they arrive, before they take effect."""
        plan = self.plan
        clock = plan.ensembling.clock if plan.settings.timed else None
        metric = plan.settings.metric
        scored = tuple(score_checkpoints(r, metric, plan.dataset, clock) for r in results)
        self.recording.write_results(unit.trial, scored)
        return scored

    def _work(self, work: Dispatcher) -> None:
        plan = self.plan
        while True:
            self.interruption.check()
            if self._patience.is_spent:
                self.reason = "patience"
                return
            self._fill(work)
            left = plan.allowance.seconds_left() + plan.allowance.grace
            if work.pending == 0 or left <= 0:
                return
            self._collect(work, left if plan.settings.timed else None)

    def _fill(self, work: Dispatcher) -> None:
        while work.has_room and self.plan.time.may_submit():
            unit = self._next_unit(work)
            if unit is None:
                return
            self._submit(work, with_loss_to_beat(unit, self.history.records))

    def _submit(self, work: Dispatcher, unit: Unit) -> None:
        plan, trial = self.plan, unit.trial
        limits = UnitLimits(
            seconds=plan.time.fit_seconds(trial),
            deadline=plan.time.fit_deadline(),
            grace=_KILL_GRACE + (plan.time.max_fit_seconds() or 0.0) * (_HARD_FACTOR - 1),
            threads=plan.workforce.threads(trial),
            expected_bytes=plan.memory.need(trial),
            alone=plan.workforce.runs_alone(trial),
        )
        work.submit(unit, limits)
        self.events.submitted(unit)

    def _next_unit(self, work: Dispatcher) -> Unit | None:
        """Decide what to run next; `docs/architecture.md` explains the order of the cases."""
        plan, under_way = self.plan, work.under_way | self._given_up
        if self._unfinished:
            return plan.racing.first(self._unfinished.popleft())
        records = self.history.records
        started = self.scheduler.due() or self.scheduler.promotion(records)
        if started is not None:
            return started
        longer = self.scheduler.longer_training(records)
        if longer is not None:
            return longer
        rests = self.scheduler.racing_rests
        finish = plan.racing.next_core(records, self.ensembling.weights, under_way)
        if finish is not None and not rests and not self._should_ask_first(records):
            return finish
        may_start = plan.may_ask(self._n_asked) and plan.may_start_new()
        asked = self.scheduler.next_unit(under_way, may_start=may_start)
        if asked is not None:
            return asked
        if rests and work.pending:
            # Pending units may lead to promotions, which have priority over racing.
            return None
        if finish is not None:
            return finish
        if not plan.settings.timed:
            self.reason = "exhausted" if plan.may_ask(self._n_asked) else "trials"
            return None
        leaders = leading_trials(self.history, self.ensembling.weights)
        repeat = plan.racing.next_repeat(leaders, under_way)
        if repeat is not None:
            return repeat
        idle = plan.settings.n_trials is None and plan.may_start_new()
        return self.scheduler.next_unit(under_way, may_start=True) if idle else None

    def _should_ask_first(self, records: Sequence[TrialRecord]) -> bool:
        """Whether to start the next portfolio member before running further folds.

        Breadth first, unless the folds worth finishing would already take most of the time left.
        """
        if not self.plan.proposals.portfolio_left or not self.plan.may_ask(self._n_asked):
            return False
        needed = self.plan.seconds_to_finish(records, self.ensembling.weights)
        workers = max(1, self.plan.workforce.n_workers)
        return needed < _FINISHING_SHARE * self.plan.allowance.seconds_left() * workers

    @property
    def _n_asked(self) -> int:
        """Number of distinct configurations, without the constant model."""
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
        self.recording.write_trial(trial)

    def _record(self, trial: Trial, results: Sequence[FoldResult]) -> None:
        plan, record = self.plan, self.history.record(trial.number)
        was_settled = self._is_settled(record)
        results = self._drop_cut_short(trial, results)
        for result in results:
            self._add(trial, result)
        self.ensembling.update(self.history, plan.time.selection_deadline())
        self._update_reserve()
        loss, metric = self.ensembling.loss, plan.settings.metric
        # Counts a trial once, not again for each fold of a new shuffle.
        self._patience.count(loss, settled=self._is_settled(record) and not was_settled)
        self.recording.write_ensemble(self.ensembling.weights, metric.score(loss))
        self.recording.write_patience(self._patience)
        self._save_memory()
        self.events.recorded(trial, results)

    def _save_memory(self) -> None:
        """Return freed memory if the table is large; else, a small model would be fitted sooner."""
        if is_large(self.plan.dataset.n_rows):
            return_freed_memory()

    def _is_settled(self, record: TrialRecord) -> bool:
        """Whether the loss of a trial is final: it is complete, or has failed."""
        return record.failed or self.plan.racing.is_complete(record)

    def _drop_cut_short(self, trial: Trial, results: Sequence[FoldResult]) -> list[FoldResult]:
        """Drop folds that were cut short, and give up on them: a retry would end the same way."""
        if not results or not self.plan.settings.timed:
            return list(results)
        cut_short = {result.fold for result in results if self._is_cut_short(trial, result)}
        self._given_up |= {(trial.number, fold) for fold in cut_short}
        if cut_short:
            self.plan.proposals.give_up(trial.configuration)
        return [result for result in results if result.fold not in cut_short]

    def _is_cut_short(self, trial: Trial, result: FoldResult) -> bool:
        return was_cut_short(result, list(self.history.record(trial.number).folds.values()))

    def _update_reserve(self) -> None:
        """Update the time that is reserved for everything after the search."""
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
            record.settle_iteration()
        self.plan.cost_model.observe(trial, result)
        self.plan.memory.observe(trial, result)


def _is_asked(trial: Trial) -> bool:
    """Whether a trial counts as a configuration: the constant model does not."""
    return not trial.is_constant
