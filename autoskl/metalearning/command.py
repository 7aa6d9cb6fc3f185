"""The command ``autoskl metadata``: build, learn from, compare, merge and export stores."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path


def add_metadata(parser: argparse.ArgumentParser) -> None:
    """Declare the sub-commands of ``autoskl metadata``.

    Parameters
    ----------
    parser : ArgumentParser
        Of the command ``metadata``.
    """
    commands = parser.add_subparsers(
        dest="action", required=True, metavar="build | learn | evaluate | merge"
    )
    _add_build(commands.add_parser("build", help="evaluate configurations over data sets"))
    _add_learn(commands.add_parser("learn", help="learn metadata from a store"))
    _add_evaluate(commands.add_parser("evaluate", help="how good is what would be learned"))
    _add_merge(commands.add_parser("merge", help="copy from a store what another lacks"))


def _add_build(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run=_build)
    add = parser.add_argument
    add("folder", metavar="FOLDER", type=Path, help="data sets with an index.csv")
    _add_store(parser)
    add("--time-limit", type=float, required=True, metavar="S", help="seconds; resumable")
    _add_stage(parser)
    add("--n-jobs", type=int, default=1, metavar="N", help="worker processes; default 1")
    add("--candidates", type=Path, metavar="FILE", help="configurations; default: the shipped ones")
    add("--only", metavar="NAMES", help="some data sets only, separated by commas")


def _add_store(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--store", required=True, metavar="URL", help="an SQLite file or the URL of a database"
    )


def _add_stage(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--stage", choices=["H", "F", "L"], default="H", help="holdout, folds, large; default H"
    )


def _build(options: argparse.Namespace) -> None:
    """Evaluate until the time is up."""
    from autoskl.execution.launcher import PRELOAD
    from autoskl.execution.local_workers import LocalWorkers
    from autoskl.metalearning.building.build import Builder
    from autoskl.metalearning.building.measurement import Job
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
        with LocalWorkers(options.n_jobs, preload=(*PRELOAD, Job.__module__)) as executor:
            builder.run(executor, options.time_limit, report=_tell)
        done, there = builder.counts()
    _tell(f"{done} of {there} units are done")


def _add_learn(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run=_learn)
    _add_store(parser)
    add = parser.add_argument
    add("--output", type=Path, required=True, metavar="FOLDER", help="where to write the metadata")
    add("--exclude", default="", metavar="NAMES", help="data sets to leave out, with their groups")
    _add_stage(parser)
    add(
        "--onto", type=Path, metavar="FOLDER", help="metadata to keep where the store knows nothing"
    )
    add(
        "--only-regrets",
        action="store_true",
        help="keep all of --onto, and add regrets that it does not know",
    )


def _learn(options: argparse.Namespace) -> None:
    """Write metadata."""
    from autoskl.metalearning.building.prediction_files import PredictionFiles
    from autoskl.metalearning.candidates import read_candidates, write_candidates
    from autoskl.metalearning.learning.learn import (
        NOTHING_EARLIER,
        Learned,
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
    base, earlier, told_before = options.onto, NOTHING_EARLIER, None
    if options.only_regrets and base is None:
        raise ValueError("--only-regrets adds to earlier metadata: name their folder by --onto.")
    if base is not None:
        earlier = Learned(read_metadata(base), read_tasks(base))
        told_before = read_manifest(base)
    with Store(options.store, create=False) as store:
        files = PredictionFiles(predictions_folder(options.store))
        if options.only_regrets:
            learned = add_regrets(store, files, earlier, names, stage=options.stage)
        else:
            learned = learn(store, files, catalogue, names, stage=options.stage, earlier=earlier)
        told = manifest(store, names, len(learned.tasks.names), told_before)
        write_metadata(options.output, learned.metadata, told)
    write_tasks(options.output, learned.tasks)
    write_candidates(options.output / "candidates.jsonl", catalogue)
    _tell(f"{len(learned.metadata.candidates)} configurations written to {options.output}")


def _add_evaluate(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run=_evaluate)
    _add_store(parser)
    _add_stage(parser)


def _evaluate(options: argparse.Namespace) -> None:
    """Print regret over time on tasks that were not learned from, and errors of the costs."""
    import numpy as np

    from autoskl.metalearning.building.prediction_files import PredictionFiles
    from autoskl.metalearning.learning.comparison import VARIANTS, can_compare, compare
    from autoskl.metalearning.learning.cost_fit import error_factors, read_timings
    from autoskl.metalearning.learning.features import read_features
    from autoskl.metalearning.learning.learn import learners_of
    from autoskl.metalearning.store.store import Store

    with Store(options.store, create=False) as store:
        files = PredictionFiles(predictions_folder(options.store))
        features = read_features(store)
        for name, learner in learners_of(store, files, options.stage).items():
            n_tasks = len(learner.evidence.tasks)
            _print(f"{name}: {n_tasks} data set{'s' * (n_tasks != 1)}")
            if not can_compare(learner):
                _print("too few to learn from some and look at others")
                continue
            for line in compare(learner, VARIANTS, features).table():
                _print(line)
        missed = error_factors(read_timings(store))
    factors = {family: found for family, found in missed.items() if len(found)}
    for family, found in factors.items():
        _print(f"seconds of {family}: missed by a factor of {np.median(found):.2f}")
    if factors:
        together = np.concatenate(list(factors.values()))
        _print(f"seconds of all: missed by a factor of {np.median(together):.2f}")


def _add_merge(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run=_merge)
    parser.add_argument("source", metavar="SOURCE", help="store to read")
    parser.add_argument("target", metavar="TARGET", help="store that gets what it lacks")
    parser.add_argument("--days", type=float, metavar="N", help="results of the last N days only")


def _merge(options: argparse.Namespace) -> None:
    """Copy from one store what another lacks; into a new one it is an export."""
    import time

    from autoskl.metalearning.store.merging import merge
    from autoskl.metalearning.store.store import Store, without_password

    since = 0.0 if options.days is None else time.time() - 86_400 * options.days
    with Store(options.source, create=False) as source, Store(options.target) as target:
        added = merge(source, target, since)
    told = ", ".join(f"{number} {name}" for name, number in added.items())
    _tell(f"new in {without_password(options.target)}: {told}")


def predictions_folder(location: str) -> Path:
    """Return where the predictions of a store are kept: beside its file, or in this folder."""
    from autoskl.metalearning.store.store import without_password

    if "://" not in location:
        return Path(f"{location}.predictions")
    # What follows the name of the database may hold a password.
    name = without_password(location).partition("?")[0].rpartition("/")[2]
    return Path(f"{name}.predictions")


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")


def _tell(message: str) -> None:
    sys.stderr.write(f"autoskl: {message}\n")
