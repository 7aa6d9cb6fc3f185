"""The store on a real PostgreSQL server, if Debian's package is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import NullPool, create_engine

from autoskl.core.errors import StoreUnreachableError
from autoskl.metalearning.experience import Experience
from autoskl.metalearning.store import schema
from autoskl.metalearning.store.merging import merge
from autoskl.metalearning.store.store import Store
from autoskl.metalearning.store.work_queue import WorkQueue, WorkUnit
from tests.metalearning.run_factories import METRIC, dataset, history, leaves, space
from tests.metalearning.store.test_store import salts_of_opening_at_once

PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


def _as_server(command: list[str], folder: Path) -> None:
    """Run a command as the server's user, since the server refuses to run as root."""
    prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    done = subprocess.run([*prefix, *command], cwd=folder, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{command[0]}: {done.stdout} {done.stderr}")


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    pytest.importorskip("psycopg", reason="the driver of PostgreSQL is not installed")
    if not PROGRAMS or not (PROGRAMS[0] / "initdb").is_file():
        pytest.skip("the server of PostgreSQL is not installed")
    if os.geteuid() == 0 and shutil.which("runuser") is None:
        pytest.skip("the server of PostgreSQL cannot be started as root")
    # Its own folder: the path of a socket must be short, and the server's user must reach it.
    folder = Path(os.path.realpath(Path("/tmp") / f"autoskl-postgres-{os.getpid()}"))
    folder.mkdir()
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    data = str(folder / "data")
    try:
        _as_server(
            [str(PROGRAMS[0] / "initdb"), "-D", data, "-U", "autoskl", "-A", "trust"], folder
        )
        options = f"-k {folder} -c listen_addresses='' -c fsync=off"
        log = str(folder / "log")
        start = [str(PROGRAMS[0] / "pg_ctl"), "-D", data, "-o", options, "-l", log, "-w", "start"]
        _as_server(start, folder)
        try:
            yield f"postgresql+psycopg://autoskl@/postgres?host={folder}"
        finally:
            stop = [str(PROGRAMS[0] / "pg_ctl"), "-D", data, "-m", "immediate", "stop"]
            _as_server(stop, folder)
    finally:
        shutil.rmtree(folder)


def test_fits_share_a_server(url: str) -> None:
    with Store(url) as store:
        Experience(store, dataset(), METRIC).remember(history({leaves(4): [0.1, 0.2]}))
        Experience(store, dataset(), METRIC).remember(history({leaves(4): [0.1, 0.2]}))
        assert len(store.rows(schema.RESULTS)) == 2
    with Store(url) as store:
        assert Experience(store, dataset(), METRIC).recall(space()).same == (leaves(4),)


def test_a_new_database_can_be_opened_by_several_at_once(url: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE DATABASE fresh")
    fresh = url.replace("/postgres?", "/fresh?")
    assert len(salts_of_opening_at_once(fresh)) == 1


def test_leases_hold_between_connections(url: str) -> None:
    with Store(url) as one, Store(url) as other:
        first, second = WorkQueue(one), WorkQueue(other)
        units = [WorkUnit(f"t{i}", "H", 0, "c", 0) for i in range(6)]
        first.add((unit, i) for i, unit in enumerate(units))
        taken = [*first.lease(2), *second.lease(2), *first.lease(2)]
        assert sorted(unit.task for unit in taken) == [f"t{i}" for i in range(6)]
        first.finish(units[0])
        assert second.counts() == (1, 6)


def test_a_file_is_merged_into_the_server(url: str, tmp_path: Path) -> None:
    with Store(tmp_path / "own.sqlite") as own, Store(url) as shared:
        Experience(own, dataset(3), METRIC).remember(history({leaves(9): [0.3]}))
        assert merge(own, shared)["result"] == 1
        assert merge(own, shared)["result"] == 0


def test_an_unreachable_server_raises(url: str) -> None:
    with pytest.raises(StoreUnreachableError, match="cannot be used"):
        Store(url.replace("/postgres?", "/nothing?"))
