from __future__ import annotations

import math

from autoskl.core.result import Status, failed_fold
from autoskl.history.failures import COLUMNS, failure_summary, failures
from autoskl.history.history import History
from tests.history.factories import history_of


def test_failed_folds_with_their_reasons():
    table = failures(history_of([[1.0, math.nan], [math.nan, 1.0]], models=["knn", "ridge"]))
    assert table["model"].tolist() == ["knn", "ridge"]
    assert table["fold"].tolist() == [1, 0]
    assert set(table["status"]) == {"timeout"}
    assert table["reason"][0] == "It took too long."


def test_without_failures_the_table_is_empty():
    assert tuple(failures(History()).columns) == COLUMNS
    assert failure_summary(History()) == ""


def test_the_summary_says_what_happened():
    history = history_of([[1.0]], models=["linear"])
    history.add_result(history.record(0).trial, failed_fold(1, Status.MEMORY, "Too large.", 0.1))
    assert failure_summary(history) == "1 out of memory (linear)"


def test_the_summary_names_the_families_that_failed_most():
    history = history_of([[math.nan] * k for k in (1, 2, 3, 1)], models=["a", "b", "c", "d"])
    assert failure_summary(history) == "7 timed out (c, b, a and 1 more)"
