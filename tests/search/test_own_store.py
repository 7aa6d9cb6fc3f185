from __future__ import annotations

import sqlite3
import warnings
from pathlib import Path

import pytest

from autoskl.core.errors import StoreError, StoreUnreachableError, StoreWarning
from autoskl.metalearning.experience import Experience
from autoskl.metalearning.store.store import Store
from autoskl.search import own_store as own_store_module
from autoskl.search.own_store import OwnStore
from tests.metalearning.made_runs import METRIC, dataset, history, leaves, space


def test_without_a_store_nothing_is_remembered() -> None:
    with OwnStore(None, dataset(), METRIC) as own_store:
        own_store.remember(history({leaves(4): [0.1]}))
        assert own_store.recall(space()) is None


def test_the_next_fit_knows_what_the_last_one_found(tmp_path: Path) -> None:
    location = str(tmp_path / "own.sqlite")
    with OwnStore(location, dataset(), METRIC) as own_store:
        own_store.remember(history({leaves(4): [0.1]}))
    with OwnStore(location, dataset(), METRIC) as own_store:
        recalled = own_store.recall(space())
    assert recalled is not None
    assert recalled.same == (leaves(4),)


def test_a_damaged_store_is_an_error_before_any_work(tmp_path: Path) -> None:
    path = tmp_path / "own.sqlite"
    path.write_bytes(b"damaged" * 1000)
    with pytest.raises(StoreError, match=r"own\.sqlite is damaged"):
        OwnStore(str(path), dataset(), METRIC)


def test_a_server_that_does_not_answer_costs_one_warning() -> None:
    pytest.importorskip("psycopg")
    url = "postgresql+psycopg://nobody@127.0.0.1:9/nothing"
    with pytest.warns(StoreWarning, match="goes on with the shipped metadata") as told:
        own_store = OwnStore(url, dataset(), METRIC)
    assert len(told) == 1
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert own_store.recall(space()) is None
        own_store.remember(history({leaves(4): [0.1]}))


def test_a_server_that_is_lost_costs_one_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(*_: object) -> None:
        raise StoreUnreachableError("The server went away.")

    monkeypatch.setattr(Experience, "recall", lost)
    with OwnStore(str(tmp_path / "own.sqlite"), dataset(), METRIC) as own_store:
        with pytest.warns(StoreWarning, match="went away"):
            assert own_store.recall(space()) is None
        own_store.remember(history({leaves(4): [0.1]}))


def test_results_that_cannot_be_written_cost_neither_the_model_nor_the_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "own.sqlite"
    with Store(path):
        pass
    monkeypatch.setattr(own_store_module, "_LEAST_WAITING", 0.01)
    with OwnStore(str(path), dataset(), METRIC) as own_store:
        other = sqlite3.connect(path)
        other.execute("begin exclusive")
        with pytest.warns(StoreWarning, match=r"stayed locked.*for 0\.01 s.*were not stored"):
            own_store.remember(history({leaves(4): [0.1]}), seconds_left=-1.0)
        other.rollback()
        other.close()


def test_a_locked_file_is_waited_for_a_part_of_the_time(tmp_path: Path) -> None:
    path = tmp_path / "own.sqlite"
    with Store(path):
        pass
    other = sqlite3.connect(path)
    other.execute("begin exclusive")
    with pytest.raises(StoreError, match=r"stayed locked by another process for 0\.05 s"):
        OwnStore(str(path), dataset(), METRIC, time_limit=0.5)
    other.rollback()
    other.close()
