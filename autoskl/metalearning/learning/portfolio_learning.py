"""Learns the portfolios of a type of task from evidence."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from autoskl.core.seeds import generator
from autoskl.core.task import CLASSIFICATION, Task
from autoskl.metalearning.building.prediction_files import PredictionFiles
from autoskl.metalearning.learning.evidence import Evidence, TaskEvidence, read_evidence
from autoskl.metalearning.learning.greedy import PortfolioLearner, SelectionRule
from autoskl.metalearning.shipped import Portfolio
from autoskl.metalearning.store.store import Store

CENTRE_ROWS = (500.0, 3_000.0, 20_000.0)
"""Numbers of rows for which separate portfolios can be learned."""

DEFAULT_ROWS = CENTRE_ROWS[1]

LENGTH = 40

TASK_KINDS: Mapping[str, tuple[Task, ...]] = {
    "classification": tuple(sorted(CLASSIFICATION)),
    "regression": (Task.REGRESSION,),
}
"""Types of tasks that share their candidates."""

_MIN_KNOWN = 5

REQUIREMENTS = (
    f"A data set must have {_MIN_KNOWN} configurations with predictions, which are expected in "
    "the folder '<store>.predictions' beside the store."
)
_NO_EVIDENCE = f"There is nothing to learn from. {REQUIREMENTS}"

_REFERENCES = ("linear", "lightgbm")


@dataclass(frozen=True, slots=True)
class PortfolioOptions:
    """How portfolios are learned.

    Attributes
    ----------
    rule : SelectionRule
    by_rows : bool
        Whether to learn a portfolio for each of `CENTRE_ROWS` instead of a single one.
    resamples : int
        Number of portfolios, learned with randomly weighted groups, whose ranks are averaged.
    length : int
    """

    rule: SelectionRule = field(default_factory=SelectionRule)
    by_rows: bool = False
    resamples: int = 1
    length: int = LENGTH


def portfolio_learners(
    store: Store, files: PredictionFiles, stage: str = "H", exclude: Collection[str] = ()
) -> dict[str, PortfolioLearner]:
    """Return a learner for each of `TASK_KINDS` with enough results in the store.

    Parameters
    ----------
    store : Store
    files : PredictionFiles
    stage : str, default="H"
        Stage of the evaluations.
    exclude : collection of str, default=()
        Groups to leave out.

    Raises
    ------
    ValueError
        If there is none.
    """
    learners = {}
    for kind, tasks in TASK_KINDS.items():
        evidence = read_evidence(store, files, tasks, stage).without(exclude)
        if _usable_tasks(evidence):
            learners[kind] = prepare(evidence)
    if not learners:
        raise ValueError(_NO_EVIDENCE)
    return learners


def prepare(evidence: Evidence) -> PortfolioLearner:
    """Return a learner of the tasks on which enough candidates were tried.

    Parameters
    ----------
    evidence : Evidence

    Raises
    ------
    ValueError
        If there are none.
    """
    tasks = _usable_tasks(evidence)
    if not tasks:
        raise ValueError(_NO_EVIDENCE)
    return PortfolioLearner(Evidence(evidence.candidates, tasks), reference_models(evidence))


def _usable_tasks(evidence: Evidence) -> tuple[TaskEvidence, ...]:
    return tuple(task for task in evidence.tasks if task.known.sum() >= _MIN_KNOWN)


def reference_models(evidence: Evidence) -> list[int]:
    """Return the first candidate of each reference family.

    Parameters
    ----------
    evidence : Evidence
    """
    return [_first_of(evidence, family) for family in _REFERENCES]


def learn_portfolios(
    learner: PortfolioLearner,
    task: Task,
    options: PortfolioOptions,
    tasks: Sequence[int] | None = None,
) -> tuple[Portfolio, ...]:
    """Return the portfolios of a type of task.

    Parameters
    ----------
    learner : PortfolioLearner
    task : Task
    options : PortfolioOptions
    tasks : sequence of int, default=None
        Numbers of the tasks to learn from; all by default.
    """
    portfolios = []
    for rows in CENTRE_ROWS if options.by_rows else (DEFAULT_ROWS,):
        centre = rows if options.by_rows else None
        rule = SelectionRule(options.rule.time_power, centre, task)
        order = stable_order(learner, rule, options, tasks)
        keys = tuple(learner.evidence.candidates[i].key for i in order)
        portfolios.append(Portfolio(rows, keys))
    return tuple(portfolios)


def stable_order(
    learner: PortfolioLearner,
    rule: SelectionRule,
    options: PortfolioOptions,
    tasks: Sequence[int] | None = None,
) -> list[int]:
    """Return the members by their mean logarithmic rank over resampled portfolios.

    Parameters
    ----------
    learner : PortfolioLearner
    rule : SelectionRule
    options : PortfolioOptions
    tasks : sequence of int, default=None
    """
    first = _first_of(learner.evidence, "linear")
    if options.resamples <= 1:
        return learner.portfolio(rule, options.length, first=first, tasks=tasks)
    groups = [task.group for task in learner.evidence.tasks]
    names = sorted(set(groups))
    total = np.zeros(len(learner.evidence.candidates))
    for number in range(options.resamples):
        drawn = generator("resample", number).exponential(size=len(names))
        factor = dict(zip(names, drawn, strict=True))
        factors = np.array([factor[group] for group in groups])
        order = learner.portfolio(rule, options.length, first=first, factors=factors, tasks=tasks)
        ranks = np.full(len(total), float(len(total)))
        ranks[order] = np.arange(len(order))
        # Early positions matter most: 1 and 2 differ more than 21 and 22.
        total += np.log1p(ranks)
    never_chosen = options.resamples * np.log1p(len(total))
    ranked = [int(i) for i in np.argsort(total, kind="stable") if total[i] < never_chosen - 1e-9]
    return [first, *(i for i in ranked if i != first)][: options.length]


def _first_of(evidence: Evidence, family: str) -> int:
    """Return the candidate of a family that was tried on the most tasks."""
    tried = np.sum([np.isfinite(task.seconds) for task in evidence.tasks], axis=0)
    of_family = [i for i, c in enumerate(evidence.candidates) if c.family == family]
    if not of_family:
        raise ValueError(f"The store has no results of {family}, a reference for all others.")
    standard = [i for i in of_family if evidence.candidates[i].origin in ("default", "hand")]
    eligible = standard or of_family
    return max(eligible, key=lambda i: (tried[i], -eligible.index(i)))
