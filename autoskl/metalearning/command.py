"""The command ``autoskl metadata``: build, learn from, compare, merge and export stores."""

from __future__ import annotations

import argparse
import math
import sys
from pathlib import Path


def add_metadata(parser: argparse.ArgumentParser) -> None:
    """Add the sub-commands of ``autoskl metadata``.

    Parameters
    ----------
    parser : ArgumentParser
        The parser of ``autoskl metadata``.
    """
    commands = parser.add_subparsers(
        dest="action", required=True, metavar="build | learn | evaluate | merge"
    )
    _add_build(commands.add_parser("build", help="evaluate configurations on data sets"))
    _add_learn(commands.add_parser("learn", help="learn metadata from a store"))
    _add_evaluate(commands.add_parser("evaluate", help="estimate the quality of learned metadata"))
    _add_merge(commands.add_parser("merge", help="copy missing rows from one store to another"))


def _add_build(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run=_build)
    add = parser.add_argument
    add("folder", metavar="FOLDER", type=Path, help="folder of data sets with an index.csv")
    _add_store(parser)
    add(
        "--time-limit",
        type=_positive,
        required=True,
        metavar="S",
        help="seconds; repeat the command to resume",
    )
    _add_stage(parser)
    add(
        "--n-jobs",
        type=_workers,
        default=1,
        metavar="N",
        help="worker processes, -1 for one on each core; default 1",
    )
    add(
        "--candidates",
        type=Path,
        metavar="FILE",
        help="configurations to evaluate; default: the shipped ones",
    )
    add(
        "--only",
        metavar="NAMES",
        help="comma-separated names of the data sets to use; default: all",
    )


