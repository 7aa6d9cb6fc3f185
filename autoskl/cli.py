"""The command line: ``autoskl fit``, ``predict``, ``leaderboard``, ``report``, ``metadata``."""

from __future__ import annotations

import argparse
import os
import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NoReturn

from autoskl.core.errors import AutoSklError
from autoskl.metalearning.command import add_metadata

FORMAT = "autoskl-model-1"
"""What a model file says it is."""

_OTHER_FORMATS = (".parquet", ".feather", ".arrow", ".xls", ".xlsx", ".json", ".jsonl")

USAGE = 2
INTERRUPTED = 130
"""Exit statuses, as shells know them."""

DEFAULT_SECONDS = 60.0
MOST_INTEGER_CLASSES = 20
"""A target of integers with more distinct values than this is taken for a regression."""


SHOWN = (
    "rank", "model", "score", "score_std", "folds", "fit_seconds", "ensemble_weight", "trial",
    "origin", "status",
)  # fmt: skip
"""Columns of a leaderboard that fit a terminal."""


class CommandError(Exception):
    """The command cannot be carried out, and the user can do something about it."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Parameters
    ----------
    arguments : sequence of str, optional
        What follows the name of the program; by default taken from ``sys.argv``.

    Returns
    -------
    int
        Exit status: 0; 2 after an error, told on one line of stderr; 130 after Ctrl-C.
    """
    options = _parser().parse_args(arguments)
    try:
        with warnings.catch_warnings():
            warnings.showwarning = _show_warning
            options.run(options)
    except BrokenPipeError:  # whoever read the output, such as head, has had enough of it
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (CommandError, AutoSklError, ValueError, OSError) as error:
        return _fail(str(error))
    except KeyboardInterrupt:
        return _fail("interrupted", INTERRUPTED)
    return 0


def estimator_class(task: str) -> Any:
    """Return the estimator class for ``"classification"`` or ``"regression"``."""
    # Imported here so that help and errors of usage come at once.
    from autoskl.estimators import AutoClassifier, AutoRegressor

    return AutoClassifier if task == "classification" else AutoRegressor


def infer_task(target: Any) -> str:
    """Guess the task from the target column.

    Parameters
    ----------
    target : Series

    Returns
    -------
    str
        ``"regression"`` for numbers with a fraction and for integers with more than 20 distinct
        values, else ``"classification"``.
    """
    from pandas.api.types import is_bool_dtype, is_numeric_dtype

    if not is_numeric_dtype(target) or is_bool_dtype(target):
        return "classification"
    known = target.dropna()
    integers = bool((known % 1 == 0).all())
    few = known.nunique() <= MOST_INTEGER_CLASSES
    return "classification" if integers and few else "regression"


def _fit(options: argparse.Namespace) -> None:
    """Fit on a CSV file and write the model."""
    import joblib

    _check_writable(options.output)
    table = _read_csv(options.train)
    target = _column(table, options.target, options.train)
    task = options.task or infer_task(target)
    if not options.task:
        other = "regression" if task == "classification" else "classification"
        _tell(f"{options.target!r} looks like {task}; --task {other} if it is not")
    time_limit = options.time_limit
    if time_limit is None and options.n_trials is None:
        time_limit = DEFAULT_SECONDS
    estimator = estimator_class(task)(
        time_limit=time_limit,
        n_trials=options.n_trials,
        n_jobs=options.n_jobs,
        scoring=options.scoring,
        random_state=options.seed,
        verbose=int(options.verbose),
        run_directory=options.run_directory,
    )
    estimator.fit(table.drop(columns=options.target), target)
    model = {"format": FORMAT, "target": options.target, "estimator": estimator}
    with _written_whole(options.output, "the model") as unfinished:
        joblib.dump(model, unfinished, compress=1)
    _tell(f"cross-validated score {estimator.best_score_:.6g}; model written to {options.output}")


