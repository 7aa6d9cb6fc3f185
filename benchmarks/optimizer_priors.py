"""The gain of an optimizer from other data sets: weights of families and values, and results.

python benchmarks/metadata_without.py FOLDER other --count 30
python benchmarks/optimizer_priors.py run FOLDER other --results priors.jsonl
python benchmarks/optimizer_priors.py report priors.jsonl

On each data set that ``other`` excludes, SMAC is given the results of the first members of the
portfolio. It then proposes more configurations, with each part of the prior and without. Each
configuration is fitted on 1,000 rows, once for all arms, and scored on a holdout, which guides the
search, and on test rows. Nothing depends on timing, except that a fit of more than ten seconds is a
failure. Existing results are not recomputed.

The report contains the holdout loss of the best so far, where 0 is the best that any arm has found
on the data set and 1 the median of the members, and the logarithm of its test loss. Both are
differences to no prior, with standard errors over data sets.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np

from autoskl.core.configuration import Configuration
from autoskl.core.seeds import derive_seed
from autoskl.execution.cpu_limit import CpuTimeExceeded, cpu_time_limit
from autoskl.execution.executor import Limits
from autoskl.execution.local_workers import LocalWorkers
from autoskl.metalearning.building.corpus import CorpusEntry, read_corpus
from autoskl.metalearning.building.measurement import load_sample, measure, space_of_dataset
from autoskl.metalearning.building.sampling import Stage
from autoskl.metalearning.optimizer_prior import FAMILIES, PARTS, RESULTS, VALUES, optimizer_prior
from autoskl.metalearning.warm_start import starting_members
from autoskl.optimizers import optimizer_class

STAGE = Stage(name="P", train_rows=1_000, test_rows=2_000, n_folds=1, cpu_seconds=10.0)
ARMS = {
    "none": frozenset[str](),
    FAMILIES: frozenset({FAMILIES}),
    VALUES: frozenset({VALUES}),
    RESULTS: frozenset({RESULTS}),
    "families and results": frozenset({FAMILIES, RESULTS}),
    "all": PARTS,
}
CHECKPOINTS = (5, 10, 20, 30)
METRICS = ("neg_log_loss", "neg_mean_squared_error")
SECONDS_OF_A_DATA_SET = 7_200.0

Losses = tuple[float, float]
"""Losses on the holdout and on test rows."""


@dataclass(frozen=True)
class Comparison:
    """A call that compares the arms on a data set."""

    folder: str
    entry: CorpusEntry
    search: str
    n_members: int
    n_proposals: int
    seeds: tuple[int, ...]
    arms: tuple[str, ...]

    def __call__(self) -> list[dict]:
        """Return for each arm and seed the losses in the order of the proposals."""
        sample = load_sample(self.folder, self.entry, STAGE, 0)
        space = space_of_dataset(sample.dataset)
        members = list(islice(starting_members(space, sample.dataset), self.n_members))
        known: dict[Configuration, Losses] = {}

        def losses_of(configuration: Configuration) -> Losses:
            if configuration not in known:
                known[configuration] = self._measured(configuration)
            return known[configuration]

        lines = []
        for seed in self.seeds:
            for arm in self.arms:
                prior = optimizer_prior(space, sample.dataset, ARMS[arm])
                search = optimizer_class(self.search)(
                    prior.space, seed=derive_seed("optimizer priors", seed)
                )
                search.archive.transfer(prior.results)
                search.enqueue(members)
                results = searched(search, losses_of, self.n_members + self.n_proposals)
                key = {"name": self.entry.name, "arm": arm, "seed": seed}
                lines.append(key | {"n_members": len(members), "losses": results})
        return lines

    def _measured(self, configuration: Configuration) -> Losses:
        sample = load_sample(self.folder, self.entry, STAGE, 0)
        try:
            with cpu_time_limit(STAGE.cpu_seconds):
                measurement = measure(sample, configuration, 0)
        except (CpuTimeExceeded, KeyboardInterrupt):  # CatBoost turns the former into the latter
            return np.inf, np.inf
        losses = measurement.losses
        if losses is None:
            return np.inf, np.inf
        (metric,) = (name for name in METRICS if name in losses["test"])
        return losses["validation"].get(metric, np.inf), losses["test"][metric]


def searched(search, losses_of: Callable[[Configuration], Losses], n_trials: int) -> list[Losses]:
    """Ask and tell, then return the losses."""
    results = []
    for _ in range(n_trials):
        trial = search.ask()
        losses = losses_of(trial.configuration)
        search.tell(trial, losses[0], failed=not np.isfinite(losses[0]))
        results.append(losses)
    return results


def run(options: argparse.Namespace) -> None:
    """Compare the arms on the data sets that have no results yet."""
    os.environ["AUTOSKL_METADATA"] = str(options.metadata)
    path = options.results
    done = {(line["name"], line["arm"]) for line in read(path)} if path.exists() else set()
    excluded = json.loads((options.metadata / "manifest.json").read_text())["excluded"]
    missing = {
        name: tuple(arm for arm in options.arms if (name, arm) not in done)
        for name in options.names or excluded
    }
    entries = [entry for entry in read_corpus(options.folder) if missing.get(entry.name)]
    entries.sort(key=lambda entry: min(entry.rows, STAGE.train_rows) * entry.columns)
    with LocalWorkers(options.workers) as executor, path.open("a") as file:
        running = {}
        for entry in entries:
            call = Comparison(
                str(options.folder),
                entry,
                options.search,
                options.members,
                options.proposals,
                tuple(options.seeds),
                missing[entry.name],
            )
            running[executor.submit(call, Limits(SECONDS_OF_A_DATA_SET))] = entry.name
        while running:
            for ticket, outcome in executor.wait():
                name = running.pop(ticket)
                if outcome.value is None:
                    print(f"{name}: {outcome.status} {outcome.reason}", flush=True)
                    continue
                file.writelines(json.dumps(line) + "\n" for line in outcome.value)
                file.flush()
                print(f"{name}: done, {len(running)} left", flush=True)


def read(path: Path) -> list[dict]:
    """Return the results so far."""
    return [json.loads(line) for line in path.read_text().splitlines()]


def report(options: argparse.Namespace) -> None:
    """Print the mean differences to no prior at the checkpoints."""
    lines = read(options.results)
    arms = [arm for arm in ARMS if any(line["arm"] == arm for line in lines)]
    runs = {(line["name"], line["arm"]) for line in lines}
    names = [n for n in sorted({n for n, _ in runs}) if all((n, arm) in runs for arm in arms)]
    print(f"{len(names)} data sets\n")
    print("| prior | " + " | ".join(f"after {n}" for n in CHECKPOINTS) + " | test loss, after 30 |")
    print("|---" * (len(CHECKPOINTS) + 2) + "|")
    curves = {name: curves_of([r for r in lines if r["name"] == name]) for name in names}
    for arm in arms:
        values = np.array([curves[name][arm] for name in names])
        base = np.array([curves[name]["none"] for name in names])
        shown = values if arm == "none" else values - base
        means = shown.mean(axis=0)
        errors = shown.std(axis=0, ddof=1) / np.sqrt(len(names))
        cells = [f"{m:+.3f} ± {e:.3f}" for m, e in zip(means, errors, strict=True)]
        cells = cells if arm != "none" else [f"{m:.3f}" for m in means[:-1]] + ["0"]
        print(f"| {arm} | " + " | ".join(cells) + " |")


def curves_of(lines: list[dict]) -> dict[str, list[float]]:
    """Return for each arm the normalised losses at the checkpoints and the log test loss."""
    all_losses = [losses for line in lines for losses in line["losses"]]
    best = min(loss for loss, _ in all_losses)
    members = lines[0]["losses"][: lines[0]["n_members"]]
    scale = max(float(np.median([loss for loss, _ in members])) - best, 1e-12)
    rows_by_arm: dict[str, list[list[float]]] = {}
    for line in lines:
        at = [line["n_members"] + n for n in CHECKPOINTS]
        chosen = [min(line["losses"][:n]) for n in at]
        row = [(loss - best) / scale for loss, _ in chosen]
        rows_by_arm.setdefault(line["arm"], []).append([*row, np.log(chosen[-1][1] + 1e-12)])
    return {arm: np.mean(rows, axis=0).tolist() for arm, rows in rows_by_arm.items()}


def main() -> None:
    """Run or report."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("run")
    command.add_argument("folder", type=Path, help="data sets with an index.csv")
    command.add_argument("metadata", type=Path, help="metadata that have not seen them")
    command.add_argument("--results", type=Path, required=True)
    command.add_argument("--names", nargs="+", help="default: what the metadata exclude")
    command.add_argument("--search", default="smac")
    command.add_argument("--arms", nargs="+", choices=list(ARMS), default=list(ARMS))
    command.add_argument("--members", type=int, default=10)
    command.add_argument("--proposals", type=int, default=CHECKPOINTS[-1])
    command.add_argument("--seeds", type=int, nargs="+", default=[0])
    command.add_argument("--workers", type=int, default=2)
    command.set_defaults(call=run)
    command = commands.add_parser("report")
    command.add_argument("results", type=Path)
    command.set_defaults(call=report)
    options = parser.parse_args()
    options.call(options)


if __name__ == "__main__":
    main()