def _add_store(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--store", required=True, metavar="URL", help="SQLite file or database URL")


def _add_stage(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--stage",
        choices=["H", "F", "L"],
        default="H",
        help="H: holdout, F: folds, L: large holdout; default H",
    )


def _build(options: argparse.Namespace) -> None:
    """Evaluate candidates until the time limit."""
    from autoskl.execution.launcher import PRELOAD
    from autoskl.execution.local_workers import LocalWorkers
    from autoskl.metalearning.building.build import Builder
    from autoskl.metalearning.building.measurement import MeasurementJob
    from autoskl.metalearning.candidates import read_candidates
    from autoskl.metalearning.shipped import metadata_file
    from autoskl.metalearning.store.store import Store

    candidates = read_candidates(options.candidates or metadata_file("candidates.jsonl"))
    names = None if options.only is None else options.only.split(",")
    with Store(options.store) as store:
        builder = Builder(
            options.folder,
            store,
            predictions_folder(options.store),
            candidates,
            options.stage,
            names,
        )
        with LocalWorkers(
            options.n_jobs, preload=(*PRELOAD, MeasurementJob.__module__)
        ) as executor:
            builder.run(executor, options.time_limit, report=_notify)
        n_done, n_units = builder.counts()
        statuses = builder.statuses().most_common()
    counted = ", ".join(f"{count} {status}" for status, count in statuses)
    _notify(f"{n_done} of {n_units} units are done" + (f": {counted}" if counted else ""))


def _add_learn(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run=_learn)
    _add_store(parser)
    add = parser.add_argument
    add("--output", type=Path, required=True, metavar="FOLDER", help="folder for the metadata")
    add(
        "--exclude",
        default="",
        metavar="NAMES",
        help="comma-separated names of data sets to leave out, together with their groups",
    )
    _add_stage(parser)
    add(
        "--onto",
        type=Path,
        metavar="FOLDER",
        help="earlier metadata, kept where the store has no data",
    )
    add(
        "--only-regrets",
        action="store_true",
        help="keep everything of --onto and only add missing regrets",
    )


def _learn(options: argparse.Namespace) -> None:
    """Learn metadata from a store and write them."""
    from autoskl.metalearning.building.prediction_files import PredictionFiles
    from autoskl.metalearning.candidates import read_candidates, write_candidates
    from autoskl.metalearning.learning.learn import (
        NO_METADATA,
        LearnedMetadata,
        add_regrets,
        learn,
    )
    from autoskl.metalearning.learning.manifest import manifest
    from autoskl.metalearning.prior_tasks import read_tasks, write_tasks
    from autoskl.metalearning.shipped import (
        metadata_file,
        read_manifest,
        read_metadata,
        write_metadata,
    )
    from autoskl.metalearning.store.store import Store

    names = [name for name in options.exclude.split(",") if name]
    catalogue = read_candidates(metadata_file("candidates.jsonl"))
    base, earlier, earlier_manifest = options.onto, NO_METADATA, None
    if options.only_regrets and base is None:
        raise ValueError("--only-regrets adds to earlier metadata: pass their folder as --onto.")
    if base is not None:
        earlier = LearnedMetadata(read_metadata(base), read_tasks(base))
        earlier_manifest = read_manifest(base)
    with Store(options.store, create=False) as store:
        files = PredictionFiles(predictions_folder(options.store))
        if options.only_regrets:
            learned = add_regrets(store, files, earlier, names, stage=options.stage)
        else:
            learned = learn(store, files, catalogue, names, stage=options.stage, earlier=earlier)
        # Costs are learned from all stages.
        stage = options.stage if options.only_regrets else None
        n_tasks = len(learned.tasks.names)
        described = manifest(store, names, n_tasks, earlier_manifest, stage)
        write_metadata(options.output, learned.metadata, described)
    write_tasks(options.output, learned.tasks)
    write_candidates(options.output / "candidates.jsonl", catalogue)
    _notify(f"{len(learned.metadata.candidates)} configurations written to {options.output}")


def _add_evaluate(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run=_evaluate)
    _add_store(parser)
    _add_stage(parser)


def _evaluate(options: argparse.Namespace) -> None:
    """Print regret over time on held-out tasks, and prediction errors of the costs."""
    import numpy as np

    from autoskl.metalearning.building.prediction_files import PredictionFiles
    from autoskl.metalearning.learning.comparison import VARIANTS, can_compare, compare
    from autoskl.metalearning.learning.cost_fit import error_factors, read_timings
    from autoskl.metalearning.learning.features import read_features
    from autoskl.metalearning.learning.portfolio_learning import portfolio_learners
    from autoskl.metalearning.store.store import Store

    with Store(options.store, create=False) as store:
        files = PredictionFiles(predictions_folder(options.store))
        features = read_features(store)
        for name, learner in portfolio_learners(store, files, options.stage).items():
            n_tasks = len(learner.evidence.tasks)
            _print(f"{name}: {n_tasks} data set{'s' * (n_tasks != 1)}")
            if not can_compare(learner):
                _print("too few groups of data sets to hold some out")
                continue
            for line in compare(learner, VARIANTS, features).table():
                _print(line)
        by_family = error_factors(read_timings(store))
    factors = {family: values for family, values in by_family.items() if len(values)}
    for family, values in factors.items():
        _print(f"seconds of {family}: median error factor {np.median(values):.2f}")
    if factors:
        pooled = np.concatenate(list(factors.values()))
        _print(f"seconds of all families: median error factor {np.median(pooled):.2f}")


def _add_merge(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run=_merge)
    parser.add_argument("source", metavar="SOURCE", help="store to read")
    parser.add_argument("target", metavar="TARGET", help="store to write to")
    parser.add_argument(
        "--days", type=_positive, metavar="N", help="only results of the last N days"
    )


def _merge(options: argparse.Namespace) -> None:
    """Copy missing rows from one store to another; into a new store this is an export."""
    import time

    from autoskl.metalearning.store.location import without_password
    from autoskl.metalearning.store.merging import merge
    from autoskl.metalearning.store.store import Store

    since = 0.0 if options.days is None else time.time() - 86_400 * options.days
    with Store(options.source, create=False) as source, Store(options.target) as target:
        added = merge(source, target, since)
    counts = ", ".join(f"{n_rows} {name}" for name, n_rows in added.items())
    _notify(f"new in {without_password(options.target)}: {counts}")


def predictions_folder(location: str) -> Path:
    """Return the predictions folder of a store: beside its file, or in the current folder."""
    from autoskl.metalearning.store.location import without_password

    if "://" not in location:
        return Path(f"{location}.predictions")
    # The query part of the URL may hold a password.
    name = without_password(location).partition("?")[0].rpartition("/")[2]
    return Path(f"{name}.predictions")


def _positive(text: str) -> float:
    """Return a number above 0."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not number > 0:
        raise argparse.ArgumentTypeError(f"must be a number above 0. Got {text!r}")
    return number


def _workers(text: str) -> int:
    """Return a number of workers; negative ones count from all cores."""
    from autoskl.execution.resources import resolve_n_jobs

    try:
        return resolve_n_jobs(int(text))
    except ValueError as error:
        raise argparse.ArgumentTypeError(
            f"must be a whole number above 0, or -1 for one worker on each core. Got {text!r}"
        ) from error


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")


def _notify(message: str) -> None:
    sys.stderr.write(f"autoskl: {message}\n")
