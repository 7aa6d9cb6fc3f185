"""Builds the parts of a search from settings and data."""

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
from autoskl.core.metrics import PredictionType
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
from autoskl.metalearning.response_scales import ResponseScales
from autoskl.metalearning.warm_start import LANDMARKS, member_chooser
from autoskl.optimizers.optimizer import Optimizer
from autoskl.pipelines.costs import PipelineCosts
from autoskl.pipelines.dataset_shape import shape_of
from autoskl.pipelines.default_space import drop_unsuitable
from autoskl.pipelines.epochs import all_have_epochs, has_epochs
from autoskl.pipelines.pipeline_space import pipeline_space
from autoskl.pipelines.space_validation import check_entries
from autoskl.search.allowance import Allowance
from autoskl.search.cost_model import CostModel
from autoskl.search.ensembling import Ensembling
from autoskl.search.memory_plan import MemoryPlan, memory_plan
from autoskl.search.pool_cap import pool_cap
from autoskl.search.portfolio_queue import PortfolioQueue
from autoskl.search.proposals import Proposal, Proposals
from autoskl.search.racing import Racing
from autoskl.search.settings import Settings
from autoskl.search.starting_portfolio import starting_portfolio, starts_in_main
from autoskl.search.strategy import Strategy, choose_strategy
from autoskl.search.time_budget import TimeBudget
from autoskl.search.user_store import UserStore
from autoskl.search.workforce import Workforce
from autoskl.space.space import Space
from autoskl.tables.dataset import Dataset

CONSTANT = Configuration({"model": "constant"})

_STORE_SECONDS = 0.3
"""Time to write a run to a store."""

_MIN_PRIOR_SECONDS = 20.0
"""Time limit below which loading the prior of the optimizer, 0.1 s, is not worth it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Parts of a search, fixed once built.

    The history, ensembling, racing and proposals carry its state.
    """

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
    time: TimeBudget
    workforce: Workforce
    first_in_main: bool
    pool_cap: int

    @property
    def is_trivial(self) -> bool:
        """Whether nothing can improve on the constant model."""
        return is_constant_target(self.dataset)

    @property
    def model_directory(self) -> Path | None:
        """Directory in which fitted models are kept after the run; None without one."""
        path = self.settings.run_directory
        return None if path is None else path / MODELS

    def evaluator(self, executor: Executor, handle: Handle | None = None) -> Evaluator:
        """Return the evaluator that units call on an executor.

        Parameters
        ----------
        executor : Executor
        handle : Handle, default=None
            Handle of the dataset, if it is already shared with the executor's workers.
        """
        directory = self.model_directory or executor.directory
        return Evaluator(
            dataset=executor.share(self.dataset) if handle is None else handle,
            folds=executor.share(self.folds),
            seed=self.settings.seed,
            device=self.settings.device,
            processes=self.workforce.n_workers,
            metric=self.settings.metric.name,
            judges_labels=self.settings.metric.prediction_type is PredictionType.LABELS,
            directory=None if directory is None else str(directory),
            out_of_bag=self.racing.out_of_bag,
        )

    def may_ask(self, n_asked: int) -> bool:
        """Return whether another configuration may be started.

        More candidates on few rows overfit the validation. Therefore, unless the user sets
        ``n_trials``, the pool is capped and further time goes into new shuffles of the leaders.
        """
        capped = self.settings.n_trials is None and n_asked >= self.pool_cap
        return self.allowance.may_ask(n_asked) and not capped

    def may_start_new(self) -> bool:
        """Return whether a typical new trial would still end in time."""
        return self.cost_model.usual_seconds() <= self.allowance.seconds_left()

    def fidelity(self, proposal: Proposal) -> Fidelity:
        """Return the fidelity at which a proposal is run, with fewer rows if memory is short."""
        # For the search, a ladder of folds is not a fidelity: trials gain fold by fold.
        by_shares = self.proposals.promotes and not self.proposals.promotes_folds
        wanted = proposal.fidelity if by_shares else self.ladder.rungs[0].fidelity
        if not has_epochs(proposal.configuration):
            wanted = replace(wanted, epochs=1.0)
        return self.memory.affordable(proposal.configuration, wanted)

    def seconds_to_finish(self, records: Sequence[TrialRecord], weighted: Collection[int]) -> float:
        """Predict the core-seconds of all folds that are worth running."""
        total = 0.0
        for standing in self.racing.worth_finishing(records, weighted):
            trial, folds = standing.record.trial, standing.record.folds
            missing = sum(fold not in folds for fold in self.racing.needed(trial))
            total += missing * self.cost_model.seconds(trial)
        return total

    def seconds_of_first_unit(self, trial: Trial) -> float:
        """Predict the core-seconds of the first unit of a trial."""
        return len(self.racing.first(trial).folds) * self.cost_model.seconds(trial)