def _leaderboard(options: argparse.Namespace) -> None:
    """Show the trials of a run; nothing in its directory is changed."""
    from autoskl.history.run_view import view_run

    view = view_run(options.directory)
    table = view.leaderboard().head(options.rows or None)
    if options.csv:
        table.to_csv(sys.stdout, index=False)
        return
    ended = "not ended" if view.reason is None else f"ended ({view.reason})"
    ensemble = "" if view.ensemble_score is None else f"ensemble {view.ensemble_score:.6g}; "
    _tell(
        f"{len(view.history)} trials, {view.history.n_failed} fits failed; "
        f"{view.metric}: {ensemble}{ended}"
    )
    print(table[list(SHOWN)].to_string(index=False, float_format="{:.6g}".format))


def _report(options: argparse.Namespace) -> None:
    """Show what a run has come to; nothing in its directory is changed."""
    from autoskl.history.run_view import view_run
    from autoskl.reports import run_report

    print(run_report(view_run(options.directory)))


def _predict(options: argparse.Namespace) -> None:
    """Predict a CSV file with a model written by `_fit`."""
    import pandas as pd

    if options.output is not None:
        _check_writable(options.output)
    model = _load_model(options.model)
    estimator, target = model["estimator"], model["target"]
    table = _read_csv(options.new).drop(columns=target, errors="ignore")
    if options.proba:
        if not hasattr(estimator, "predict_proba"):
            raise CommandError(f"--proba needs a classifier; {options.model} predicts numbers")
        names = [str(label) for label in estimator.classes_]
        predictions = pd.DataFrame(estimator.predict_proba(table), columns=names)
    else:
        predictions = pd.DataFrame({target: estimator.predict(table)})
    if options.output is None:
        predictions.to_csv(sys.stdout, index=False)
        return
    with _written_whole(options.output, "the predictions") as unfinished:
        predictions.to_csv(unfinished, index=False)


@contextmanager
def _written_whole(path: Path, what: str) -> Iterator[Path]:
    """Give a file to write to, which takes the place of another one only once it is whole."""
    unfinished = path.with_name(f"{path.name}.part")
    try:
        yield unfinished
        unfinished.replace(path)
    except OSError as error:
        before = f"; {path} is as it was before" if path.exists() else ""
        raise CommandError(f"{what} could not be written to {path} ({error}){before}") from error
    finally:
        unfinished.unlink(missing_ok=True)


def _read_csv(path: Path) -> Any:
    """Return a table, or say what is wrong with the file."""
    import pandas as pd

    _check_readable(path)
    if path.suffix.lower() in _OTHER_FORMATS:
        raise CommandError(f"{path} is no CSV file; only CSV can be read here")
    try:
        return pd.read_csv(path, low_memory=False)
    except (ValueError, pd.errors.ParserError) as error:  # UnicodeDecodeError is a ValueError
        raise CommandError(f"{path} cannot be read as CSV: {error}") from error


def _column(table: Any, name: str, path: Path) -> Any:
    """Return the target column, or name the columns that look like it."""
    if name in table.columns:
        return table[name]
    columns = [str(column) for column in table.columns]
    lower = {column.lower(): column for column in columns}
    close = [lower[match] for match in get_close_matches(name.lower(), lower, n=3)]
    hint = "did you mean " + " or ".join(map(repr, close)) if close else f"it has {columns[:10]}"
    marks = [mark for mark in (";", "\t", "|") if len(columns) == 1 and mark in columns[0]]
    if marks:
        hint += f"; its values seem to be separated by {marks[0]!r} instead of commas"
    raise CommandError(f"{path} has no column {name!r}; {hint}")


def _load_model(path: Path) -> dict[str, Any]:
    """Return what `_fit` has written, or say that the file is something else."""
    import joblib

    _check_readable(path)
    try:
        model = joblib.load(path)
    except Exception as error:  # a foreign file can make unpickling raise anything
        raise CommandError(
            f"{path} cannot be read as a model ({type(error).__name__}: {error}); "
            "it may be damaged, or written by another version"
        ) from error
    if not isinstance(model, dict) or model.get("format") != FORMAT:
        raise CommandError(f"{path} was not written by this version's 'autoskl fit'")
    return model


def _check_readable(path: Path) -> None:
    if not path.is_file():
        raise CommandError(f"there is no file {path}")


