from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from autoskl.core.task import EVERY_TASK, Task
from autoskl.execution.executor import UNLIMITED, Call, Limits
from autoskl.execution.in_process import InProcess
from autoskl.metalearning.building.build import Builder
from autoskl.metalearning.building.measurement import load_sample
from autoskl.metalearning.building.prediction_files import PredictionFiles
from autoskl.metalearning.candidates import PortableConfiguration
from autoskl.metalearning.store import schema
from autoskl.metalearning.store.store import Store
from tests.metalearning.building.corpus_files import write_corpus

EVERYWHERE = tuple(sorted(EVERY_TASK))
TREES = PortableConfiguration(
    EVERYWHERE,
    {
        "model": "lightgbm",
        "lightgbm:n_estimators": 2000,
        "lightgbm:learning_rate": 0.2,
        "lightgbm:num_leaves": 4,
        "lightgbm:cat_l2": 1.0,
    },
)
LINEAR = PortableConfiguration((Task.BINARY,), {"model": "linear", "linear:C": 1.0})
RIDGE = PortableConfiguration((Task.BINARY,), {"model": "linear", "linear:alpha": 1.0})


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., Builder]:
    write_corpus(tmp_path)

    def builder(store: Store, stage: str = "H", names: list[str] | None = None) -> Builder:
        candidates = [LINEAR, TREES, RIDGE]
        return Builder(tmp_path, store, tmp_path / "p", candidates, stage, names)

    return builder


@pytest.fixture
def location(tmp_path: Path) -> Path:
    return tmp_path / "s.sqlite"


def run(builder: Builder, time_limit: float = 1e9) -> int:
    with InProcess() as executor:
        return builder.run(executor, time_limit)


def test_every_unit_gets_a_result(make: Callable[..., Builder], location: Path) -> None:
    with Store(location) as store:
        assert run(make(store)) == 5
        results = store.rows(schema.RESULTS)
        assert len(results) == 5
        assert {r["status"] for r in results} == {"ok", "skipped"}
        skipped = [r["configuration"] for r in results if r["status"] == "skipped"]
        assert skipped == [RIDGE.key]
        good = [r for r in results if r["status"] == "ok"]
        assert all(r["losses"]["test"] and r["losses"]["validation"] for r in good)
        by_model = {r["configuration"]: r for r in good if r["task"] == "binary-set"}
        assert by_model[LINEAR.key]["losses"]["test"]["roc_auc"] < 0.2


def test_meta_features_are_extracted_once(make: Callable[..., Builder], location: Path) -> None:
    with Store(location) as store:
        run(make(store), time_limit=-1.0)
        rows = store.rows(schema.META_FEATURES)
        assert {row["task"] for row in rows} == {"binary-set", "multiclass-set", "regression-set"}
        sizes = {row["value"] for row in rows if row["name"] == "log_rows"}
        assert sizes == {5.91}  # 60 rows
        run(make(store), time_limit=-1.0)
        assert len(store.rows(schema.META_FEATURES)) == len(rows)


def test_predictions_are_kept_beside_the_store(
    make: Callable[..., Builder], location: Path, tmp_path: Path
) -> None:
    with Store(location) as store:
        run(make(store, names=["multiclass-set"]))
        (result,) = store.rows(schema.RESULTS)
        (split,) = store.rows(schema.SPLITS)
    rows = split["rows_validation"] + split["rows_test"]
    files = PredictionFiles(tmp_path / "p")
    place = ("multiclass-set", "H", 0)
    kept = files.read(*place, result["offset"], (rows, split["outputs"]))
    y = files.read_target(*place)
    assert kept is not None
    assert y is not None
    chosen = kept[np.arange(rows), y.astype(int)].astype(float)
    loss = -np.log(chosen[split["rows_validation"] :]).mean()
    assert loss == pytest.approx(result["losses"]["test"]["neg_log_loss"], rel=0.01)


def test_a_store_holds_no_rows_and_no_names(make: Callable[..., Builder], location: Path) -> None:
    with Store(location) as store:
        run(make(store))
    content = location.read_bytes()
    assert b"colour" not in content
    assert b"green" not in content


