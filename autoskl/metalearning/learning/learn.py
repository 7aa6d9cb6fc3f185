"""Learns the shipped metadata from a store; deterministic given the store."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from autoskl.core.task import Task
from autoskl.metalearning.building.prediction_files import PredictionFiles
from autoskl.metalearning.candidates import PortableConfiguration
from autoskl.metalearning.learning.cost_fit import fit_costs, read_timings
from autoskl.metalearning.learning.features import read_features
from autoskl.metalearning.learning.greedy import PortfolioLearner
from autoskl.metalearning.learning.groups import read_groups, select_groups
from autoskl.metalearning.learning.portfolio_learning import (
    DEFAULT_ROWS,
    REQUIREMENTS,
    TASK_KINDS,
    PortfolioOptions,
    learn_portfolios,
    portfolio_learners,
)
from autoskl.metalearning.learning.task_table import task_table
from autoskl.metalearning.newcomer_positions import UNTRIED_FAMILY_POSITION
from autoskl.metalearning.prior_tasks import NO_TASKS, PriorTasks
from autoskl.metalearning.shipped import Metadata, Portfolio
from autoskl.metalearning.store.store import Store


@dataclass(frozen=True, slots=True)
class LearnedMetadata:
    """Everything that is learned from a store.

    Attributes
    ----------
    metadata : Metadata
    tasks : PriorTasks
    """

    metadata: Metadata
    tasks: PriorTasks

    def tasks_without(self, groups: Collection[str], group_of: Mapping[str, str]) -> PriorTasks:
        """Return the tasks that belong to none of the groups.

        Parameters
        ----------
        groups : collection of str
        group_of : mapping of str to str
            Group of each task.
        """
        return self.tasks.without({name for name in self.tasks.names if group_of[name] in groups})


NO_METADATA = LearnedMetadata(Metadata({}, {}), NO_TASKS)


def learn(
    store: Store,
    files: PredictionFiles,
    catalogue: Sequence[PortableConfiguration],
    exclude: Collection[str] = (),
    options: PortfolioOptions | None = None,
    *,
    stage: str = "H",
    earlier: LearnedMetadata = NO_METADATA,
) -> LearnedMetadata:
    """Learn portfolios, costs and the table of prior tasks.

    Parameters
    ----------
    store : Store
    files : PredictionFiles
    catalogue : sequence of PortableConfiguration
        Candidates without enough results are appended to portfolios in this order.
    exclude : collection of str
        Data sets to leave out, together with their groups.
    options : PortfolioOptions, default=None
    stage : str, default="H"
        Stage of the evaluations from which portfolios are learned.
    earlier : LearnedMetadata, default=NO_METADATA
        Fills in what the store lacks: regrets on other data sets, costs of other families, and
        the ends of portfolios.
    """
    chosen = PortfolioOptions() if options is None else options
    group_of = read_groups(store, earlier.tasks.names)
    excluded = select_groups(exclude, group_of)
    learners = portfolio_learners(store, files, stage, excluded)
    tried = [c for learner in learners.values() for c in learner.evidence.candidates]
    known = {c.key: c for c in (*tried, *earlier.metadata.candidates.values(), *catalogue)}
    portfolios = {}
    for kind, types in TASK_KINDS.items():
        for task in types:
            if kind not in learners:
                portfolios[task] = _earlier_portfolios(earlier, task)
                continue
            others = [*earlier.metadata.order(task, round(DEFAULT_ROWS)), *catalogue]
            portfolios[task] = tuple(
                _complete(portfolio, others, task, chosen.length)
                for portfolio in learn_portfolios(learners[kind], task, chosen)
            )
    costs = {**earlier.metadata.costs, **fit_costs(read_timings(store, excluded))}
    tasks = _task_table(learners.values(), store).merged_with(
        earlier.tasks_without(excluded, group_of)
    )
    return LearnedMetadata(Metadata(_used(known, portfolios, tasks), portfolios, costs), tasks)


def add_regrets(
    store: Store,
    files: PredictionFiles,
    earlier: LearnedMetadata,
    exclude: Collection[str] = (),
    *,
    stage: str = "H",
) -> LearnedMetadata:
    """Add regrets of other configurations and data sets to earlier metadata.

    For evaluations of another stage than the one from which the portfolios were learned.

    Parameters
    ----------
    store : Store
    files : PredictionFiles
    earlier : LearnedMetadata
        Its portfolios, costs and regrets are kept.
    exclude : collection of str
        Data sets to leave out of the regrets, together with their groups.
    stage : str, default="H"
        Stage of the evaluations.
    """
    group_of = read_groups(store, earlier.tasks.names)
    excluded = select_groups(exclude, group_of)
    learners = portfolio_learners(store, files, stage, excluded)
    tried = {c.key: c for learner in learners.values() for c in learner.evidence.candidates}
    known = {**earlier.metadata.candidates, **tried}
    added = _task_table(learners.values(), store)
    tasks = earlier.tasks_without(excluded, group_of).merged_with(added)
    used = _used(known, earlier.metadata.portfolios, tasks)
    return LearnedMetadata(replace(earlier.metadata, candidates=used), tasks)


def _earlier_portfolios(earlier: LearnedMetadata, task: Task) -> tuple[Portfolio, ...]:
    """Return the earlier portfolios of a type of task without results in the store."""
    kept = earlier.metadata.portfolios.get(task, ())
    if not kept:
        raise ValueError(
            f"There is nothing to learn from for {task} tasks. {REQUIREMENTS} Or pass earlier "
            "metadata as --onto, whose portfolios are kept."
        )
    return kept


def _task_table(learners: Iterable[PortfolioLearner], store: Store) -> PriorTasks:
    """Return the tasks of all learners."""
    features = read_features(store)
    tasks = NO_TASKS
    for learner in learners:
        tasks = tasks.merged_with(task_table(learner, features))
    return tasks


def _used(
    known: Mapping[str, PortableConfiguration],
    portfolios: Mapping[Task, Sequence[Portfolio]],
    tasks: PriorTasks,
) -> dict[str, PortableConfiguration]:
    """Return by key the candidates that portfolios or regrets refer to."""
    listed = {key for lists in portfolios.values() for p in lists for key in p.order}
    return {key: known[key] for key in sorted(listed.union(tasks.keys))}


def _complete(
    portfolio: Portfolio, catalogue: Sequence[PortableConfiguration], task: Task, length: int
) -> Portfolio:
    """Insert untried candidates: the first of each new family early, all others at the end."""
    order = list(portfolio.order)
    untried = [c for c in catalogue if task in c.tasks and c.key not in order]
    families = {c.family for c in catalogue if c.key in order}
    for candidate in untried:
        if candidate.family not in families:
            families.add(candidate.family)
            order.insert(min(UNTRIED_FAMILY_POSITION, len(order)), candidate.key)
    order.extend(c.key for c in untried if c.key not in order)
    return Portfolio(portfolio.rows, tuple(order[:length]))
