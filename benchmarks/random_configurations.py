"""How many random configurations of the complete space succeed on small, varied tables.

python benchmarks/random_configurations.py run FOLDER --results random.jsonl --count 300
python benchmarks/random_configurations.py report random.jsonl

FOLDER contains the tables NAME.csv.gz and index.csv with the columns name, task, target, rows and
columns. Each configuration is drawn from the prior of its table's space and fitted on one fold of
at most 1,000 rows, within 10 seconds. Existing results are not recomputed. --processor measures CPU
time, also for models that stop by themselves; use it on shared machines.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from cpu_clock import cpu_clock

from autoskl.core.configuration import Configuration
from autoskl.core.seeds import derive_seed
from autoskl.core.task import Task
from autoskl.core.trial import Trial, Unit
from autoskl.evaluation.evaluator import Evaluator
from autoskl.execution.cpu_limit import CpuTimeExceeded, cpu_time_limit
from autoskl.execution.executor import Limits, Outcome
from autoskl.execution.in_process import DirectHandle
from autoskl.execution.local_workers import LocalWorkers
from autoskl.metalearning.building.corpus import CorpusEntry, read_corpus
from autoskl.metalearning.building.measurement import load_sample, space_of_dataset
from autoskl.metalearning.building.sampling import Stage

LIMIT = 10.0
DEADLINE = 7.0
"""Seconds after which iterative models should stop by themselves."""
WALL_PER_CPU = 20
"""Maximum wall-clock seconds per CPU second."""
AT_A_TIME = 8
"""Draws from a table before moving to the next one."""
STAGE = Stage(name="R", train_rows=1_000, test_rows=100, n_folds=1, cpu_seconds=LIMIT)


@dataclass(frozen=True)
class RandomFit:
    """A call that draws a configuration and fits it on one fold."""

    folder: str
    entry: CorpusEntry
    number: int
    role: str | None
    processor: bool = False

    def __call__(self) -> dict:
        """Return the configuration, the status and its reason."""
        sample = load_sample(self.folder, self.entry, STAGE, 0)
        configuration = self.draw()
        evaluator = Evaluator(
            dataset=DirectHandle(sample.dataset), folds=DirectHandle(sample.folds), seed=self.number
        )
        line = {"configuration": dict(configuration)}
        unit, start = Unit(Trial(0, configuration), (0,)), time.process_time()
        try:
            if self.processor:
                with cpu_clock(), cpu_time_limit(LIMIT):
                    (result,) = evaluator.evaluate(unit, DEADLINE)
            else:
                (result,) = evaluator.evaluate(unit, DEADLINE)
        except CpuTimeExceeded:
            reason = f"more than {LIMIT:g} seconds of the processor"
            return line | {"status": "timeout", "reason": reason, "seconds": LIMIT}
        seconds = time.process_time() - start if self.processor else result.fit_seconds
        return line | {
            "status": str(result.status),
            "reason": result.reason,
            "seconds": round(seconds, 3),
        }

    def draw(self) -> Configuration:
        """Draw from the prior, or with all components of a role equally likely."""
        space = space_of_dataset(load_sample(self.folder, self.entry, STAGE, 0).dataset)
        rng = np.random.default_rng(derive_seed("random configurations", self.number))
        if self.role is not None and self.role in space.parameters:
            space = space.restrict(self.role, str(rng.choice(space.parameters[self.role].levels)))
        return space.sample(rng, 1)[0]


def run(arguments: argparse.Namespace) -> None:
    """Run the missing draws, a few of each table in turn."""
    known = {(line["task"], line["number"], line["role"]) for line in read(arguments.results)}
    entries = [e for e in read_corpus(arguments.folder) if e.task is Task(arguments.task)]
    entries = entries[:: max(len(entries) // arguments.tables, 1)][: arguments.tables]
    numbers = [
        n
        for n in sorted(range(arguments.count), key=lambda n: position(n, len(entries)))
        if (arguments.task, n, arguments.role) not in known
    ]
    with LocalWorkers(arguments.workers) as executor, arguments.results.open("a") as file:
        running = {}
        for number in numbers:
            entry = entries[number % len(entries)]
            fit = RandomFit(
                str(arguments.folder), entry, number, arguments.role, arguments.processor
            )
            limit = LIMIT * (WALL_PER_CPU if arguments.processor else 1)
            running[executor.submit(fit, Limits(seconds=limit))] = fit
        while running:
            for ticket, outcome in executor.wait():
                fit = running.pop(ticket)
                line = {"task": arguments.task, "number": fit.number, "role": fit.role}
                line |= {"table": fit.entry.name, **(outcome.value or failure(fit, outcome))}
                file.write(json.dumps(line) + "\n")
                file.flush()


def position(number: int, n_tables: int) -> tuple[int, int]:
    """Return the position of a draw in the order: a few of each table at a time."""
    return number // (n_tables * AT_A_TIME), number % n_tables


def failure(fit: RandomFit, outcome: Outcome) -> dict:
    """Return what is known about a call without a result."""
    configuration = dict(fit.draw())
    return {
        "configuration": configuration,
        "status": str(outcome.status),
        "reason": outcome.reason,
        "seconds": round(outcome.seconds, 3),
    }


def read(path: Path) -> list[dict]:
    """Return the lines of the results."""
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def report(arguments: argparse.Namespace) -> None:
    """Print the share of each status for each task, and the failures."""
    lines = read(arguments.results)
    for task in sorted({line["task"] for line in lines}):
        of_task = [line for line in lines if line["task"] == task]
        counts = Counter(line["status"] for line in of_task)
        summary = ", ".join(f"{count} {status}" for status, count in counts.most_common())
        print(f"{task}: {counts['ok'] / len(of_task):.1%} ok of {len(of_task)} ({summary})")
    for line in lines:
        if line["status"] != "ok":
            roles = {k: v for k, v in line.get("configuration", {}).items() if ":" not in k}
            print(f"  {line['task']} {line['number']} {line['table']} {line['status']}:", end=" ")
            print(line["reason"][:200], roles)


def main() -> None:
    """Parse the arguments."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    commands = parser.add_subparsers(required=True)
    running = commands.add_parser("run")
    running.add_argument("folder", type=Path)
    running.add_argument("--results", type=Path, required=True)
    running.add_argument("--task", choices=[str(task) for task in Task], default="binary")
    running.add_argument("--count", type=int, default=300)
    running.add_argument("--tables", type=int, default=30)
    running.add_argument("--workers", type=int, default=1)
    running.add_argument("--processor", action="store_true", help="seconds of the processor")
    running.add_argument("--role", help="draw the component of this role evenly")
    running.set_defaults(call=run)
    reporting = commands.add_parser("report")
    reporting.add_argument("results", type=Path)
    reporting.set_defaults(call=report)
    arguments = parser.parse_args()
    arguments.call(arguments)


if __name__ == "__main__":
    main()
