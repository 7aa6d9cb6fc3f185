"""Settings and data in, everything that the loop needs out."""

from __future__ import annotations

import math
import statistics
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from autoskl.core.clock import Clock, monotonic
from autoskl.core.configuration import Configuration
from autoskl.core.fidelity import Fidelity, Ladder
from autoskl.core.metrics import Needs
from autoskl.core.trial import Trial
from autoskl.evaluation.evaluator import Evaluator
from autoskl.evaluation.folds import Folds
from autoskl.execution.executor import Executor, Handle
from autoskl.history.history import History
from autoskl.history.run_directory import MODELS
from autoskl.history.trial_record import TrialRecord
from autoskl.metalearning.costs import categories_in
from autoskl.metalearning.machine import REFERENCE_MACHINE, Machine
from autoskl.metalearning.optimizer_prior import OptimizerPrior, optimizer_prior
from autoskl.metalearning.responses import ResponseScales
from autoskl.metalearning.warm_start import LANDMARKS, member_choice
from autoskl.optimizers.optimizer import Optimizer
from autoskl.pipelines.costs import PipelineCosts
from autoskl.pipelines.dataset_shape import shape_of
from autoskl.pipelines.default_space import suited
from autoskl.pipelines.epochs import all_have_epochs, has_epochs
from autoskl.pipelines.template import pipeline_space
from autoskl.search.allowance import Allowance
from autoskl.search.cost_model import CostModel
from autoskl.search.ensembling import Ensembling
from autoskl.search.memory_plan import MemoryPlan, memory_plan
from autoskl.search.own_store import OwnStore
from autoskl.search.pool_cap import pool_cap
from autoskl.search.portfolio_queue import PortfolioQueue
from autoskl.search.proposals import Proposal, Proposals
from autoskl.search.racing import Racing
from autoskl.search.settings import Settings
from autoskl.search.starting_portfolio import portfolio_of, starts_here
from autoskl.search.strategy import Strategy, choose_strategy
from autoskl.search.workforce import Workforce
from autoskl.space.space import Space
from autoskl.tables.dataset import Dataset

CONSTANT = Configuration({"model": "constant"})

_DELIVERY_SECONDS = 0.4
_DELIVERY_SHARE = 0.02
"""Time in which a fit that has stopped by itself predicts and hands over its results."""

_CLOSING_SECONDS = 0.25
"""What tables, the end of the workers and the way back to the caller take, on a usual machine."""

_LOAD_CAUTION = 1.3
_MOST_OF_RESERVE = 0.75

_STORE_SECONDS = 0.3
"""What writing a run to a store takes."""

_SHORT_SECONDS = 20.0
"""Below it the optimizer hardly has a turn, and a tenth of a second for its prior is too much."""

_TRIAL_SHARE = 0.5
_LEAST_UNIT_SHARE = 0.05
_NETWORK_FACTOR = 1.5
"""Seconds of a network at most, over the expected ones: its schedule is fitted to them."""

