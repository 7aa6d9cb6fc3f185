from __future__ import annotations

import io
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator
from sklearn.dummy import DummyClassifier, DummyRegressor

from autoskl import cli
from autoskl.cli import commands
from autoskl.core.errors import DataWarning, NoModelError
from autoskl.reports.run_report import FAILED, FAMILIES, MEMBERS, PROGRESS
from tests.conftest import Labelled


class Stub(BaseEstimator):
    """Has the interface that the command line uses, and keeps its parameters."""

    dummy: Any
    best_score_ = -0.25

    def __init__(self, **settings: Any) -> None:
        self.settings = settings

    def fit(self, X: pd.DataFrame, y: pd.Series) -> Stub:
        self.columns = list(X.columns)
        self.dummy.fit(X, y)
        return self

    def predict(self, X: pd.DataFrame) -> np.ndarray:
        if list(X.columns) != self.columns:
            raise ValueError("The feature names should match\nthose of fit.")
        return self.dummy.predict(X)


class StubClassifier(Stub):
    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.dummy = DummyClassifier(strategy="prior")

    @property
    def classes_(self) -> np.ndarray:
        return self.dummy.classes_

    def predict_proba(self, X: pd.DataFrame) -> np.ndarray:
        return self.dummy.predict_proba(X)


class StubRegressor(Stub):
    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.dummy = DummyRegressor()


