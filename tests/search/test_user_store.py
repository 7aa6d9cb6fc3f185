from __future__ import annotations

import sqlite3
import warnings
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import make_scorer

from autoskl.core.errors import StoreError, StoreUnreachableError, StoreWarning
from autoskl.core.scoring import resolve_scoring
from autoskl.core.task import Task
from autoskl.metalearning.experience import Experience
from autoskl.metalearning.store.store import Store
from autoskl.search import user_store as user_store_module
from autoskl.search.user_store import UserStore, stored_metric
from tests.metalearning.run_factories import METRIC, dataset, history, leaves, space


def test_without_a_store_nothing_is_remembered() -> None:
    with UserStore(None, dataset(), METRIC) as user_store:
        user_store.write(history({leaves(4): [0.1]}))
        assert user_store.read(space()) is None


def test_the_next_fit_knows_what_the_last_one_found(tmp_path: Path) -> None:
    location = str(tmp_path / "own.sqlite")
    with UserStore(location, dataset(), METRIC) as user_store:
        user_store.write(history({leaves(4): [0.1]}))
    with UserStore(location, dataset(), METRIC) as user_store:
        recalled = user_store.read(space())
    assert recalled is not None
    assert recalled.same == (leaves(4),)


def test_a_damaged_store_is_an_error_before_any_work(tmp_path: Path) -> None:
    path = tmp_path / "own.sqlite"
    path.write_bytes(b"damaged" * 1000)
    with pytest.raises(StoreError, match=r"own\.sqlite is damaged"):
        UserStore(str(path), dataset(), METRIC)


def test_a_server_that_does_not_answer_costs_one_warning() -> None:
    pytest.importorskip("psycopg")
    url = "postgresql+psycopg://nobody@127.0.0.1:9/nothing"
    with pytest.warns(StoreWarning, match="continues with the shipped metadata") as caught:
        user_store = UserStore(url, dataset(), METRIC)
    assert len(caught) == 1
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert user_store.read(space()) is None
        user_store.write(history({leaves(4): [0.1]}))


def test_a_server_that_is_lost_costs_one_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(*_: object) -> None:
        raise StoreUnreachableError("The server went away.")

    monkeypatch.setattr(Experience, "recall", lost)
    with UserStore(str(tmp_path / "own.sqlite"), dataset(), METRIC) as user_store:
        with pytest.warns(StoreWarning, match="went away") as caught:
            assert user_store.read(space()) is None
        assert [warning.filename for warning in caught] == [__file__]
        user_store.write(history({leaves(4): [0.1]}))


def test_results_that_cannot_be_written_cost_neither_the_model_nor_the_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "own.sqlite"
    with Store(path):
        pass
    monkeypatch.setattr(user_store_module, "_MIN_LOCK_SECONDS", 0.01)
    with UserStore(str(path), dataset(), METRIC) as user_store:
        other = sqlite3.connect(path)
        other.execute("begin exclusive")
        with pytest.warns(StoreWarning, match=r"stayed locked.*for 0\.01 s.*were not stored"):
            user_store.write(history({leaves(4): [0.1]}), seconds_left=-1.0)
        other.rollback()
        other.close()


def test_a_locked_file_is_waited_for_a_part_of_the_time(tmp_path: Path) -> None:
    path = tmp_path / "own.sqlite"
    with Store(path):
        pass
    other = sqlite3.connect(path)
    other.execute("begin exclusive")
    with pytest.raises(StoreError, match=r"stayed locked by another process for 0\.05 s"):
        UserStore(str(path), dataset(), METRIC, time_limit=0.5)
    other.rollback()
    other.close()


def test_no_error_in_writing_costs_the_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise KeyError("foo")

    monkeypatch.setattr(Experience, "remember", fail)
    told = "were not stored, by an error in autoskl: KeyError"
    location = str(tmp_path / "own.sqlite")
    with (
        UserStore(location, dataset(), METRIC) as user_store,
        pytest.warns(StoreWarning, match=told),
    ):
        user_store.write(history({leaves(4): [0.1]}))


def test_scorers_of_one_name_are_stored_under_different_names() -> None:
    def score_of(sign: float) -> object:
        def score(y: object, p: object) -> float:
            return sign * float(np.mean(y == p))

        return make_scorer(score)

    scorings = (score_of(1.0), score_of(-1.0), score_of(1.0))
    up, down, again = (
        stored_metric(resolve_scoring(each, Task.BINARY, np.array([0, 1]))) for each in scorings
    )
    assert up.startswith("score ")
    assert up == again != down


@pytest.mark.parametrize("name", ["neg_log_loss", "roc_auc", "top_k_accuracy"])
def test_scorers_of_scikit_learn_are_stored_under_their_names(name: str) -> None:
    assert stored_metric(resolve_scoring(name, Task.BINARY, np.array([0, 1]))) == name


def test_a_function_of_the_user_is_not_taken_for_a_scorer_of_scikit_learn() -> None:
    def top_k_accuracy(y: object, p: object) -> float:
        return 0.0

    metric = resolve_scoring(make_scorer(top_k_accuracy), Task.BINARY, np.array([0, 1]))
    assert stored_metric(metric).startswith("top_k_accuracy ")
