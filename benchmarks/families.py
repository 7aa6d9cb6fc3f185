"""Each family's default on real tables: loss, rank, seconds, bytes and cost prior accuracy.

python benchmarks/families.py run FOLDER --results families.jsonl
python benchmarks/families.py report families.jsonl

FOLDER contains the tables NAME.csv.gz and index.csv with the columns name, task, target, rows and
columns. Each default is fitted on one fold of at most 5,000 rows. Existing results are not
recomputed.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import defaultdict
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

import numpy as np
from cpu_clock import cpu_clock

from autoskl.components.component import Shape
from autoskl.components.registry import component
from autoskl.core.configuration import Configuration
from autoskl.core.scoring import resolve_scoring
from autoskl.core.task import Task
from autoskl.core.trial import Trial, Unit
from autoskl.evaluation.evaluator import Evaluator
from autoskl.evaluation.scoring import score_checkpoints
from autoskl.execution.cpu_limit import CpuTimeExceeded, cpu_time_limit
from autoskl.execution.executor import Limits
from autoskl.execution.in_process import DirectHandle
from autoskl.execution.local_workers import LocalWorkers
from autoskl.execution.memory import peak_private, reset_peak, resident_private
from autoskl.metalearning.building.corpus import CorpusEntry, read_corpus
from autoskl.metalearning.building.measurement import load_sample, space_of_dataset
from autoskl.metalearning.building.sampling import Stage
from autoskl.pipelines.costs import PipelineCosts

LIMIT, DEADLINE = 60.0, 45.0
"""CPU seconds: a fit is stopped after the first, and should stop by itself after the second."""
WALL_PER_CPU = 20
"""Maximum wall-clock seconds per CPU second, so that other processes do not matter."""
REPEATED = 10.0
"""Fits that take fewer seconds are repeated."""
TICK = 1e-3
"""Resolution of the CPU clock in seconds; shorter times count as this."""
STAGE = Stage(name="F", train_rows=5_000, test_rows=5_000, n_folds=1, cpu_seconds=LIMIT)


@dataclass(frozen=True)
class Defaults:
    """A call that fits the default of a family on a table."""

    folder: str
    entry: CorpusEntry
    family: str

    def __call__(self) -> dict:
        """Return loss, seconds, bytes and both priors, or why there is no loss."""
        sample = load_sample(self.folder, self.entry, STAGE, 0)
        configuration = default_of(self.family, sample.dataset)
        if configuration is None:
            return {"status": "not for this table"}
        evaluator = Evaluator(
            dataset=DirectHandle(sample.dataset), folds=DirectHandle(sample.folds), seed=0
        )
        before = resident_private("self")
        reset_peak()
        try:
            result, seconds = timed(evaluator, configuration)
            # Libraries loaded by the first fit count, because the prior includes them.
            peak = peak_private() - before
            if seconds < REPEATED:
                # Loading during the first fit of a process is not part of its cost.
                result, seconds = timed(evaluator, configuration)
        except CpuTimeExceeded:
            return {"status": "timeout", "reason": f"more than {LIMIT:g} CPU seconds"}
        classes = np.arange(sample.dataset.n_classes)
        metric = resolve_scoring(None, self.entry.task, classes)
        if result.ok:
            result = score_checkpoints(result, metric, sample.dataset)
        dataset = sample.dataset
        shape = Shape(
            n_rows=len(sample.folds.train(0)),
            n_columns=dataset.width,
            n_classes=dataset.n_classes,
        )
        pipelines = PipelineCosts(dataset.task, dataset.columns, shape)
        prepared = pipelines.model_input(configuration, shape.n_rows)
        prior = component(self.family).cost(configuration.part(self.family), prepared.shape)
        return {
            "status": str(result.status),
            "reason": result.reason,
            "loss": float(np.min(result.losses)) if result.ok else None,
            "seconds": seconds,
            "prior": prior.seconds + prepared.cost.seconds,
            "shape": [shape.n_rows, shape.n_columns, prepared.shape.n_columns, shape.n_classes],
            "bytes": peak,
            "prior_bytes": prior.bytes + prepared.cost.bytes,
            "steps": prepared.cost.seconds,
            "model_bytes": result.model.size if result.model is not None else None,
        }


def timed(evaluator: Evaluator, configuration: Configuration):
    """Return the result of one fold and its CPU seconds, without those of other processes."""
    start = time.process_time()
    with cpu_clock(), cpu_time_limit(LIMIT):
        (result,) = evaluator.evaluate(Unit(Trial(0, configuration), (0,)), DEADLINE)
    return result, time.process_time() - start


def default_of(family: str, dataset) -> Configuration | None:
    """Return the default of a family in the table's space; None if it is not part of it."""
    space = space_of_dataset(dataset)
    levels = space.parameters["model"].levels or ()
    return space.complete({"model": family}) if family in levels else None