_NETWORK_SECONDS = 2.0
"""What each fold of a network may take nevertheless: the first one waits for imports as well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything that one search needs; the loop reads it and never changes it."""

    settings: Settings
    dataset: Dataset
    folds: Folds
    space: Space
    ladder: Ladder
    racing: Racing
    allowance: Allowance
    cost_model: CostModel
    memory: MemoryPlan
    proposals: Proposals
    history: History
    ensembling: Ensembling
    workforce: Workforce
    first_here: bool
    pool_cap: int

    @property
    def is_trivial(self) -> bool:
        """Whether nothing can improve on the constant model."""
        return is_constant_target(self.dataset)

    @property
    def model_directory(self) -> Path | None:
        """Folder in which fitted models outlive the run; None where nobody asked for one."""
        path = self.settings.run_directory
        return None if path is None else path / MODELS

    def evaluator(self, executor: Executor, handle: Handle | None = None) -> Evaluator:
        """Return what the executor's units call.

        Parameters
        ----------
        executor : Executor
        handle : Handle, default=None
            Of the dataset, when it is shared with the executor's workers already.
        """
        directory = self.model_directory or executor.directory
        return Evaluator(
            dataset=executor.share(self.dataset) if handle is None else handle,
            folds=executor.share(self.folds),
            seed=self.settings.seed,
            device=self.settings.device,
            processes=self.workforce.n_workers,
            metric=self.settings.metric.name,
            judges_labels=self.settings.metric.needs is Needs.LABELS,
            directory=None if directory is None else str(directory),
            out_of_bag=self.racing.out_of_bag,
        )

    def may_ask(self, n_asked: int) -> bool:
        """Whether another configuration may be started.

        More candidates on few rows select noise, so that without a number from the user the pool
        is capped, and time goes into new shuffles of the leading trials.
        """
        capped = self.settings.n_trials is None and n_asked >= self.pool_cap
        return self.allowance.may_ask(n_asked) and not capped

    def may_start_new(self) -> bool:
        """Whether a new trial would still be of use: a usual one would end in time."""
        return self.cost_model.usual_seconds() <= self.allowance.seconds_left()

    def fidelity(self, proposal: Proposal) -> Fidelity:
        """Fidelity at which a proposal is tried, with fewer rows if memory is short."""
        # A ladder of folds is the optimizer's own: for the search its trials gain fold by fold.
        by_shares = self.proposals.climbs and not self.proposals.climbs_folds
        wanted = proposal.fidelity if by_shares else self.ladder.rungs[0].fidelity
        if not has_epochs(proposal.configuration):
            wanted = replace(wanted, epochs=1.0)
        return self.memory.affordable(proposal.configuration, wanted)

    def seconds_to_finish(self, records: Sequence[TrialRecord], weighted: Collection[int]) -> float:
        """Predict the core-seconds of all folds that deserve to be run."""
        total = 0.0
        for standing in self.racing.worth_finishing(records, weighted):
            trial, folds = standing.record.trial, standing.record.folds
            missing = sum(fold not in folds for fold in self.racing.needed(trial))
            total += missing * self.cost_model.seconds(trial)
        return total

    def seconds_of_first_unit(self, trial: Trial) -> float:
        """Predict the core-seconds of the first unit of a trial."""
        return len(self.racing.first(trial).folds) * self.cost_model.seconds(trial)

    def unit_seconds(self) -> float | None:
        """Seconds after which any fit should stop by itself."""
        settings = self.settings
        if settings.trial_time_limit is not None or settings.time_limit is None:
            return settings.trial_time_limit
        share = max(_LEAST_UNIT_SHARE, _TRIAL_SHARE / (self.folds.n_core - 0.25))
        return max(1.0, share * settings.time_limit)

    def unit_seconds_of(self, trial: Trial) -> float | None:
        """Seconds after which a fit of a trial should stop by itself.

        How many epochs a network takes until its patience ends is hard to foresee. It has its place
        in the order for what it was expected to take, and may not take much more.
        """
        most = self.unit_seconds()
        if most is None or self.settings.trial_time_limit is not None:
            return most
        if not has_epochs(trial.configuration):
            return most
        expected = self.cost_model.predict(trial)
        return min(most, max(_NETWORK_SECONDS, _NETWORK_FACTOR * expected))

    def last_moment(self) -> float | None:
        """Moment at which the last selection ends; then members are loaded and all is closed."""
        if self.settings.time_limit is None:
            return None
        reserve = self.allowance.reserve
        wanted = _CLOSING_SECONDS + _LOAD_CAUTION * self.ensembling.load_seconds
        after = max(reserve / 2, min(wanted, _MOST_OF_RESERVE * reserve))
        return self.settings.started + self.settings.time_limit - after

    def until(self) -> float | None:
        """Moment of the clock at which the last fit should have stopped by itself."""
        if self.settings.time_limit is None:
            return None
        end = self.settings.started + self.settings.time_limit - self.allowance.reserve
        return end - self._delivery_seconds

    def may_submit(self) -> bool:
        """Whether a fit that starts now has any time before it should stop by itself."""
        return self.allowance.seconds_left() > self._delivery_seconds

    @property
    def _delivery_seconds(self) -> float:
        return min(_DELIVERY_SECONDS, _DELIVERY_SHARE * (self.settings.time_limit or 0.0))


