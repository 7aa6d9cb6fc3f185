from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import Connection

from autoskl.core.errors import StoreError
from autoskl.metalearning.store import schema
from autoskl.metalearning.store.store import Store

MACHINE = {"key": "m", "cores": 2, "factors": {"trees": 1.5}}


def test_rows_round_trip(tmp_path: Path) -> None:
    with Store(tmp_path / "s.sqlite") as store:
        assert store.add(schema.MACHINES, [MACHINE]) == 1
    with Store(tmp_path / "s.sqlite") as store:
        assert store.rows(schema.MACHINES) == [MACHINE]
        assert store.rows(schema.MACHINES, key="other") == []


def test_adding_again_changes_nothing(tmp_path: Path) -> None:
    with Store(tmp_path / "s.sqlite") as store:
        store.add(schema.MACHINES, [MACHINE])
        assert store.add(schema.MACHINES, [{**MACHINE, "cores": 8}]) == 0
        assert store.rows(schema.MACHINES) == [MACHINE]


def test_replace_overwrites_rows(tmp_path: Path) -> None:
    with Store(tmp_path / "s.sqlite") as store:
        store.add(schema.MACHINES, [MACHINE])
        store.replace(schema.MACHINES, [{**MACHINE, "cores": 8}])
        assert store.rows(schema.MACHINES)[0]["cores"] == 8


def test_the_salt_is_created_once(tmp_path: Path) -> None:
    with Store(tmp_path / "s.sqlite") as store:
        salt = store.fact("salt")
    with Store(tmp_path / "s.sqlite") as store:
        assert store.fact("salt") == salt


def salts_of_opening_at_once(location: Path | str, n_stores: int = 4) -> set[str]:
    """Open a store from several threads, which SQLite treats like processes."""
    ready = Barrier(n_stores)

    def salt(_: int) -> str:
        ready.wait()
        with Store(location) as store:
            return store.fact("salt")

    with ThreadPoolExecutor(n_stores) as threads:
        return set(threads.map(salt, range(n_stores)))


def test_a_new_file_can_be_opened_by_several_at_once(tmp_path: Path) -> None:
    for number in range(10):
        assert len(salts_of_opening_at_once(tmp_path / f"{number}.sqlite")) == 1


def test_a_partially_created_store_is_never_visible(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "s.sqlite"

    def fail(connection: Connection) -> None:
        schema.MACHINES.create(connection)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(schema.METADATA, "create_all", fail)
        with pytest.raises(KeyboardInterrupt):
            Store(path)
    with Store(path, lock_seconds=0.01) as store:
        assert store.add(schema.MACHINES, [MACHINE]) == 1


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "broken.sqlite"
    path.write_bytes(b"no database at all" * 100)
    with pytest.raises(StoreError, match=r"broken\.sqlite is damaged.*Restore it"):
        Store(path)


def test_a_torn_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "torn.sqlite"
    with Store(path) as store:
        store.add(schema.MACHINES, [{**MACHINE, "key": str(i)} for i in range(300)])
    data = path.read_bytes()
    path.write_bytes(data[:4096] + b"\xff" * (len(data) - 4096))
    with pytest.raises(StoreError, match=r"torn\.sqlite"), Store(path) as store:
        store.rows(schema.MACHINES)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("update machine set factors = '{bad'", r"table 'machine' cannot be read \(Expecting"),
        ("update machine set factors = x'ff00'", r"table 'machine' cannot be read \("),
        ("update machine set cores = 'many'", "column 'cores' of its table 'machine' has.*'many'"),
        ("update machine set cores = 1e400", "column 'cores' of its table 'machine' has.*inf"),
        ("update machine set key = x'00'", "column 'key' of its table 'machine' has"),
    ],
)
def test_a_damaged_cell_is_named(tmp_path: Path, change: str, told: str) -> None:
    path = tmp_path / "own.sqlite"
    with Store(path) as store:
        store.add(schema.MACHINES, [MACHINE])
        with sqlite3.connect(path) as connection:
            connection.execute(change)
        connection.close()
        message = rf"own\.sqlite is damaged.*{told}.*Restore it from a copy, or remove it"
        with pytest.raises(StoreError, match=message):
            store.rows(schema.MACHINES)


def test_a_newer_store_names_both_versions(tmp_path: Path) -> None:
    path = tmp_path / "new.sqlite"
    with Store(path) as store:
        store.replace(schema.FACTS, [{"name": "format", "value": "99"}])
        store.replace(schema.FACTS, [{"name": "autoskl", "value": "7.0"}])
    with pytest.raises(StoreError, match=r"new\.sqlite has format 99, made by autoskl 7\.0; this"):
        Store(path)


def test_another_database_is_rejected(tmp_path: Path) -> None:
    path = tmp_path / "other.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("create table songs (name text)")
    connection.close()
    with pytest.raises(StoreError, match="not a store of autoskl: it has the tables songs"):
        Store(path)


def test_create_false_requires_an_existing_store(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="There is no store at"):
        Store(tmp_path / "none.sqlite", create=False)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be opened"):
        Store(tmp_path / "none" / "s.sqlite")


def test_a_locked_file_raises_after_the_timeout(tmp_path: Path) -> None:
    path = tmp_path / "s.sqlite"
    with Store(path, lock_seconds=0.01) as store:
        other = sqlite3.connect(path)
        other.execute("begin exclusive")
        with pytest.raises(StoreError, match=r"stayed locked by another process for 0\.01 s"):
            store.add(schema.MACHINES, [MACHINE])
        store.set_lock_timeout(0.02)
        with pytest.raises(StoreError, match=r"stayed locked by another process for 0\.02 s"):
            store.add(schema.MACHINES, [MACHINE])
        with pytest.raises(StoreError, match=r"stayed locked by another process for 0\.03 s"):
            Store(path, lock_seconds=0.03)
        other.rollback()
        other.close()
        assert store.add(schema.MACHINES, [MACHINE]) == 1


def test_a_list_matches_any_of_its_values(tmp_path: Path) -> None:
    with Store(tmp_path / "s.sqlite") as store:
        store.add(schema.MACHINES, [{**MACHINE, "key": key} for key in "abc"])
        assert [row["key"] for row in store.rows(schema.MACHINES, key=["a", "c", "x"])] == [
            "a",
            "c",
        ]
        assert store.rows(schema.MACHINES, key=[]) == []