def run(arguments: argparse.Namespace) -> None:
    """Run the missing fits, one table after another."""
    known = {(line["table"], line["family"]) for line in read(arguments.results)}
    # Alternate, so that partial results cover all tasks.
    rounds = zip_longest(*(tables(arguments, task) for task in Task))
    entries = [entry for batch in rounds for entry in batch if entry is not None]
    with LocalWorkers(1) as executor, arguments.results.open("a") as file:
        for entry in entries:
            for family in arguments.families or families(entry.task):
                if (entry.name, family) in known:
                    continue
                call = Defaults(str(arguments.folder), entry, family)
                executor.submit(call, Limits(seconds=WALL_PER_CPU * LIMIT))
                ((_, outcome),) = executor.wait()
                line = {"table": entry.name, "task": str(entry.task), "family": family}
                line |= outcome.value or {"status": str(outcome.status), "reason": outcome.reason}
                file.write(json.dumps(line) + "\n")
                file.flush()


def tables(arguments: argparse.Namespace, task: Task) -> list[CorpusEntry]:
    """Return evenly spaced tables of a task, a third of the requested number."""
    of_task = [entry for entry in read_corpus(arguments.folder) if entry.task is task]
    count = arguments.tables // len(Task) + (list(Task).index(task) < arguments.tables % len(Task))
    return of_task[:: max(len(of_task) // max(count, 1), 1)][:count]


def families(task: Task) -> list[str]:
    """Return the models with a prior weight, the largest first."""
    from autoskl.components.component import Role
    from autoskl.components.registry import components

    models = components(Role.MODEL, task)
    names = [name for name, entry in models.items() if entry.weight > 0]
    return sorted(names, key=lambda name: -models[name].weight)


def read(path: Path) -> list[dict]:
    """Return the lines of the results."""
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def report(arguments: argparse.Namespace) -> None:
    """Print a row for each family; ranks are scaled, 0 is the best on a table and 1 the last."""
    lines = read(arguments.results)
    ranks, columns = defaultdict(list), defaultdict(list)
    for table in {line["table"] for line in lines}:
        fitted = [line for line in lines if line["table"] == table and line.get("loss") is not None]
        order = np.argsort([line["loss"] for line in fitted])
        for place, index in enumerate(order):
            ranks[fitted[index]["family"]].append(place / max(len(fitted) - 1, 1))
    for line in lines:
        columns[line["family"]].append(line)
    print(f"{'family':25s}  tables  rank  seconds  largest  fit/prior   MiB  prior   KiB  failed")
    for family in sorted(columns, key=lambda name: np.mean(ranks[name] or [2.0])):
        print(row(family, columns[family], ranks[family]))


def row(family: str, lines: list[dict], ranks: list[float]) -> str:
    """Return the line of a family: mean rank, seconds, the fit with the most bytes, and priors."""
    fitted = [line for line in lines if line.get("loss") is not None]
    failed = sum(line["status"] not in ("ok", "not for this table") for line in lines)
    if not fitted:
        return f"{family:25s} {0:7d} {'':57s} {failed}"
    seconds = [line["seconds"] for line in fitted]
    ratios = [max(line["seconds"], TICK) / max(line["prior"], TICK) for line in fitted]
    ratio = np.exp(np.mean(np.log(ratios)))
    measured, planned = max((line["bytes"], line["prior_bytes"]) for line in fitted)
    size = np.median([line["model_bytes"] or 0 for line in fitted]) / 1024
    return (
        f"{family:25s} {len(fitted):7d} {np.mean(ranks):5.2f} {np.median(seconds):8.2f} "
        f"{max(seconds):8.2f} {ratio:10.2f} {measured / 2**20:5.0f} {planned / 2**20:6.0f} "
        f"{size:5.0f} {failed:7d}"
    )


def main() -> None:
    """Parse the arguments."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    commands = parser.add_subparsers(required=True)
    running = commands.add_parser("run")
    running.add_argument("folder", type=Path)
    running.add_argument("--results", type=Path, required=True)
    running.add_argument("--tables", type=int, default=20)
    running.add_argument("--families", nargs="*")
    running.set_defaults(call=run)
    reporting = commands.add_parser("report")
    reporting.add_argument("results", type=Path)
    reporting.set_defaults(call=report)
    arguments = parser.parse_args()
    arguments.call(arguments)


if __name__ == "__main__":
    main()
