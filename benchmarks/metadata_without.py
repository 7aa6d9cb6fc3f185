"""Metadata without some data sets, made from the shipped regrets instead of a store.

python benchmarks/metadata_without.py FOLDER OUTPUT [--names a b ... | --count 30 --seed 0]

`autoskl metadata learn --exclude` needs the store of evaluations, which is not shipped. The shipped
regrets contain the performance of each single configuration on each data set. After those of the
named data sets and of their groups are dropped, an order is learned from them: each next
configuration reduces the regret of the best so far the most, in the weighted mean over the
remaining data sets of the same type of task. The linear model stays first. The set of
configurations and the costs of fits remain as shipped, so these were learned from the named data
sets as well.
"""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from autoskl.core.task import Task
from autoskl.metalearning.building.corpus import read_corpus
from autoskl.metalearning.prior_tasks import PriorTasks, shipped_tasks, write_tasks
from autoskl.metalearning.shipped import metadata_folder, shipped_metadata

NETWORKS = ("real_mlp", "tabm")
"""Families that keep their positions."""

UNTRIED = 1.5
"""Regret of a configuration that was not tried on a data set; also the maximum."""


def learned_order(order: list[str], tasks: PriorTasks, fixed: set[str]) -> list[str]:
    """Return the members in a new order, chosen greedily; some keep their positions."""
    column = {key: place for place, key in enumerate(tasks.keys)}
    regrets = np.where(np.isnan(tasks.regrets), UNTRIED, tasks.regrets)
    regrets = np.column_stack([regrets, np.full(len(regrets), UNTRIED)])
    column = {key: column.get(key, len(tasks.keys)) for key in order}
    chosen, waiting = order[:1], [key for key in order[1:] if key not in fixed]
    best: NDArray[np.float64] = regrets[:, column[order[0]]]
    while waiting:
        means = [tasks.weights @ np.minimum(best, regrets[:, column[key]]) for key in waiting]
        chosen.append(waiting.pop(int(np.argmin(means))))
        best = np.minimum(best, regrets[:, column[chosen[-1]]])
    for place, key in enumerate(order):
        if key in fixed:
            chosen.insert(place, key)
    return chosen


def main() -> None:
    """Write the metadata folder."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, help="data sets with an index.csv")
    parser.add_argument("output", type=Path)
    parser.add_argument("--names", nargs="+")
    parser.add_argument("--count", type=int, default=30, help="drawn at random without names")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    group = {entry.name: entry.group for entry in read_corpus(options.folder)}
    drawn = np.random.default_rng(options.seed).permutation(sorted(group))[: options.count]
    names = options.names or [str(name) for name in drawn]
    groups = {group[name] for name in names}
    tasks = shipped_tasks().without({name for name in group if group[name] in groups})
    shutil.copytree(metadata_folder(), options.output)
    write_tasks(options.output, tasks)
    candidates = shipped_metadata().candidates
    networks = {key for key, candidate in candidates.items() if candidate.family in NETWORKS}
    portfolios = json.loads((options.output / "portfolios.json").read_text())
    for kind, lists in portfolios.items():
        for portfolio in lists:
            prior = tasks.of_type(Task(kind))
            portfolio["order"] = learned_order(portfolio["order"], prior, networks)
    (options.output / "portfolios.json").write_text(json.dumps(portfolios, indent=1) + "\n")
    manifest = json.loads((options.output / "manifest.json").read_text())
    manifest |= {"excluded": names, "tasks": len(tasks.names)}
    (options.output / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n")
    print(f"{len(tasks.names)} data sets left of {len(group)}; without {', '.join(names)}")


if __name__ == "__main__":
    main()