def make_plan(
    settings: Settings,
    dataset: Dataset,
    folds: Folds,
    workforce: Workforce,
    clock: Clock = monotonic,
    own_store: OwnStore | None = None,
    machine: Machine = REFERENCE_MACHINE,
) -> Plan:
    """Return the plan of a search.

    Parameters
    ----------
    settings : Settings
    dataset : Dataset
    folds : Folds
    workforce : Workforce
    clock : Clock, default=time.monotonic
    own_store : OwnStore, default=None
        Whose recollections lead the portfolio.
    machine : Machine, default=REFERENCE_MACHINE
        Whose seconds count.

    Raises
    ------
    ValueError
        For unknown names in ``include``, ``exclude`` or ``search``.
    """
    space = _space(settings, dataset)
    honest = dataset.groups is None and folds.covers and not folds.has_copies
    out_of_bag = isinstance(settings.cv, str) and honest
    train_share = 1 - len(folds.test(0)) / dataset.n_rows
    closing = 0.0 if settings.store is None else _STORE_SECONDS
    allowance = Allowance(clock, settings.started, settings.time_limit, settings.n_trials, closing)
    out_of_bag_folds = folds.n_core if out_of_bag else 0
    cost_model = _cost_model(dataset, train_share, workforce, machine, out_of_bag_folds)
    recollection = None if own_store is None else own_store.recall(space)
    portfolio = portfolio_of(space, dataset, settings, cost_model, folds.n_core, recollection)
    strategy = _strategy(space, portfolio, dataset, settings, cost_model, folds.n_core)
    racing = Racing(
        n_core=folds.n_core,
        n_folds=len(folds),
        out_of_bag=out_of_bag,
        seconds=cost_model.seconds,
        seconds_left=allowance.seconds_left,
    )
    return Plan(
        settings=settings,
        dataset=dataset,
        folds=folds,
        space=space,
        ladder=strategy.shares,
        racing=racing,
        allowance=allowance,
        cost_model=cost_model,
        memory=memory_plan(settings, dataset, train_share, clock),
        proposals=_proposals(space, dataset, settings, portfolio, cost_model, strategy, racing),
        history=History(),
        ensembling=Ensembling(
            settings.metric,
            dataset,
            folds,
            settings.ensemble_size,
            settings.seed,
            clock,
            settings.timed,
            settings.n_jobs,
        ),
        workforce=workforce,
        first_here=starts_here(portfolio, dataset, settings, strategy.shares),
        pool_cap=pool_cap(dataset.n_rows),
    )


def _cost_model(
    dataset: Dataset,
    train_share: float,
    workforce: Workforce,
    machine: Machine,
    out_of_bag_folds: int,
) -> CostModel:
    shape = shape_of(dataset)
    return CostModel(
        shape,
        train_share,
        workforce.speedup,
        PipelineCosts(dataset.task, dataset.columns, shape),
        categories_in(dataset.columns),
        machine,
        out_of_bag_folds,
    )


def _space(settings: Settings, dataset: Dataset) -> Space:
    """Return the user's space, or that of all pipelines, without models that do not suit."""
    given, search = settings.search_space, settings.search
    is_free = given is None and not (settings.include or settings.exclude)
    if isinstance(search, Optimizer) and (is_free or given == search.space):
        return search.space  # what an optimizer proposes cannot be narrowed any more
    if given is not None:
        return suited(given, shape_of(dataset))
    return pipeline_space(
        dataset.task,
        dataset.columns,
        dataset.is_sparse,
        shape_of(dataset),
        include=settings.include,
        exclude=settings.exclude,
    )


def is_constant_target(dataset: Dataset) -> bool:
    """Whether all rows have the same target."""
    return bool(np.all(dataset.y == dataset.y[0]))


def _proposals(
    space: Space,
    dataset: Dataset,
    settings: Settings,
    portfolio: Sequence[Configuration],
    cost_model: CostModel,
    strategy: Strategy,
    racing: Racing,
) -> Proposals:
    """Return what is tried; by relative landmarks, results choose among the members."""
    choose = None
    if settings.warm_start == LANDMARKS:
        choose = member_choice(space, dataset, portfolio, cost_model.prior)
    queue = PortfolioQueue(portfolio, strategy.optimizer, choose, ResponseScales(space))
    return Proposals(queue, strategy.optimizer, strategy.name, racing.core_folds)


def _strategy(
    space: Space,
    portfolio: Sequence[Configuration],
    dataset: Dataset,
    settings: Settings,
    cost_model: CostModel,
    n_core: int,
) -> Strategy:
    return choose_strategy(
        settings.search,
        space,
        shape_of(dataset),
        seed=settings.seed,
        n_folds=n_core,
        full_evaluations=_full_evaluations(portfolio, settings, cost_model, n_core),
        timed=settings.timed,
        by_epochs=all_have_epochs(space),
        prior=_prior(space, portfolio, dataset, settings),
    )


def _prior(
    space: Space, portfolio: Sequence[Configuration], dataset: Dataset, settings: Settings
) -> OptimizerPrior | None:
    """Return what other data sets tell the optimizer, where it may have its turn."""
    is_cold = not settings.warm_start or settings.search_space is not None
    by_portfolio = settings.n_trials is not None and settings.n_trials <= len(portfolio)
    is_short = settings.time_limit is not None and settings.time_limit < _SHORT_SECONDS
    return None if is_cold or by_portfolio or is_short else optimizer_prior(space, dataset)


def _full_evaluations(
    portfolio: Sequence[Configuration], settings: Settings, cost_model: CostModel, n_core: int
) -> float:
    """Return how many complete trials may be expected; without a clock, no seconds count."""
    asked = math.inf if settings.n_trials is None else float(settings.n_trials)
    if settings.time_limit is None or not portfolio:
        return asked
    usual = n_core * statistics.median(map(cost_model.prior, portfolio))
    return min(asked, settings.time_limit * settings.n_jobs / usual)
