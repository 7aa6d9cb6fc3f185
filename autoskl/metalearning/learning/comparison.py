"""How good learned portfolios are on tasks that they have not seen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from autoskl.core.seeds import generator
from autoskl.metalearning.candidates import read_candidates
from autoskl.metalearning.learning.greedy import Learner, Rule
from autoskl.metalearning.learning.learn import Options, learned_lists
from autoskl.metalearning.learning.policies import POLICIES, Prepared
from autoskl.metalearning.learning.simulation import MOMENTS, integral, regret_curve
from autoskl.metalearning.learning.task_table import Features
from autoskl.metalearning.shipped import Portfolio, metadata_file

Curves = NDArray[np.float64]
"""Regret, of shape (n_tasks, n_moments)."""

N_PARTS = 5
BASELINE = "hand-ordered"
SHIPPED = "gain over log time"

VARIANTS: Mapping[str, Options] = {
    "gain alone": Options(Rule(0.0)),
    "gain over time^0.6": Options(Rule(0.6)),
    SHIPPED: Options(),
    "+ lists by rows": Options(by_rows=True),
    "+ resampling": Options(resamples=4),
}
"""What `autoskl metadata evaluate` compares."""


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """Regret curves of several ways to choose, on the same tasks.

    Attributes
    ----------
    curves : mapping of str to ndarray of shape (n_tasks, n_moments)
    weights : ndarray of shape (n_tasks,)
        Sum to 1.
    """

    curves: Mapping[str, Curves]
    weights: NDArray[np.float64]

    def mean(self, name: str) -> NDArray[np.float64]:
        """Return the mean regret (n_moments,) of a way to choose."""
        return self.weights @ self.curves[name]

    def objective(self, name: str) -> float:
        """Return the mean regret over the logarithm of time."""
        return integral(self.mean(name))

    def difference(self, name: str, other: str) -> tuple[float, float]:
        """Return the difference of two objectives and its standard error over the tasks."""
        pairs = zip(self.curves[name], self.curves[other], strict=True)
        differences = np.array([integral(a) - integral(b) for a, b in pairs])
        mean = float(self.weights @ differences)
        return mean, float(np.sqrt((self.weights**2 * (differences - mean) ** 2).sum()))

    def table(self) -> list[str]:
        """Return lines of text: one for each way, with its regret at each moment."""
        names = [BASELINE, *([SHIPPED] if SHIPPED in self.curves else [])]
        heads = "".join(f"{'to ' + name.split()[0][:4]:>9s}{'s.e.':>7s}" for name in names)
        lines = [f"{'':25s}{'J':>7s}{heads}" + "".join(f"{moment:>7g}" for moment in MOMENTS)]
        for name in self.curves:
            pairs = [self.difference(name, other) for other in names]
            told = "".join(f"{mean:+9.4f}{error:7.4f}" for mean, error in pairs)
            curve = "".join(f"{value:7.3f}" for value in self.mean(name))
            lines.append(f"{name:25s}{self.objective(name):7.4f}{told}{curve}")
        return lines


def can_compare(learner: Learner) -> bool:
    """Whether there are data sets to learn from while others are looked at.

    Parameters
    ----------
    learner : Learner
    """
    return len({task.group for task in learner.evidence.tasks}) > 1


def compare(
    learner: Learner, variants: Mapping[str, Options], features: Features | None = None
) -> Comparison:
    """Simulate every variant on tasks whose groups it has not learned from.

    Parameters
    ----------
    learner : Learner
    variants : mapping of str to Options
        Next to the order by hand, a random order, and each variant on its own training tasks.
    features : mapping of str to mapping, default=None
        Meta-features by task, for the policies that need them.

    Raises
    ------
    ValueError
        When all tasks are of one group.
    """
    if not can_compare(learner):
        raise ValueError("There is one group of data sets only. Nothing can be compared on others.")
    tasks = learner.evidence.tasks
    groups = sorted({task.group for task in tasks})
    shuffled = generator("parts").permutation(len(groups))
    part = {group: int(shuffled[i]) % N_PARTS for i, group in enumerate(groups)}
    hand = hand_order(learner)
    drawn = generator("random").permutation(len(learner.evidence.candidates))
    random = list(dict.fromkeys([hand[0], *map(int, drawn)]))
    curves: dict[str, Curves] = {
        BASELINE: _curves(learner, lambda t: hand),
        "random order": _curves(learner, lambda t: random),
    }
    for name, options in variants.items():
        seen = _Lists(learner, options)
        unseen = {
            k: _Lists(learner, options, [i for i, t in enumerate(tasks) if part[t.group] != k])
            for k in set(part.values())
        }
        curves[name] = _curves(learner, lambda t, u=unseen: u[part[tasks[t].group]](t))  # type: ignore[misc]
        curves[f"{name} (seen)"] = _curves(learner, seen)
        if name == SHIPPED and features is not None:
            curves.update(_policy_curves(learner, features, part, unseen))
    return Comparison(curves, learner.weights(Rule()))


def _policy_curves(
    learner: Learner,
    features: Features,
    part: Mapping[str, int],
    unseen: Mapping[int, _Lists],
) -> dict[str, Curves]:
    """Return the curves of other ways to go through the lists of unseen tasks."""
    parts = [part[task.group] for task in learner.evidence.tasks]
    known = {
        k: Prepared(learner, features, tuple(i for i, other in enumerate(parts) if other != k))
        for k in unseen
    }
    return {
        name: np.array([policy(known[k], i, unseen[k](i)) for i, k in enumerate(parts)])
        for name, policy in POLICIES.items()
    }


def hand_order(learner: Learner) -> list[int]:
    """Return the candidates whose order was made by hand, before anything was learned.

    Parameters
    ----------
    learner : Learner
    """
    place = {c.key: i for i, c in enumerate(learner.evidence.candidates)}
    shipped = read_candidates(metadata_file("candidates.jsonl"))
    by_hand = dict.fromkeys(c.key for c in shipped if c.origin == "hand" and c.key in place)
    return [place[key] for key in by_hand]


class _Lists:
    """The learned lists of each type of task, looked up by task."""

    def __init__(
        self, learner: Learner, options: Options, tasks: Sequence[int] | None = None
    ) -> None:
        self._tasks = learner.evidence.tasks
        self._place = {c.key: i for i, c in enumerate(learner.evidence.candidates)}
        self._lists: dict[str, tuple[Portfolio, ...]] = {
            str(task): learned_lists(learner, task, options, tasks)
            for task in sorted({t.task for t in self._tasks})
        }

    def __call__(self, number: int) -> list[int]:
        task = self._tasks[number]
        size = np.log(task.rows)
        nearest = min(self._lists[str(task.task)], key=lambda p: abs(np.log(p.rows) - size))
        return [self._place[key] for key in nearest.order]


def _curves(learner: Learner, order: Callable[[int], list[int]]) -> Curves:
    return np.array(
        [
            regret_curve(order(i), task, learner.scales[i], learner.seconds[i])
            for i, task in enumerate(learner.evidence.tasks)
        ]
    )