@pytest.fixture
def stubs(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = {"classification": StubClassifier, "regression": StubRegressor}
    monkeypatch.setattr(commands, "estimator_class", chosen.__getitem__)


@pytest.fixture
def train(tmp_path: Path) -> Path:
    path = tmp_path / "train.csv"
    path.write_text("age,plan,price\n30,free,0.5\n41,pro,9.25\n25,free,0.75\n33,free,1.5\n")
    return path


def fit(train: Path, *more: str, target: str = "plan") -> tuple[int, Path]:
    output = train.with_name("model.joblib")
    return cli.main(["fit", str(train), "--target", target, "--output", str(output), *more]), output


def refusal(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Return the single line of error that a command writes."""
    try:
        status = cli.main(arguments)
    except SystemExit as stop:  # argparse leaves this way
        status = int(stop.code or 0)
    written = capsys.readouterr()
    assert status == 2
    assert written.out == ""
    assert written.err.startswith("autoskl: error: ")
    assert written.err.count("\n") == 1
    return written.err


@pytest.mark.usefixtures("stubs")
def test_fit_then_predict_gives_one_column_named_after_the_target(
    train: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, model = fit(train)
    assert status == 0
    assert "'plan' looks like classification" in capsys.readouterr().err
    assert cli.main(["predict", str(model), str(train)]) == 0
    assert capsys.readouterr().out == "plan\nfree\nfree\nfree\nfree\n"


@pytest.mark.usefixtures("stubs")
def test_probabilities_have_one_column_per_class(train: Path, tmp_path: Path) -> None:
    _, model = fit(train)
    output = tmp_path / "probabilities.csv"
    assert cli.main(["predict", str(model), str(train), "--proba", "--output", str(output)]) == 0
    written = pd.read_csv(output)
    assert list(written) == ["free", "pro"]
    assert written.loc[0].tolist() == [0.75, 0.25]


@pytest.mark.usefixtures("stubs")
def test_new_rows_need_no_target(train: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, model = fit(train, target="price")
    new = train.with_name("new.csv")
    new.write_text("age,plan\n20,pro\n")
    capsys.readouterr()
    assert cli.main(["predict", str(model), str(new)]) == 0
    assert capsys.readouterr().out == "price\n3.0\n"


@pytest.mark.usefixtures("stubs")
@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ([], {"time_limit": 60.0, "n_trials": None, "random_state": 0, "verbose": 0}),
        (["--time-limit", "5"], {"time_limit": 5.0, "n_trials": None}),
        (["--n-trials", "7"], {"time_limit": None, "n_trials": 7}),
        (["--n-trials", "7", "--time-limit", "5"], {"time_limit": 5.0, "n_trials": 7}),
        (["--run-directory", "runs/a"], {"run_directory": Path("runs/a")}),
        (["--n-jobs", "2", "--seed", "3"], {"n_jobs": 2, "random_state": 3}),
        (["--scoring", "accuracy", "--verbose"], {"scoring": "accuracy", "verbose": 1}),
    ],
)
def test_options_become_parameters(
    train: Path, options: list[str], expected: dict[str, Any]
) -> None:
    _, model = fit(train, *options)
    settings = joblib.load(model)["estimator"].settings
    assert {name: settings[name] for name in expected} == expected


@pytest.mark.usefixtures("stubs")
def test_the_task_can_be_given(train: Path) -> None:
    _, model = fit(train, "--task", "regression", target="age")
    assert isinstance(joblib.load(model)["estimator"], StubRegressor)


@pytest.mark.parametrize(
    ("values", "task"),
    [
        (["a", "b", None], "classification"),
        ([True, False, True], "classification"),
        ([0, 1, 2, 1], "classification"),
        ([0.0, 1.0, np.nan], "classification"),
        ([0.5, 1.0, 2.0], "regression"),
        (list(range(20)), "classification"),
        (list(range(21)), "regression"),
    ],
)
def test_the_task_is_inferred_from_the_target(values: list[Any], task: str) -> None:
    assert cli.infer_task(pd.Series(values)) == task


def test_usage_errors_take_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert "fit | predict | leaderboard" in refusal(capsys)
    assert "--target" in refusal(capsys, "fit", "x.csv", "--output", "m.joblib")
    assert "invalid float" in refusal(
        capsys, "fit", "x.csv", "--target", "y", "--output", "m", "--time-limit", "soon"
    )


def test_unreadable_files_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = ["--target", "y", "--output", str(tmp_path / "m.joblib")]
    assert "there is no file" in refusal(capsys, "fit", str(tmp_path / "x.csv"), *output)
    for name, content in [("empty.csv", b""), ("binary.csv", b"\xff\xfe\x00a,b\n\x80")]:
        (tmp_path / name).write_bytes(content)
        assert f"{name} cannot be read as CSV" in refusal(
            capsys, "fit", str(tmp_path / name), *output
        )


def test_an_unknown_target_suggests_similar_columns(
    train: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = ["--output", str(train.with_name("m.joblib"))]
    assert "Did you mean 'plan'" in refusal(capsys, "fit", str(train), "--target", "Plam", *output)
    assert "Known names: 'age'" in refusal(capsys, "fit", str(train), "--target", "zzz", *output)


def test_the_output_is_checked_before_fitting(
    train: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for output, said in [("nowhere/m.joblib", "there is no folder"), ("", "is a folder")]:
        line = refusal(
            capsys, "fit", str(train), "--target", "plan", "--output", str(train.parent / output)
        )
        assert said in line


def test_files_that_are_not_models_are_rejected(
    train: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    foreign = tmp_path / "foreign.joblib"
    joblib.dump({"something": "else"}, foreign)
    assert "was not written by" in refusal(capsys, "predict", str(foreign), str(train))
    assert "cannot be read as a model" in refusal(capsys, "predict", str(train), str(train))
    missing = str(tmp_path / "missing.joblib")
    assert "there is no file" in refusal(capsys, "predict", missing, str(train))


@pytest.mark.usefixtures("stubs")
def test_errors_of_the_estimator_take_one_line(
    train: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, model = fit(train)
    new = train.with_name("new.csv")
    new.write_text("weight\n20\n")
    capsys.readouterr()
    assert "should match those of fit" in refusal(capsys, "predict", str(model), str(new))


@pytest.mark.usefixtures("stubs")
def test_probabilities_of_a_regression_are_rejected(
    train: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, model = fit(train, target="price")
    capsys.readouterr()
    assert "needs a classifier" in refusal(capsys, "predict", str(model), str(train), "--proba")


@pytest.mark.parametrize(
    ("raised", "status", "said"),
    [(NoModelError("nothing worked"), 2, "nothing worked"), (KeyboardInterrupt(), 130, "interr")],
)
def test_exit_status_of_a_failed_fit(
    train: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    raised: BaseException,
    status: int,
    said: str,
) -> None:
    def failing_class(task: str) -> Any:
        raise raised

    monkeypatch.setattr(commands, "estimator_class", failing_class)
    assert fit(train)[0] == status
    assert said in capsys.readouterr().err.splitlines()[-1]


def test_warnings_take_one_line(
    train: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Warning_(StubClassifier):
        def fit(self, X: pd.DataFrame, y: pd.Series) -> Stub:
            warnings.simplefilter("always")
            warnings.warn("column 'age' was\nrepaired", DataWarning, stacklevel=2)
            return super().fit(X, y)

        def __reduce__(self) -> Any:
            return (StubClassifier, ())

    monkeypatch.setattr(commands, "estimator_class", lambda task: Warning_)
    assert fit(train)[0] == 0
    assert "autoskl: warning: column 'age' was repaired\n" in capsys.readouterr().err


@pytest.mark.parametrize("target", ["outcome", "rent"])
def test_fit_and_predict_with_the_real_estimators(
    target: str,
    customers: Labelled,
    flats: Labelled,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    X, y = customers if target == "outcome" else flats
    table = tmp_path / "table.csv"
    X.drop(columns="fax", errors="ignore").assign(**{target: y}).to_csv(table, index=False)
    assert fit(table, "--n-trials", "1", "--n-jobs", "1", target=target)[0] == 0
    capsys.readouterr()
    assert cli.main(["predict", str(tmp_path / "model.joblib"), str(table)]) == 0
    header, *predictions = capsys.readouterr().out.splitlines()
    assert header == target
    assert len(predictions) == len(y)
    if target == "outcome":
        assert set(predictions) <= set(y)
    else:
        assert np.corrcoef(np.array(predictions, float), y)[0, 1] > 0.5


def test_leaderboard_and_report_of_a_run_in_progress(
    customers: Labelled, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    X, y = customers
    table, run = tmp_path / "train.csv", tmp_path / "run"
    X.drop(columns="fax").assign(outcome=y).to_csv(table, index=False)
    options = ["--n-trials", "1", "--n-jobs", "1", "--run-directory", str(run)]
    status, model = fit(table, *options, target="outcome")
    assert status == 0
    expected = joblib.load(model)["estimator"]
    capsys.readouterr()

    assert cli.main(["leaderboard", str(run), "--csv"]) == 0
    shown = pd.read_csv(io.StringIO(capsys.readouterr().out))
    same = ["rank", "model", "score", "score_std", "folds", "ensemble_weight", "trial", "status"]
    pd.testing.assert_frame_equal(shown[same], expected.leaderboard_[same], check_dtype=False)

    assert cli.main(["leaderboard", str(run), "--rows", "1"]) == 0
    written = capsys.readouterr()
    assert written.err.startswith("autoskl: 1 trials, 0 fits failed; ")
    assert f"ensemble {expected.best_score_:.6g}; ended (trials)" in written.err
    assert len(written.out.splitlines()) == 2

    assert cli.main(["report", str(run)]) == 0
    text = capsys.readouterr().out
    assert f"neg_log_loss of the ensemble: {expected.best_score_:.6g}" in text
    assert text.startswith("1 trials in ")
    assert "0 fits failed; ended (trials)" in text
    titles = [line for line in text.splitlines() if line in (MEMBERS, FAMILIES, PROGRESS, FAILED)]
    assert titles == [MEMBERS, FAMILIES, PROGRESS]

    journal = run / "journal"
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join(lines[:3]) + lines[3][:-7])
    assert cli.main(["leaderboard", str(run)]) == 0
    written = capsys.readouterr()
    assert "0 trials, 0 fits failed; neg_log_loss: not ended" in written.err
    assert "constant" in written.out


def test_a_folder_without_a_run_is_rejected(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "holds no run" in refusal(capsys, "leaderboard", str(tmp_path))
    assert "holds no run" in refusal(capsys, "report", str(tmp_path))


def test_python_dash_m() -> None:
    finished = subprocess.run(
        [sys.executable, "-m", "autoskl", "predict", "no.joblib", "no.csv"],
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 2
    assert finished.stderr == "autoskl: error: there is no file no.joblib\n"


@pytest.mark.usefixtures("stubs")
def test_a_failed_write_keeps_the_existing_file(
    train: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, model = fit(train)
    before = model.read_bytes()

    def full(_: object, path: Path, **__: object) -> None:
        path.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(joblib, "dump", full)
    capsys.readouterr()
    status, _ = fit(train)
    said = capsys.readouterr().err
    assert status == 2
    assert f"the model could not be written to {model}" in said
    assert "was left unchanged" in said
    assert model.read_bytes() == before
    assert sorted(path.name for path in model.parent.iterdir()) == ["model.joblib", "train.csv"]


@pytest.mark.parametrize("mark", [";", "\t"])
def test_another_separator_is_reported(
    train: Path, capsys: pytest.CaptureFixture[str], mark: str
) -> None:
    train.write_text(train.read_text().replace(",", mark))
    line = refusal(capsys, "fit", str(train), "--target", "plan", "--output", f"{train}.joblib")
    assert f"separated by {mark!r} instead of commas" in line


def test_other_formats_are_rejected(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "t.parquet"
    path.write_bytes(b"PAR1")
    line = refusal(capsys, "fit", str(path), "--target", "a", "--output", f"{path}.joblib")
    assert "is not a CSV file" in line


@pytest.mark.parametrize(
    "arguments",
    [
        ["leaderboard", "somewhere", "--rows", "-1"],
        ["fit", "a.csv", "--target", "a", "--output", "m", "--run-directory", ""],
    ],
)
def test_invalid_option_values_are_rejected(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        cli.main(arguments)
    assert arguments[-2] in capsys.readouterr().err


def test_a_closed_pipe_is_not_an_error(
    train: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def broken(_: object) -> None:
        raise BrokenPipeError

    monkeypatch.setattr(commands, "leaderboard", broken)
    with (tmp_path / "out").open("w") as out:
        monkeypatch.setattr(sys, "stdout", out)
        assert cli.main(["leaderboard", "somewhere"]) == 0
