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
    commands = parser.add_subparsers(dest="action", required=True, metavar="build")
    _add_build(commands.add_parser("build", help="evaluate configurations over data sets"))


def _add_build(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run=_build)
    add = parser.add_argument
    add("folder", metavar="FOLDER", type=Path, help="data sets with an index.csv")
    _add_store(parser)
    add("--time-limit", type=float, required=True, metavar="S", help="seconds; resumable")
    add("--stage", choices=["H", "F", "L"], default="H", help="holdout, folds, large; default H")
    add("--n-jobs", type=int, default=1, metavar="N", help="worker processes; default 1")
    add("--candidates", type=Path, metavar="FILE", help="configurations; default: the shipped ones")
    add("--only", metavar="NAMES", help="some data sets only, separated by commas")


def _add_store(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--store", required=True, metavar="URL", help="an SQLite file or the URL of a database"
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
        done, there = builder.queue.counts()
    _tell(f"{done} of {there} units are done")


def predictions_folder(location: str) -> Path:
    """Return where the predictions of a store are kept: beside its file, or in this folder."""
    if "://" not in location:
        return Path(f"{location}.predictions")
    return Path(location.rpartition("/")[2] + ".predictions")


def _tell(message: str) -> None:
    sys.stderr.write(f"autoskl: {message}\n")