def make_plan(
    settings: Settings,
    dataset: Dataset,
    folds: Folds,
    workforce: Workforce,
    clock: Clock = monotonic,
    user_store: UserStore | None = None,
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
    user_store : UserStore, default=None
        Its best configurations come first in the portfolio.
    machine : Machine, default=REFERENCE_MACHINE
        Speed of the machine.

    Raises
    ------
    ValueError
        For unknown names in ``include``, ``exclude``, ``search`` or ``search_space``, and a search
        space without a model or for another task.
    """
    space = _space(settings, dataset)
    is_unbiased = dataset.groups is None and folds.covers and not folds.has_copies
    out_of_bag = isinstance(settings.cv, str) and is_unbiased
    train_share = 1 - len(folds.test(0)) / dataset.n_rows
    closing = 0.0 if settings.store is None else _STORE_SECONDS
    allowance = Allowance(clock, settings.started, settings.time_limit, settings.n_trials, closing)
    out_of_bag_folds = folds.n_core if out_of_bag else 0
    cost_model = _cost_model(dataset, train_share, workforce, machine, out_of_bag_folds)
    recollection = None if user_store is None else user_store.read(space)
    portfolio = starting_portfolio(space, dataset, settings, cost_model, folds.n_core, recollection)
    strategy = _strategy(space, portfolio, dataset, settings, cost_model, folds.n_core)
    racing = Racing(
        n_core=folds.n_core,
        n_folds=len(folds),
        out_of_bag=out_of_bag,
        seconds=cost_model.seconds,
        seconds_left=allowance.seconds_left,
        first_fold=folds.first_large(),
    )
    ensembling = _ensembling(settings, dataset, folds, workforce, clock)
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
        ensembling=ensembling,
        time=TimeBudget(
            settings=settings,
            allowance=allowance,
            cost_model=cost_model,
            ensembling=ensembling,
            n_core=folds.n_core,
            ladder=strategy.shares,
        ),
        workforce=workforce,
        first_in_main=starts_in_main(portfolio, dataset, settings, strategy.shares),
        pool_cap=pool_cap(dataset.n_rows),
    )


def _ensembling(
    settings: Settings, dataset: Dataset, folds: Folds, workforce: Workforce, clock: Clock
) -> Ensembling:
    return Ensembling(
        metric=settings.metric,
        dataset=dataset,
        folds=folds,
        size=settings.ensemble_size,
        seed=settings.seed,
        clock=clock,
        timed=settings.timed,
        threads=settings.n_jobs,
        measures_loading=not workforce.saves_memory,
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
        shape=shape,
        train_share=train_share,
        speedup=workforce.speedup,
        pipelines=PipelineCosts(dataset.task, dataset.columns, shape),
        categories=categories_in(dataset.columns),
        machine=machine,
        out_of_bag_folds=out_of_bag_folds,
    )


def _space(settings: Settings, dataset: Dataset) -> Space:
    """Return the user's space, or that of all pipelines, without unsuitable models."""
    given, search = settings.search_space, settings.search
    is_free = given is None and not (settings.include or settings.exclude)
    if isinstance(search, Optimizer) and (is_free or given == search.space):
        check_entries(search.space, dataset.task)
        return search.space  # the space of a given optimizer cannot be narrowed
    if given is not None:
        suitable = drop_unsuitable(given, dataset.task, shape_of(dataset))
        check_entries(suitable, dataset.task)
        return suitable
    return pipeline_space(
        dataset.task,
        dataset.columns,
        shape_of(dataset),
        is_sparse=dataset.is_sparse,
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
    """Return the source of configurations; relative landmarks may reorder the portfolio."""
    choose = None
    if settings.warm_start == LANDMARKS:
        choose = member_chooser(space, dataset, portfolio, cost_model.prior)
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
    """Return the optimizer's prior from other data sets, unless it will hardly propose anything."""
    is_cold = not settings.warm_start or settings.search_space is not None
    by_portfolio = settings.n_trials is not None and settings.n_trials <= len(portfolio)
    is_short = settings.time_limit is not None and settings.time_limit < _MIN_PRIOR_SECONDS
    return None if is_cold or by_portfolio or is_short else optimizer_prior(space, dataset)


def _full_evaluations(
    portfolio: Sequence[Configuration], settings: Settings, cost_model: CostModel, n_core: int
) -> float:
    """Return the expected number of complete trials; without a clock, ``n_trials``."""
    n_trials = math.inf if settings.n_trials is None else float(settings.n_trials)
    if settings.time_limit is None or not portfolio:
        return n_trials
    typical = n_core * statistics.median(map(cost_model.prior, portfolio))
    return min(n_trials, settings.time_limit * settings.n_jobs / typical)