def _check_writable(path: Path) -> None:
    """Refuse before a minute of work, not after it."""
    if not path.parent.is_dir():
        raise CommandError(f"there is no folder {path.parent} to write {path.name} into")
    if path.is_dir():
        raise CommandError(f"{path} is a folder, not a file")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise CommandError(f"no permission to write {path}")


def _tell(message: str) -> None:
    """Say something that is neither a result nor an error."""
    print(f"autoskl: {message}", file=sys.stderr)


def _fail(message: str, status: int = USAGE) -> int:
    """Say on one line what went wrong; return the exit status."""
    print(f"autoskl: error: {' '.join(message.split())}", file=sys.stderr)
    return status


def _show_warning(message: Warning | str, *_: Any, **__: Any) -> None:
    """Show a warning without the line of source that Python puts below it."""
    _tell(f"warning: {' '.join(str(message).split())}")


class _Parser(argparse.ArgumentParser):
    """A parser whose errors take one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(_fail(f"{message} (see {self.prog} --help)"))


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="autoskl", description="Fit a model to a table, and use it.")
    commands = parser.add_subparsers(
        dest="command", required=True, metavar="fit | predict | leaderboard | report | metadata"
    )
    _add_fit(commands.add_parser("fit", help="fit a model to a CSV file"))
    _add_predict(commands.add_parser("predict", help="predict the rows of a CSV file"))
    _add_leaderboard(
        commands.add_parser("leaderboard", help="trials of a run, which may be going on")
    )
    _add_report(
        commands.add_parser("report", help="what a run has come to: members, models, failures")
    )
    add_metadata(commands.add_parser("metadata", help="evaluations on other data sets"))
    return parser


def _add_fit(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run=_fit)
    add = parser.add_argument
    add("train", metavar="TRAIN.csv", type=Path, help="table with the target in it")
    add("--target", required=True, metavar="COL", help="column to predict")
    add("--output", required=True, metavar="MODEL.joblib", type=Path, help="file to write")
    add("--task", choices=["classification", "regression"], help="default: from the target")
    add("--time-limit", type=float, metavar="S", help="seconds; default 60, none with --n-trials")
    add("--n-trials", type=int, metavar="N", help="configurations to try; makes a run repeatable")
    add("--n-jobs", type=int, metavar="N", help="worker processes; default: every core")
    add(
        "--scoring",
        metavar="NAME",
        help="any scikit-learn metric; default: log loss, squared error",
    )
    add("--seed", type=int, default=0, metavar="N", help="random seed; default 0")
    add("--verbose", action="store_true", help="show a progress line")
    add(
        "--run-directory",
        type=_path,
        metavar="DIR",
        help="write the run down there; the same command goes on with it",
    )


def _count(text: str) -> int:
    """Return a number that is not negative."""
    if not text.isdigit():
        raise argparse.ArgumentTypeError(f"must be 0 or more, not {text!r}")
    return int(text)


def _path(text: str) -> Path:
    """Return a path; an empty text would be the current folder."""
    if not text:
        raise argparse.ArgumentTypeError("is empty")
    return Path(text)


def _add_leaderboard(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run=_leaderboard)
    add = parser.add_argument
    add("directory", metavar="RUN_DIRECTORY", type=Path, help="the run_directory of a fit")
    add(
        "--rows", type=_count, default=20, metavar="N", help="trials to show; default 20, 0 for all"
    )
    add("--csv", action="store_true", help="all columns, as CSV")


def _add_report(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run=_report)
    parser.add_argument(
        "directory", metavar="RUN_DIRECTORY", type=Path, help="the run_directory of a fit"
    )


def _add_predict(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run=_predict)
    add = parser.add_argument
    add(
        "model",
        metavar="MODEL.joblib",
        type=Path,
        help="written by 'autoskl fit'; a pickle, so trust it",
    )
    add("new", metavar="NEW.csv", type=Path, help="rows to predict; a target column is ignored")
    add("--output", metavar="PREDICTIONS.csv", type=Path, help="file to write; default: stdout")
    add("--proba", action="store_true", help="one column of probabilities per class")
