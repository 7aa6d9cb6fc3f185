from __future__ import annotations

import io
import logging

import pytest
from sklearn.datasets import load_iris

from autoskl import AutoClassifier
from autoskl.core.configuration import Configuration
from autoskl.core.events import (
    FoldFinished,
    SearchFinished,
    SearchStarted,
    StillWaiting,
    UnitStarted,
)
from autoskl.core.result import Status, failed_fold
from autoskl.core.trial import Trial, Unit
from autoskl.estimators.log import log_event
from autoskl.estimators.progress import ProgressLine
from autoskl.history.failures import trial_counts

TRIAL = Trial(4, Configuration({"model": "lightgbm"}))


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def finished(seconds: float, n_ok: int = 2, n_failed: int = 1) -> FoldFinished:
    result = failed_fold(0, Status.TIMEOUT, "It took too long.")
    return FoldFinished(seconds, TRIAL, result, -0.25, -0.125, n_ok, n_failed)


def written_by(stream: io.StringIO, *events) -> str:
    progress = ProgressLine(stream)
    for event in events:
        progress(event)
    return stream.getvalue()


def test_a_terminal_has_one_line_that_is_overwritten(monkeypatch):
    monkeypatch.setenv("COLUMNS", "120")
    events = [UnitStarted(0.1 * i, Unit(TRIAL, (0,))) for i in range(12, 40)]
    text = written_by(
        Terminal(), SearchStarted(60.0, None, "roc_auc"), finished(1.0), *events,
        SearchFinished(59.5, "time", -0.2),
    )  # fmt: skip
    first, *_ = text.split("\r\x1b[K")[1:]
    assert first == (
        "autoskl: 1.0 s, 59 s left | 2 ok, 1 failed trials | roc_auc best -0.25, ensemble -0.125"
    )
    assert "ensemble -0.125 | lightgbm\r" in text
    assert text.count("\n") == 2
    assert text.endswith("done in 59.5 s (time); roc_auc of the ensemble, cross-fitted: -0.2\n")


def test_updates_of_a_terminal_are_rate_limited():
    many = [finished(1.0 + i / 1000) for i in range(1000)]
    text = written_by(Terminal(), SearchStarted(60.0, None, "roc_auc"), *many)
    assert 9 <= text.count("\r") <= 11


def test_a_line_never_wraps(monkeypatch):
    monkeypatch.setenv("COLUMNS", "30")
    text = written_by(Terminal(), SearchStarted(60.0, None, "roc_auc"), finished(1.0))
    assert text == "\r\x1b[K" + "autoskl: 1.0 s, 59 s left | 2 ok"[:29]


def test_other_streams_get_a_line_per_tenth_of_the_time():
    events = [finished(0.5 * i) for i in range(121)]
    lines = written_by(io.StringIO(), SearchStarted(60.0, None, "roc_auc"), *events).splitlines()
    assert len(lines) == 11
    assert [line.split(",")[0] for line in lines[:3]] == [
        f"autoskl: {seconds:.1f} s" for seconds in (0.0, 6.0, 12.0)
    ]


def test_a_long_fit_goes_on_being_reported():
    waiting = [StillWaiting(1.0 + i) for i in range(1, 59)]
    events = [SearchStarted(60.0, None, "roc_auc"), finished(1.0), *waiting]
    assert written_by(Terminal(), *events).count("\r") == 59
    lines = written_by(io.StringIO(), *events).splitlines()
    assert [line.split(",")[0].removeprefix("autoskl: ") for line in lines] == [
        f"{seconds:.1f} s" for seconds in (1, 6, 12, 18, 24, 30, 36, 42, 48, 54)
    ]


def test_other_streams_get_a_line_per_tenth_of_the_trials():
    events = [finished(0.01, n_ok=i, n_failed=0) for i in range(51)]
    lines = written_by(io.StringIO(), SearchStarted(None, 50, "r2"), *events).splitlines()
    assert len(lines) == 11
    assert lines[5] == (
        "autoskl: 0.0 s | 25 ok, 0 failed of 50 trials | r2 best -0.25, ensemble -0.125"
    )


def test_a_search_without_results_reports_its_end():
    text = written_by(
        io.StringIO(), SearchStarted(None, 0, "r2"), SearchFinished(0.1, "trials", 0.0)
    )
    assert text == "autoskl: done in 0.1 s (trials); r2 of the ensemble, cross-fitted: 0\n"


def test_the_log_has_each_fold_and_the_reason_of_a_failure(caplog):
    with caplog.at_level(logging.DEBUG, logger="autoskl"):
        log_event(SearchStarted(60.0, None, "r2"))
        log_event(finished(1.0))
        log_event(SearchFinished(59.5, "time", 0.5))
    assert [record.levelname for record in caplog.records] == ["INFO", "INFO", "DEBUG", "INFO"]
    assert "trial 4 (lightgbm) failed on fold 0: timeout: It took too long." in caplog.text
    assert "done in 59.5 s (time): 0.5" in caplog.text


def fit(**parameters) -> AutoClassifier:
    defaults = {"n_trials": 2, "time_limit": None, "random_state": 0, "n_jobs": 1}
    include = ["linear", "k_nearest_neighbors"]
    return AutoClassifier(include=include, **{**defaults, **parameters}).fit(
        *load_iris(return_X_y=True)
    )


def test_the_last_line_has_the_numbers_of_the_fitted_attributes(capsys):
    model = fit(verbose=1)
    *_, last, done = capsys.readouterr().err.splitlines()
    n_ok, n_failed = trial_counts(model.history_)
    assert f"{n_ok} ok, {n_failed} failed of 2 trials" in last
    assert f"best {-model.history_.best_loss:.5g}," in last
    assert done.endswith(f"cross-fitted: {model.best_score_:.5g}")


@pytest.mark.parametrize("level", [logging.INFO, logging.WARNING])
def test_without_verbose_only_the_logger_reports(capsys, caplog, level):
    with caplog.at_level(level, logger="autoskl"):
        fit(n_trials=1)
    assert capsys.readouterr() == ("", "")
    assert bool(caplog.records) is (level == logging.INFO)
