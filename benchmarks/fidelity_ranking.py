"""How well few folds, or few rows, rank configurations, and what they cost.

``python benchmarks/fidelity_ranking.py FOLDER NAME ...`` prints a line of JSON for each table.
FOLDER contains data sets with an ``index.csv``. Each configuration is fitted on seven of eight
folds: three are the trial's own, and four measure its actual performance. On its first fold, it is
also fitted on fractions of the rows.
"""

from __future__ import annotations

import argparse
import json
import math
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import spearmanr

from autoskl.components.component import Shape
from autoskl.core.configuration import Configuration
from autoskl.core.fidelity import FULL, Fidelity
from autoskl.core.scoring import resolve_scoring
from autoskl.core.task import Task
from autoskl.core.trial import Trial, Unit
from autoskl.estimators.training_data import TrainingData, training_data
from autoskl.evaluation.evaluator import Evaluator
from autoskl.evaluation.scoring import score_checkpoints
from autoskl.evaluation.splitting import split_rows
from autoskl.execution.in_process import InProcess
from autoskl.metalearning.portfolio import portfolio_for
from autoskl.pipelines.pipeline_space import pipeline_space
from autoskl.tables.encoder import RawTableEncoder

SHARES = (1 / 4, 1 / 16)
TRIAL_FOLDS, TEST_FOLDS = (0, 1, 2), (3, 4, 5, 6)


def read(folder: Path, name: str) -> TrainingData:
    index = pd.read_csv(folder / "index.csv").set_index("name").loc[name]
    table = pd.read_csv(folder / f"{name}.csv.gz").dropna(subset=[index["target"]])
    codes, classes = pd.factorize(table.pop(index["target"]), sort=True)
    task = Task.BINARY if len(classes) == 2 else Task.MULTICLASS
    return training_data(table, codes, task=task, n_classes=len(classes), encoder=RawTableEncoder())


def measure(data: TrainingData, n: int, seconds: float, seed: int) -> dict[str, object]:
    dataset = data.release()
    metric = resolve_scoring(None, dataset.task, np.arange(dataset.n_classes))
    executor = InProcess()
    evaluator = Evaluator(
        dataset=executor.share(dataset),
        folds=executor.share(split_rows(dataset, 8, seed=seed, time_limit=None)),
        seed=seed,
    )

    def run(configuration: Configuration, fidelity: Fidelity, fold: int) -> tuple[float, float]:
        unit = Unit(Trial(0, configuration, fidelity), (fold,))
        (result,) = evaluator.evaluate(unit, seconds)
        scored = score_checkpoints(result, metric, dataset)
        return min(scored.losses, default=math.inf), scored.fit_seconds

    shape = Shape(n_rows=dataset.n_rows, n_columns=dataset.n_columns, n_classes=dataset.n_classes)
    space = pipeline_space(dataset.task, dataset.columns, shape, is_sparse=dataset.is_sparse)
    known = list(portfolio_for(space, dataset.task, dataset.n_rows))[: n // 3]
    listed = known + space.sample(np.random.default_rng(seed), n - len(known))
    full = np.array([[run(c, FULL, fold) for fold in (*TRIAL_FOLDS, *TEST_FOLDS)] for c in listed])
    cheap = np.array([[run(c, Fidelity(rows=s), 0) for s in SHARES] for c in listed])
    truth = full[:, len(TRIAL_FOLDS) :, 0].mean(axis=1)
    ok = np.isfinite(truth) & np.isfinite(cheap[:, :, 0]).all(axis=1)
    unit_cost = full[ok][:, 0, 1].mean()
    views = {"1 fold": full[:, :1], "3 folds": full[:, : len(TRIAL_FOLDS)]}
    views |= {f"1/{round(1 / s)} rows": cheap[:, [i]] for i, s in enumerate(SHARES)}
    table = {
        what: summary(each[ok, :, 0].mean(axis=1), truth[ok])
        | {"cost": float(each[ok, :, 1].sum(axis=1).mean() / unit_cost)}
        for what, each in views.items()
    }
    return {
        "rows": dataset.n_rows,
        "columns": dataset.n_columns,
        "n": int(ok.sum()),
        "seconds": float(unit_cost),
        "views": table,
    }


def summary(seen: np.ndarray, truth: np.ndarray) -> dict[str, float]:
    """Rank correlation over all and over the better half, and the regret of the leader."""
    better = truth <= np.median(truth)
    spread = np.median(truth) - truth.min()
    regret = (truth[np.argmin(seen)] - truth.min()) / spread if spread > 0 else 0.0
    return {
        "rank": float(spearmanr(seen, truth)[0]),
        "rank of better half": float(spearmanr(seen[better], truth[better])[0]),
        "regret of leader": float(regret),
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("names", nargs="+")
    parser.add_argument("-n", type=int, default=15, help="configurations")
    parser.add_argument("--seconds", type=float, default=10.0, help="limit of one fit")
    arguments = parser.parse_args()
    for seed, name in enumerate(arguments.names):
        result = measure(read(arguments.folder, name), arguments.n, arguments.seconds, seed)
        print(json.dumps({"name": name, **result}), flush=True)


if __name__ == "__main__":
    main()
