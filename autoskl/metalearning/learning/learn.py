"""From a store to the metadata that are shipped; a pure function of the store."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from autoskl.core.seeds import generator
from autoskl.core.task import CLASSIFICATION, Task
from autoskl.metalearning.building.corpus import GROUP_OF
from autoskl.metalearning.building.prediction_files import PredictionFiles
from autoskl.metalearning.candidates import Candidate
from autoskl.metalearning.learning.cost_fit import fit_costs, read_timings
from autoskl.metalearning.learning.evidence import Evidence, TaskEvidence, read_evidence
from autoskl.metalearning.learning.features import read_features
from autoskl.metalearning.learning.greedy import Learner, Rule
from autoskl.metalearning.learning.task_table import task_table
from autoskl.metalearning.prior_tasks import NO_TASKS, PriorTasks
from autoskl.metalearning.shipped import Metadata, Portfolio
from autoskl.metalearning.store import schema
from autoskl.metalearning.store.store import Store

CENTRES = (500.0, 3_000.0, 20_000.0)
"""Rows for which a list of its own is learned."""

LENGTH = 40
TRIAL_SEAT = 12
"""Place of the first configuration of a family of which nothing is known yet."""

HALVES: Mapping[str, tuple[Task, ...]] = {
    "classification": tuple(sorted(CLASSIFICATION)),
    "regression": (Task.REGRESSION,),
}
"""Kinds of tasks that have the same candidates."""

_LEAST_KNOWN = 5

_EXPECTED = (
    f"A data set must have {_LEAST_KNOWN} configurations with predictions, which are expected in "
    "the folder '<store>.predictions' beside the store."
)
_NOTHING = f"There is nothing to learn from. {_EXPECTED}"

_REFERENCES = ("linear", "lightgbm")


@dataclass(frozen=True, slots=True)
class Options:
    """How portfolios are learned.

    Attributes
    ----------
    rule : Rule
    by_rows : bool
        Whether there is a list for each of `CENTRES`, or one for all sizes.
    resamples : int
        Portfolios learned with randomly weighted groups, of whose places the mean is taken.
    length : int
    """

    rule: Rule = field(default_factory=Rule)
    by_rows: bool = False
    resamples: int = 1
    length: int = LENGTH


@dataclass(frozen=True, slots=True)
class Learned:
    """All that is learned from a store, or was shipped before.

    Attributes
    ----------
    metadata : Metadata
    tasks : PriorTasks
    """

    metadata: Metadata
    tasks: PriorTasks

    def without(self, groups: Collection[str], group: Mapping[str, str]) -> PriorTasks:
        """Return the tasks that are in none of the groups.

        Parameters
        ----------
        groups : collection of str
        group : mapping of str to str
            Of each task.
        """
        names = {name for name in self.tasks.names if group[name] in groups}
        return self.tasks.without(names)


NOTHING_EARLIER = Learned(Metadata({}, {}), NO_TASKS)


def group_of_tasks(store: Store, earlier: Collection[str] = ()) -> dict[str, str]:
    """Return the group of each data set.

    Parameters
    ----------
    store : Store
    earlier : collection of str
        Names of data sets that were learned from before.
    """
    known = {name: GROUP_OF.get(name, name) for name in earlier}
    return known | {str(row["key"]): str(row["group"]) for row in store.rows(schema.TASKS)}


def in_groups_of(names: Collection[str], group: Mapping[str, str]) -> set[str]:
    """Return the groups of some data sets.

    Parameters
    ----------
    names : collection of str
    group : mapping of str to str
        Group of each data set.

    Raises
    ------
    ValueError
        When no data set has one of the names.
    """
    unknown = sorted(set(names) - set(group))
    if unknown:
        raise ValueError(f"The store has no data set {', '.join(unknown)}.")
    return {group[name] for name in names}


def learn(
    store: Store,
    files: PredictionFiles,
    catalogue: Sequence[Candidate],
    exclude: Collection[str] = (),
    options: Options | None = None,
    *,
    stage: str = "H",
    earlier: Learned = NOTHING_EARLIER,
) -> Learned:
    """Learn portfolios and costs, and what is shipped of the tasks.

    Parameters
    ----------
    store : Store
    files : PredictionFiles
    catalogue : sequence of Candidate
        Those of which too little is known come last, in this order.
    exclude : collection of str
        Data sets that must not have any part in it, with all of their groups.
    options : Options, default=None
    stage : str, default="H"
        Whose evaluations the portfolios are learned from.
    earlier : Learned, default=NOTHING_EARLIER
        Stands for what the store does not know: regrets on other data sets, costs of other
        families, and the ends of portfolios.
    """
    chosen = Options() if options is None else options
    group = group_of_tasks(store, earlier.tasks.names)
    without = in_groups_of(exclude, group)
    learners = learners_of(store, files, stage, without)
    tried = [c for learner in learners.values() for c in learner.evidence.candidates]
    known = {c.key: c for c in (*tried, *earlier.metadata.candidates.values(), *catalogue)}
    portfolios = {}
    for name, half in HALVES.items():
        for task in half:
            if name not in learners:
                portfolios[task] = _lists_kept(earlier, task)
                continue
            others = [*earlier.metadata.order(task, round(CENTRES[1])), *catalogue]
            portfolios[task] = tuple(
                _completed(portfolio, others, task, chosen.length)
                for portfolio in learned_lists(learners[name], task, chosen)
            )
    costs = {**earlier.metadata.costs, **fit_costs(read_timings(store, without))}
    tasks = _table(learners.values(), store).joined(earlier.without(without, group))
    return Learned(Metadata(_used(known, portfolios, tasks), portfolios, costs), tasks)


def add_regrets(
    store: Store,
    files: PredictionFiles,
    earlier: Learned,
    exclude: Collection[str] = (),
    *,
    stage: str = "H",
) -> Learned:
    """Add regrets of other configurations and data sets to what is known; the rest stays.

    For evaluations of another stage than that of the portfolios, which are told more by it.

    Parameters
    ----------
    store : Store
    files : PredictionFiles
    earlier : Learned
        Its portfolios and costs stay, and so do its regrets.
    exclude : collection of str
        Data sets that must not have any part in the regrets, with all of their groups.
    stage : str, default="H"
        Of the evaluations.
    """
    group = group_of_tasks(store, earlier.tasks.names)
    without = in_groups_of(exclude, group)
    learners = learners_of(store, files, stage, without)
    tried = {c.key: c for learner in learners.values() for c in learner.evidence.candidates}
    known = {**earlier.metadata.candidates, **tried}
    tasks = earlier.without(without, group).joined(_table(learners.values(), store))
    used = _used(known, earlier.metadata.portfolios, tasks)
    return Learned(replace(earlier.metadata, candidates=used), tasks)


def learners_of(
    store: Store, files: PredictionFiles, stage: str = "H", without: Collection[str] = ()
) -> dict[str, Learner]:
    """Return a learner for each of `HALVES` that the store knows enough of.

    Parameters
    ----------
    store : Store
    files : PredictionFiles
    stage : str, default="H"
        Of the evaluations.
    without : collection of str, default=()
        Groups of which nothing is known to them.

    Raises
    ------
    ValueError
        When there is none.
    """
    found = {}
    for name, half in HALVES.items():
        evidence = read_evidence(store, files, half, stage).without(without)
        if _usable(evidence):
            found[name] = prepare(evidence)
    if not found:
        raise ValueError(_NOTHING)
    return found


def _lists_kept(earlier: Learned, task: Task) -> tuple[Portfolio, ...]:
    """Return the portfolios of a type of task that the store knows nothing of."""
    kept = earlier.metadata.portfolios.get(task, ())
    if not kept:
        raise ValueError(
            f"There is nothing to learn from for {task} tasks. {_EXPECTED} Or name earlier "
            "metadata by --onto, whose lists are kept."
        )
    return kept


def _table(learners: Iterable[Learner], store: Store) -> PriorTasks:
    """Return the tasks of all learners."""
    features = read_features(store)
    found = NO_TASKS
    for learner in learners:
        found = found.joined(task_table(learner, features))
    return found


def _used(
    known: Mapping[str, Candidate],
    portfolios: Mapping[Task, Sequence[Portfolio]],
    tasks: PriorTasks,
) -> dict[str, Candidate]:
    """Return by key the candidates of portfolios and those whose regrets are known."""
    listed = {key for lists in portfolios.values() for p in lists for key in p.order}
    return {key: known[key] for key in sorted(listed.union(tasks.keys))}


def _completed(
    portfolio: Portfolio, catalogue: Sequence[Candidate], task: Task, length: int
) -> Portfolio:
    """Seat what has not been tried: new families early, all else at the end."""
    order = list(portfolio.order)
    untried = [c for c in catalogue if task in c.tasks and c.key not in order]
    placed = {c.family for c in catalogue if c.key in order}
    for candidate in untried:
        if candidate.family not in placed:
            placed.add(candidate.family)
            order.insert(min(TRIAL_SEAT, len(order)), candidate.key)
    order.extend(c.key for c in untried if c.key not in order)
    return Portfolio(portfolio.rows, tuple(order[:length]))


def prepare(evidence: Evidence) -> Learner:
    """Return a learner of the tasks on which enough was tried.

    Parameters
    ----------
    evidence : Evidence

    Raises
    ------
    ValueError
        When there are none.
    """
    tasks = _usable(evidence)
    if not tasks:
        raise ValueError(_NOTHING)
    return Learner(Evidence(evidence.candidates, tasks), reference_models(evidence))


def _usable(evidence: Evidence) -> tuple[TaskEvidence, ...]:
    """Return the tasks on which enough was tried."""
    return tuple(task for task in evidence.tasks if task.known.sum() >= _LEAST_KNOWN)


def reference_models(evidence: Evidence) -> list[int]:
    """Return the first candidate of each family that anyone would try.

    Parameters
    ----------
    evidence : Evidence
    """
    return [_first_of(evidence, family) for family in _REFERENCES]


def learned_lists(
    learner: Learner, task: Task, options: Options, tasks: Sequence[int] | None = None
) -> tuple[Portfolio, ...]:
    """Return the portfolios of a type of task.

    Parameters
    ----------
    learner : Learner
    task : Task
    options : Options
    tasks : sequence of int, default=None
        Those to learn from; all by default.
    """
    centres = CENTRES if options.by_rows else (CENTRES[1],)
    found = []
    for centre in centres:
        rule = Rule(options.rule.time_power, centre if options.by_rows else None, task)
        order = stable_order(learner, rule, options, tasks)
        keys = tuple(learner.evidence.candidates[i].key for i in order)
        found.append(Portfolio(centre, keys))
    return tuple(found)


def stable_order(
    learner: Learner, rule: Rule, options: Options, tasks: Sequence[int] | None = None
) -> list[int]:
    """Return the members by their mean place over resampled portfolios.

    Parameters
    ----------
    learner : Learner
    rule : Rule
    options : Options
    tasks : sequence of int, default=None
    """
    first = _first_of(learner.evidence, "linear")
    if options.resamples <= 1:
        return learner.portfolio(rule, options.length, first=first, tasks=tasks)
    groups = [task.group for task in learner.evidence.tasks]
    names = sorted(set(groups))
    places = np.zeros(len(learner.evidence.candidates))
    for number in range(options.resamples):
        drawn = generator("resample", number).exponential(size=len(names))
        factor = dict(zip(names, drawn, strict=True))
        factors = np.array([factor[group] for group in groups])
        order = learner.portfolio(rule, options.length, first=first, factors=factors, tasks=tasks)
        place = np.full(len(places), float(len(places)))
        place[order] = np.arange(len(order))
        # The first places matter most: 1 and 2 differ more than 21 and 22.
        places += np.log1p(place)
    worst = options.resamples * np.log1p(len(places))
    ranked = [int(i) for i in np.argsort(places, kind="stable") if places[i] < worst - 1e-9]
    return [first, *(i for i in ranked if i != first)][: options.length]


def _first_of(evidence: Evidence, family: str) -> int:
    """Return the candidate of a family that was tried on the most tasks."""
    tried = np.sum([np.isfinite(task.seconds) for task in evidence.tasks], axis=0)
    of_family = [i for i, c in enumerate(evidence.candidates) if c.family == family]
    if not of_family:
        raise ValueError(f"The store has no results of {family}, from which all else starts.")
    plain = [i for i in of_family if evidence.candidates[i].origin in ("default", "hand")]
    known = plain or of_family
    return max(known, key=lambda i: (tried[i], -known.index(i)))
