"""The program ``autoskl``: parses the arguments, runs a command, returns the exit status."""

from __future__ import annotations

import argparse
import os
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from autoskl.cli import commands
from autoskl.cli.files import CommandError
from autoskl.cli.messages import show_error, show_warning
from autoskl.core.errors import AutoSklError
from autoskl.metalearning.command import add_metadata

ERROR = 2
INTERRUPTED = 130
"""Exit statuses, by the conventions of shells."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command.

    Parameters
    ----------
    arguments : sequence of str, optional
        The arguments after the name of the program; ``sys.argv`` by default.

    Returns
    -------
    int
        Exit status: 0; 2 after an error, which takes one line on stderr; 130 after Ctrl-C.

    Raises
    ------
    SystemExit
        With status 0 after ``--help``, 2 for invalid arguments, and 143 if SIGTERM ends a fit
        without a model.
    """
    options = _parser().parse_args(arguments)
    try:
        with warnings.catch_warnings():
            warnings.showwarning = show_warning
            options.run(options)
    except BrokenPipeError:  # the reader of the output, such as head, has closed it
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (CommandError, AutoSklError, ValueError, OSError) as error:
        show_error(str(error))
        return ERROR
    except KeyboardInterrupt:
        show_error("interrupted")
        return INTERRUPTED
    return 0


class _Parser(argparse.ArgumentParser):
    """A parser whose errors take one line."""

    def error(self, message: str) -> NoReturn:
        show_error(f"{message} (see {self.prog} --help)")
        self.exit(ERROR)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="autoskl", description="Fit a model to a table, and use it.")
    add = parser.add_subparsers(
        dest="command", required=True, metavar="fit | predict | leaderboard | report | metadata"
    ).add_parser
    _add_fit(add("fit", help="fit a model to a CSV file"))
    _add_predict(add("predict", help="predict the rows of a CSV file"))
    _add_leaderboard(add("leaderboard", help="show the trials of a finished or running fit"))
    _add_report(add("report", help="summarise a run: ensemble, models, failures"))
    add_metadata(add("metadata", help="evaluations on other data sets"))
    return parser


def _add_fit(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run=commands.fit)
    add = parser.add_argument
    add("train", metavar="TRAIN.csv", type=Path, help="table that includes the target")
    add("--target", required=True, metavar="COL", help="column to predict")
    add("--output", required=True, metavar="MODEL.joblib", type=Path, help="file to write")
    add("--task", choices=["classification", "regression"], help="default: inferred from target")
    add("--time-limit", type=float, metavar="S", help="seconds; default 60, none with --n-trials")
    add(
        "--n-trials",
        type=int,
        metavar="N",
        help="number of configurations to try; makes a run reproducible",
    )
    add("--n-jobs", type=int, metavar="N", help="worker processes; default: every core")
    add(
        "--scoring",
        metavar="NAME",
        help="any scikit-learn metric; default: log loss or squared error",
    )
    add("--seed", type=int, default=0, metavar="N", help="random seed; default 0")
    add("--verbose", action="store_true", help="show a progress line")
    add(
        "--run-directory",
        type=_path,
        metavar="DIR",
        help="folder to record the run in; repeat the command to resume",
    )


def _add_predict(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run=commands.predict)
    add = parser.add_argument
    add(
        "model",
        metavar="MODEL.joblib",
        type=Path,
        help="written by 'autoskl fit'; a pickle, so only open files you trust",
    )
    add("new", metavar="NEW.csv", type=Path, help="rows to predict; a target column is ignored")
    add("--output", metavar="PREDICTIONS.csv", type=Path, help="file to write; default: stdout")
    add("--proba", action="store_true", help="one column of probabilities per class")


def _add_leaderboard(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run=commands.leaderboard)
    _add_run_directory(parser)
    parser.add_argument(
        "--rows",
        type=_count,
        default=20,
        metavar="N",
        help="trials to show; default 20, 0 for all",
    )
    parser.add_argument("--csv", action="store_true", help="all columns, as CSV")


def _add_report(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run=commands.report)
    _add_run_directory(parser)


def _add_run_directory(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "directory", metavar="RUN_DIRECTORY", type=Path, help="the run_directory of a fit"
    )


def _count(text: str) -> int:
    """Return a non-negative integer."""
    if not text.isdigit():
        raise argparse.ArgumentTypeError(f"must be 0 or more, not {text!r}")
    return int(text)


def _path(text: str) -> Path:
    """Return a path; an empty string would mean the current folder."""
    if not text:
        raise argparse.ArgumentTypeError("is empty")
    return Path(text)
