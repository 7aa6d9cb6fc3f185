from __future__ import annotations

import sqlite3
import sys
from pathlib import Path

import pytest

from autoskl.core.errors import OptionalDependencyError, StoreError
from autoskl.metalearning.store.location import without_password
from autoskl.metalearning.store.store import Store


@pytest.mark.parametrize(
    "url",
    [
        "nonsense://anna:secret@host/name",
        "sqlite+nothing://anna:secret@host/name",
        "postgresql://anna:a:b/secret:c@host:d/name",
        "postgresql://anna:a@secret@host/name",
        "postgresql://anna@server:secret@host:d/name",
        "postgresql+psycopg://anna:secret@127.0.0.1:1/name",
        "postgresql+psycopg://anna@127.0.0.1:1/name?password=secret",
    ],
)
def test_no_message_contains_a_password(url: str) -> None:
    with pytest.raises((StoreError, OptionalDependencyError)) as told:
        Store(url)
    assert "secret" not in str(told.value)
    assert "anna" in str(told.value) or isinstance(told.value, OptionalDependencyError)


@pytest.mark.parametrize(
    ("location", "shown"),
    [
        ("postgresql://anna:secret@host/name", "postgresql://anna:***@host/name"),
        ("postgresql://anna:se/cr@et@host/name", "postgresql://anna:***@host/name"),
        ("postgresql://anna@server:secret@host/name", "postgresql://anna@server:***@host/name"),
        ("postgresql://:secret@host:5432/name", "postgresql://:***@host:5432/name"),
        (
            "postgresql://anna@host/name?sslmode=require&sslpassword=secret&x=1",
            "postgresql://anna@host/name?sslmode=require&sslpassword=***&x=1",
        ),
        ("postgresql+psycopg://host:5432/name", "postgresql+psycopg://host:5432/name"),
        ("postgresql+psycopg://anna@/name?host=/tmp", "postgresql+psycopg://anna@/name?host=/tmp"),
        ("a:b@c/own.sqlite", "a:b@c/own.sqlite"),
    ],
)
def test_passwords_are_masked(location: str, shown: str) -> None:
    assert without_password(location) == shown


@pytest.mark.parametrize("url", ["nonsense://x/y", "sqlite+nothing://"])
def test_a_url_without_a_driver(url: str) -> None:
    with pytest.raises(StoreError, match="not a valid database URL"):
        Store(url)


@pytest.mark.parametrize(
    "url",
    ["mysql://anna:secret@host/name", "mysql+pymysql://host/name", "postgres://anna:secret@host/x"],
)
def test_other_databases_are_rejected(url: str) -> None:
    with pytest.raises(StoreError, match="is neither sqlite nor postgresql") as told:
        Store(url)
    assert "secret" not in str(told.value)


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "sqlite:///a.sqlite?timeout=9"])
def test_the_url_of_a_file_has_only_a_path(url: str) -> None:
    with pytest.raises(StoreError, match="write sqlite:///PATH, or only the path"):
        Store(url)


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("postgresql+psycopg://h/n", r"driver psycopg, .*Run pip install 'psycopg\[binary\]'\."),
        (
            "postgresql+psycopg2://h/n",
            r"driver psycopg2, .*begin the URL with postgresql\+psycopg://",
        ),
    ],
)
def test_a_missing_driver_is_named(url: str, told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for driver in ("psycopg", "psycopg2"):
        monkeypatch.setitem(sys.modules, driver, None)  # as if it were not installed
    with pytest.raises(StoreError, match=told):
        Store(url)


@pytest.mark.parametrize("name", ["a?b.sqlite", "a#b%20c.sqlite", "a b@c:d.sqlite"])
def test_a_file_may_have_any_name(name: str, tmp_path: Path) -> None:
    with Store(tmp_path / name):
        pass
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_the_url_of_a_file_is_the_same_as_its_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(StoreError, match="There is no store at"):
        Store("sqlite:///s.sqlite", create=False)
    assert not list(tmp_path.iterdir())
    with pytest.raises(StoreError, match="cannot be opened") as told:
        Store("sqlite:///none/s.sqlite")
    assert type(told.value) is StoreError  # not unreachable, of which a fit only warns
    with Store("sqlite:///s.sqlite") as store, Store(tmp_path / "s.sqlite") as same:
        assert store.fact("salt") == same.fact("salt")


def test_the_url_of_a_locked_file_raises_after_the_timeout(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 's.sqlite'}"
    with Store(url):
        pass
    other = sqlite3.connect(tmp_path / "s.sqlite")
    other.execute("begin exclusive")
    with pytest.raises(StoreError, match=r"stayed locked by another process for 0\.01 s") as told:
        Store(url, lock_seconds=0.01)
    assert type(told.value) is StoreError
    other.rollback()
    other.close()