def test_building_resumes_where_it_stopped(make: Callable[..., Builder], location: Path) -> None:
    with Store(location) as store:
        builder = make(store)
        moments = iter([0.0, 0.0, 0.0, 9.0, 9.0, 9.0, 9.0])
        with InProcess() as executor:
            done = builder.run(executor, 5.0, clock=lambda: next(moments))
        assert 0 < done < 5
        assert len(store.rows(schema.RESULTS)) == done
    with Store(location) as store:
        assert run(make(store)) == 5 - done
        assert len(store.rows(schema.RESULTS)) == 5
        assert run(make(store)) == 0


def test_a_builder_of_some_data_sets_finishes_only_those(
    make: Callable[..., Builder], location: Path
) -> None:
    with Store(location) as store:
        make(store)  # whose units come first
        make(store, stage="F")
        builder = make(store, names=["regression-set"])
        assert run(builder) == 1
        assert builder.counts() == (1, 1)
        left = store.rows(schema.WORK, done=False)
        assert len(left) == 9
        assert {row["leased_until"] for row in left} == {0.0}


def test_a_unit_has_the_time_limit_of_its_stage(
    make: Callable[..., Builder], location: Path
) -> None:
    with Store(location) as store:
        make(store, stage="F", names=["multiclass-set"])
        assert run(make(store, stage="H", names=["multiclass-set"])) == 1
        assert {row["stage"] for row in store.rows(schema.RESULTS)} == {"H"}
        assert {row["stage"] for row in store.rows(schema.WORK, done=False)} == {"F"}


def test_a_missing_data_set_is_named(make: Callable[..., Builder], location: Path) -> None:
    with Store(location) as store, pytest.raises(ValueError, match="has no data set nothing"):
        make(store, names=["multiclass-set", "nothing"])


def test_a_missing_file_is_named_before_any_work(
    make: Callable[..., Builder], location: Path, tmp_path: Path
) -> None:
    (tmp_path / "binary-set.csv").unlink()
    with Store(location) as store:
        with pytest.raises(ValueError, match=r"has no binary-set\.csv, which its index\.csv lists"):
            make(store)
        assert not store.rows(schema.WORK)
        assert run(make(store, names=["multiclass-set"])) == 1


def test_units_of_an_unreadable_data_set_are_not_done(
    make: Callable[..., Builder], location: Path, tmp_path: Path
) -> None:
    path = tmp_path / "multiclass-set.csv"
    content = path.read_text()
    with Store(location) as store:
        path.write_text("a,b\n1,2\n")
        builder = make(store, names=["multiclass-set"])
        with pytest.raises(
            ValueError, match=r"multiclass-set .*has no column 'y'.*Repeat the comm"
        ):
            run(builder)
        assert builder.counts() == (0, 1)
        assert not builder.statuses()
        path.write_text(content)
        load_sample.cache_clear()
        assert run(builder) == 1
        assert builder.statuses() == {"ok": 1}


class Killed(InProcess):
    """Interrupts the second unit of work, after three extractions of meta-features."""

    slots = 1

    def submit(self, call: Call, limits: Limits = UNLIMITED) -> int:
        ticket = super().submit(call, limits)
        if ticket == 4:
            raise KeyboardInterrupt
        return ticket


def test_an_interrupted_builder_releases_its_units(
    make: Callable[..., Builder], location: Path
) -> None:
    with Store(location) as store:
        with pytest.raises(KeyboardInterrupt), Killed() as executor:
            make(store).run(executor, 1e9)
        left = store.rows(schema.WORK, done=False)
        assert len(store.rows(schema.META_FEATURES)) > 0
        assert [row["leased_until"] for row in left] == [0.0] * len(left)


def test_stage_f_measures_out_of_fold(make: Callable[..., Builder], location: Path) -> None:
    with Store(location) as store:
        run(make(store, stage="F", names=["regression-set"]))
        (result,) = store.rows(schema.RESULTS)
        (split,) = store.rows(schema.SPLITS)
        assert result["status"] == "ok"
        assert split["rows_validation"] == 45
        assert split["rows_fit"] == 36
