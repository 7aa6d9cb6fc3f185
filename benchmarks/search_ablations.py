"""Paired comparison of optimizer variants on surrogates of real runs.

cd BENCH
python PROJECT/benchmarks/search_ablations.py draw searchbench-dev.json others.json --seed 7
python PROJECT/benchmarks/search_ablations.py run others.json --results r.jsonl --variants smac ei
python PROJECT/benchmarks/search_ablations.py report r.jsonl
python PROJECT/benchmarks/search_ablations.py overhead -n 1000

BENCH is the folder of ``searchbench.py``, which is kept outside this repository. `draw` picks
instances of the same scenarios that are not in the given list and finds their best and median loss.
`run` resumes after an interruption. `report` computes differences to the first variant, with
standard errors over instances. Regret is capped at 2. `overhead` measures how long a proposal takes
with n results.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from autoskl.core.fidelity import FULL_ONLY
from autoskl.core.trial import Trial
from autoskl.optimizers import optimizer_class
from autoskl.optimizers.observation import observe

# The benchmark is in the working directory, the adaptors are next to this file.
sys.path[:0] = [str(Path.cwd()), str(Path(__file__).parent)]
search_adaptors, searchbench = map(import_module, ("search_adaptors", "searchbench"))

SHARES = {"rbv2_super": 0.5, "iaml_super": 0.083, "rbv2_xgboost": 0.167, "lcbench": 0.25}
"""Shares of the scenarios in the dev list."""
CHECKPOINTS = (10, 25, 50, 100)
WORST = 2.0
BATCH = 8
RANDOM_SECONDS = 100
PROPOSALS = 20


@dataclass(frozen=True)
class Variant:
    """An optimizer with options.

    Attributes
    ----------
    name : str
        Name of the optimizer.
    options : dict
    low : bool
        Whether it uses the four rungs of the multi-fidelity adaptor.
    batch : int
        Trials that are asked for before the first result is told.
    in_seconds : bool
        Whether the cost of a trial is its seconds, relative to the median of random trials.
    """

    name: str = "smac"
    options: dict[str, Any] = field(default_factory=dict)
    low: bool = False
    batch: int = 1
    in_seconds: bool = False


def multi(**options: Any) -> Variant:
    """Return multi-fidelity SMAC with options."""
    return Variant("multi-fidelity-smac", options, low=True)


VARIANTS = {
    "smac": Variant(),
    "smac-mf": multi(),
    "random": Variant("random"),
    "tpe": Variant("tpe"),
    "bohb": Variant("bohb", low=True),
    "bohb-one-density": Variant("bohb", {"original": True}, low=True),
    "forest": Variant(options={"surrogate": "forest"}),
    "pi": Variant(options={"acquisition": "pi"}),
    "ei": Variant(options={"acquisition": "ei"}),
    "thompson": Variant(options={"acquisition": "thompson"}),
    "random-share-.1": Variant(options={"random_share": 0.1}),
    "tolerance-.2": Variant(options={"tolerance": 0.2}),
    "tolerance-.3": Variant(options={"tolerance": 0.3}),
    "tolerance-.6": Variant(options={"tolerance": 0.6}),
    "batch-believe": Variant(batch=BATCH),
    "batch-lie": Variant(options={"pending": "lie"}, batch=BATCH),
    "batch-fantasize": Variant(options={"pending": "fantasize"}, batch=BATCH),
    "batch-ignore": Variant(options={"pending": "ignore"}, batch=BATCH),
    "seconds-ei": Variant(options={"acquisition": "ei"}, in_seconds=True),
    "seconds-ei-per-root": Variant(options={"cost_exponent": 0.5}, in_seconds=True),
    "seconds-ei-per-second": Variant(options={"cost_exponent": 1.0}, in_seconds=True),
    "mf-input-always": multi(n_full_only=None),
    "mf-ignore-low": multi(n_full_only=1),
    "mf-full-share-.8": multi(full_share=0.8),
    "mf-cheap-6": multi(n_cheap=6.0),
    "mf-ei": multi(acquisition="ei"),
}


def draw(options: argparse.Namespace) -> None:
    """Pick instances and write the list with their references."""
    rng = np.random.default_rng(options.seed)
    known = json.loads(options.known.read_text())
    target = {task["scenario"]: task["target"] for task in known}
    used = {(task["scenario"], str(task["instance"])) for task in known}
    chosen = []
    for scenario, share in SHARES.items():
        folder = Path(options.data) / scenario
        encoding = json.loads((folder / "encoding.json").read_text())
        names = encoding[searchbench.SCENARIOS[scenario]["instance"]]
        left = [name for name in names if name != "#na#" and (scenario, name) not in used]
        drawn = rng.permutation(left)[: round(share * options.n)]
        chosen += [(scenario, str(name), target[scenario]) for name in drawn]
    tasks = []
    for i, (scenario, instance, goal) in enumerate(chosen):
        task = searchbench.Task(options.data, scenario, instance, goal)
        best, median, _ = searchbench.prepare(task, np.random.default_rng(i), 2500, 24, 150)
        print(task.id, round(best, 4), round(median, 4), flush=True)
        names = {"scenario": scenario, "instance": instance, "target": goal}
        tasks.append(names | {"best": best, "median": median})
        options.out.write_text(json.dumps(tasks, indent=1))


class Seconds:
    """The cost of a trial: its share of the rows, or its seconds relative to a random trial."""

    def __init__(self, data: str, task: Any, in_seconds: bool) -> None:
        self._clock = None
        if in_seconds:
            outputs = task.spec["outputs"]
            column = "timetrain" if "timetrain" in outputs else "time"
            self._clock = searchbench.Task(data, task.scenario, task.instance, column)
            rng = np.random.default_rng(0)
            drawn = [searchbench.sample(task.space, rng) for _ in range(RANDOM_SECONDS)]
            self._usual = float(np.median([max(self._clock.loss(c), 0.0) for c in drawn]))

    def __call__(self, configuration: dict[str, Any], fidelity: float) -> float:
        """Return the cost of a trial in units of a full-fidelity trial."""
        if self._clock is None:
            return fidelity
        seconds = self._clock.loss(configuration, fidelity)
        return max(seconds / max(self._usual, 1e-3), 0.01)


def one(data: str, task: Any, variant: Variant, seed: int) -> dict[str, Any]:
    """Search a task once; the incumbent is the best result at the highest fidelity so far."""
    space = search_adaptors.space_from(task.space)
    ladder = search_adaptors.FIDELITIES if variant.low else FULL_ONLY
    start = time.process_time()
    search = optimizer_class(variant.name)(space, ladder=ladder, seed=seed, **variant.options)
    cost_of = Seconds(data, task, variant.in_seconds)
    spent, top, regret, n = 0.0, (0.0, np.inf), WORST, 0
    curve: list[float] = []
    while len(curve) < len(CHECKPOINTS):
        for trial in [search.ask() for _ in range(variant.batch)]:
            configuration, fidelity = dict(trial.configuration), trial.fidelity.rows
            loss, cost = task.loss(configuration, fidelity), cost_of(configuration, fidelity)
            while len(curve) < len(CHECKPOINTS) and CHECKPOINTS[len(curve)] < spent + cost - 1e-9:
                curve.append(round(min(regret, WORST), 5))
            spent, n = spent + cost, n + 1
            if (-fidelity, loss) < (-top[0], top[1]):
                top = (fidelity, loss)
                regret = task.regret(loss if fidelity == 1 else task.loss(configuration))
            search.tell(trial, loss, seconds=cost)
    milliseconds = 1e3 * (time.process_time() - start) / n
    return {"regret": curve, "n": n, "ms": round(milliseconds, 2)}


def run(options: argparse.Namespace) -> None:
    """Run what is missing, with seeds in the outer loop so that a partial run is balanced."""
    path = options.results
    lines = [json.loads(line) for line in path.open()] if path.exists() else []
    done = {(line["task"], line["variant"], line["seed"]) for line in lines}
    keys = ("scenario", "instance", "target", "best", "median")
    listed = json.loads(options.tasks.read_text())
    tasks = [searchbench.Task(options.data, *(task[key] for key in keys)) for task in listed]
    with path.open("a") as file:
        for seed in range(options.first_seed, options.first_seed + options.seeds):
            for task in tasks:
                for name in options.variants:
                    if (task.id, name, seed) in done:
                        continue
                    result = one(options.data, task, VARIANTS[name], seed)
                    line = {"task": task.id, "variant": name, "seed": seed} | result
                    file.write(json.dumps(line) + "\n")
                    file.flush()


def rows(lines: list[dict[str, Any]], variants: list[str]) -> Iterator[str]:
    """Yield a row for each variant, compared with the first on their common runs."""
    results = {(r["variant"], r["task"], r["seed"]): r for r in lines}
    for name in variants:
        both = [k[1:] for k in results if k[0] == name and (variants[0], *k[1:]) in results]
        tasks = sorted({task for task, _ in both})

        def mean(variant: str, task: str, both: list = both) -> Any:
            runs = [results[variant, t, s]["regret"] for t, s in both if t == task]
            return np.mean(runs, axis=0)

        regrets = np.array([mean(name, task) for task in tasks])
        difference = regrets - np.array([mean(variants[0], task) for task in tasks])
        error = difference.std(axis=0, ddof=1) / np.sqrt(len(tasks))
        cells = [name, f"{len(tasks)} x {len(both) / len(tasks):g}"]
        for value, change, e in zip(regrets.mean(0), difference.mean(0), error, strict=True):
            cells.append(f"{value:.3f} ({change:+.3f} ± {e:.3f})")
        cells.append(f"{np.mean([results[name, *key]['ms'] for key in both]):.1f}")
        yield "| " + " | ".join(cells) + " |"


def report(options: argparse.Namespace) -> None:
    """Print the table."""
    lines = [json.loads(line) for line in options.results.open()]
    variants = options.variants or list(dict.fromkeys(line["variant"] for line in lines))
    headers = ["variant", "instances x seeds", *(f"@{c}" for c in CHECKPOINTS), "CPU ms per trial"]
    print("| " + " | ".join(headers) + " |\n" + "|---" * len(headers) + "|")
    print("\n".join(rows(lines, variants)))


def overhead(options: argparse.Namespace) -> None:
    """Print the cost of a proposal given n results with random ranks."""
    for scenario in options.scenarios:
        space = search_adaptors.space_from(searchbench.load_space(options.data, scenario))
        for name, low in (("smac", False), ("multi-fidelity-smac", True)):
            ladder = search_adaptors.FIDELITIES if low else FULL_ONLY
            rng = np.random.default_rng(0)
            # As many on low rungs as in a multi-fidelity search.
            cheap = [rung.fidelity for rung in np.repeat(ladder.rungs[:2], (27, 54))] if low else []
            fidelities = [*cheap, *[ladder.top] * options.n][: options.n]
            rows = zip(space.sample(rng, options.n), fidelities, strict=True)
            trials = [Trial(i, c, fidelity, name) for i, (c, fidelity) in enumerate(rows)]
            search = optimizer_class(name)(space, ladder=ladder)
            search.restore(trials, [observe(trial, rng.random()) for trial in trials])
            search.ask()
            start = time.process_time()
            for _ in range(PROPOSALS):
                search.tell(search.ask(), rng.random())
            spent = 1e3 * (time.process_time() - start) / PROPOSALS
            print(f"{scenario} {name}: {spent:.1f} ms at {options.n} results", flush=True)


def main() -> None:
    """Draw, run, report or measure overhead."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("draw")
    command.add_argument("known", type=Path)
    command.add_argument("out", type=Path)
    command.add_argument("-n", type=int, default=36)
    command.add_argument("--seed", type=int, default=0)
    command.set_defaults(call=draw)
    command = commands.add_parser("run")
    command.add_argument("tasks", type=Path)
    command.add_argument("--results", type=Path, required=True)
    command.add_argument("--variants", nargs="+", choices=VARIANTS, required=True)
    command.add_argument("--seeds", type=int, default=1)
    command.add_argument("--first-seed", type=int, default=0)
    command.set_defaults(call=run)
    command = commands.add_parser("report")
    command.add_argument("results", type=Path)
    command.add_argument("--variants", nargs="+")
    command.set_defaults(call=report)
    command = commands.add_parser("overhead")
    command.add_argument("-n", type=int, default=1000)
    command.add_argument("--scenarios", nargs="+", default=["rbv2_super", "lcbench"])
    command.set_defaults(call=overhead)
    for command in commands.choices.values():
        command.add_argument("--data", default="yahpo")
    options = parser.parse_args()
    options.call(options)


if __name__ == "__main__":
    main()
