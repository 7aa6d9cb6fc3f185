"""Compares portfolios by simulated regret on held-out tasks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from autoskl.core.seeds import generator
from autoskl.metalearning.candidates import read_candidates
from autoskl.metalearning.learning.greedy import PortfolioLearner, SelectionRule
from autoskl.metalearning.learning.policies import POLICIES, HeldOutKnowledge
from autoskl.metalearning.learning.portfolio_learning import PortfolioOptions, learn_portfolios
from autoskl.metalearning.learning.simulation import TIME_GRID, integral, regret_curve
from autoskl.metalearning.learning.task_table import Features
from autoskl.metalearning.shipped import Portfolio, metadata_file

Curves = NDArray[np.float64]
"""Regret over time, of shape (n_tasks, n_times)."""

N_PARTS = 5
BASELINE = "hand-ordered"
SHIPPED = "gain over log time"

VARIANTS: Mapping[str, PortfolioOptions] = {
    "gain alone": PortfolioOptions(SelectionRule(0.0)),
    "gain over time^0.6": PortfolioOptions(SelectionRule(0.6)),
    SHIPPED: PortfolioOptions(),
    "+ lists by rows": PortfolioOptions(by_rows=True),
    "+ resampling": PortfolioOptions(resamples=4),
}
"""Variants compared by `autoskl metadata evaluate`."""


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """Regret curves of several methods on the same tasks.

    Attributes
    ----------
    curves : mapping of str to ndarray of shape (n_tasks, n_times)
    weights : ndarray of shape (n_tasks,)
        Sum to 1.
    """

    curves: Mapping[str, Curves]
    weights: NDArray[np.float64]

    def mean(self, name: str) -> NDArray[np.float64]:
        """Return the mean regret (n_times,) of a method."""
        return self.weights @ self.curves[name]

    def objective(self, name: str) -> float:
        """Return the mean regret of a method over the logarithm of time."""
        return integral(self.mean(name))

    def difference(self, name: str, other: str) -> tuple[float, float]:
        """Return the difference of two objectives and its standard error over tasks."""
        pairs = zip(self.curves[name], self.curves[other], strict=True)
        differences = np.array([integral(a) - integral(b) for a, b in pairs])
        mean = float(self.weights @ differences)
        return mean, float(np.sqrt((self.weights**2 * (differences - mean) ** 2).sum()))

    def table(self) -> list[str]:
        """Return a text table with one line per method."""
        names = [BASELINE, *([SHIPPED] if SHIPPED in self.curves else [])]
        headings = "".join(f"{'to ' + name.split()[0][:4]:>9s}{'s.e.':>7s}" for name in names)
        lines = [
            f"{'':25s}{'J':>7s}{headings}" + "".join(f"{seconds:>7g}" for seconds in TIME_GRID)
        ]
        for name in self.curves:
            pairs = [self.difference(name, other) for other in names]
            differences = "".join(f"{mean:+9.4f}{error:7.4f}" for mean, error in pairs)
            curve = "".join(f"{value:7.3f}" for value in self.mean(name))
            lines.append(f"{name:25s}{self.objective(name):7.4f}{differences}{curve}")
        return lines


def can_compare(learner: PortfolioLearner) -> bool:
    """Whether there are enough groups to hold some out.

    Parameters
    ----------
    learner : PortfolioLearner
    """
    return len({task.group for task in learner.evidence.tasks}) > 1


def compare(
    learner: PortfolioLearner,
    variants: Mapping[str, PortfolioOptions],
    features: Features | None = None,
) -> Comparison:
    """Simulate every variant on tasks of groups that it was not learned from.

    Parameters
    ----------
    learner : PortfolioLearner
    variants : mapping of str to PortfolioOptions
        Also compared: the hand-made order, a random order, and each variant on its training tasks.
    features : mapping of str to mapping, default=None
        Meta-features by task; without them `POLICIES` are not compared.

    Raises
    ------
    ValueError
        If all tasks belong to one group.
    """
    if not can_compare(learner):
        raise ValueError("All data sets belong to one group: none can be held out.")
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
        seen = _Portfolios(learner, options)
        held_out = {
            k: _Portfolios(learner, options, [i for i, t in enumerate(tasks) if part[t.group] != k])
            for k in set(part.values())
        }
        curves[name] = _curves(learner, lambda t, p=held_out: p[part[tasks[t].group]](t))  # type: ignore[misc]
        curves[f"{name} (seen)"] = _curves(learner, seen)
        if name == SHIPPED and features is not None:
            curves.update(_policy_curves(learner, features, part, held_out))
    return Comparison(curves, learner.weights(SelectionRule()))


def _policy_curves(
    learner: PortfolioLearner,
    features: Features,
    part: Mapping[str, int],
    held_out: Mapping[int, _Portfolios],
) -> dict[str, Curves]:
    """Return the curves of other policies on the portfolios of held-out tasks."""
    parts = [part[task.group] for task in learner.evidence.tasks]
    known = {
        k: HeldOutKnowledge(
            learner, features, tuple(i for i, other in enumerate(parts) if other != k)
        )
        for k in held_out
    }
    return {
        name: np.array([policy(known[k], i, held_out[k](i)) for i, k in enumerate(parts)])
        for name, policy in POLICIES.items()
    }


def hand_order(learner: PortfolioLearner) -> list[int]:
    """Return the candidates in the hand-made order that preceded learning.

    Parameters
    ----------
    learner : PortfolioLearner
    """
    place = {c.key: i for i, c in enumerate(learner.evidence.candidates)}
    shipped = read_candidates(metadata_file("candidates.jsonl"))
    by_hand = dict.fromkeys(c.key for c in shipped if c.origin == "hand" and c.key in place)
    return [place[key] for key in by_hand]


class _Portfolios:
    """The learned portfolios of each type of task, looked up by task number."""

    def __init__(
        self,
        learner: PortfolioLearner,
        options: PortfolioOptions,
        tasks: Sequence[int] | None = None,
    ) -> None:
        self._tasks = learner.evidence.tasks
        self._place = {c.key: i for i, c in enumerate(learner.evidence.candidates)}
        self._portfolios: dict[str, tuple[Portfolio, ...]] = {
            str(task): learn_portfolios(learner, task, options, tasks)
            for task in sorted({t.task for t in self._tasks})
        }

    def __call__(self, number: int) -> list[int]:
        task = self._tasks[number]
        size = np.log(task.rows)
        nearest = min(self._portfolios[str(task.task)], key=lambda p: abs(np.log(p.rows) - size))
        return [self._place[key] for key in nearest.order]


def _curves(learner: PortfolioLearner, order: Callable[[int], list[int]]) -> Curves:
    return np.array(
        [
            regret_curve(order(i), task, learner.scales[i], learner.seconds[i])
            for i, task in enumerate(learner.evidence.tasks)
        ]
    )
