"""Open a store, or say exactly why it cannot be opened."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from autoskl.core.errors import OptionalDependencyError, StoreError, StoreUnreachableError

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine, Table

LOCK_SECONDS = 30.0
"""How long a locked SQLite file is waited for."""

_CONNECT_SECONDS = 5
_BATCH = 500
_MAKING = 0x6175746F736B6C
"""Number of the lock on a server; it spells our name, so that others will hardly take it."""

_PASSWORD = re.compile(r"(://[^:/]*:)(.*)@", re.DOTALL)
_PASSWORD_OPTION = re.compile(r"([?&;][^=&]*(?:passw|pwd)[^=&]*=)[^&]*", re.IGNORECASE)


class Store:
    """Tasks, configurations and results in an SQLite file or a database server.

    It holds numbers and short texts: no rows, no names of columns or classes, no predictions, and
    nothing that would be executed when it is read.

    Parameters
    ----------
    location : str or Path
        A file, made when it does not exist, or a URL such as ``postgresql+psycopg://host/name``.
    create : bool, default=True
        Whether a store may be made where there is none.
    lock_seconds : float, default=30.0
        How long a locked SQLite file is waited for, in seconds.

    Raises
    ------
    StoreError
        When the store is damaged, locked, or of a newer version; `StoreUnreachableError` when its
        server does not answer.
    OptionalDependencyError
        When SQLAlchemy is not installed.
    """

    def __init__(
        self,
        location: str | Path,
        *,
        create: bool = True,
        lock_seconds: float = LOCK_SECONDS,
    ) -> None:
        self._location = str(location)
        self._lock_seconds = lock_seconds
        self._engine = _engine(self._location, create=create, lock_seconds=lock_seconds)
        try:
            with self._translated():
                self._prepare()
        except StoreError:
            self.close()
            raise

    @property
    def engine(self) -> Engine:
        """SQLAlchemy's engine."""
        return self._engine

    def close(self) -> None:
        """Close all connections; the store is not used after it."""
        self._engine.dispose()

    def wait_at_most(self, seconds: float) -> None:
        """Wait no longer than this for a locked SQLite file from now on.

        Parameters
        ----------
        seconds : float
        """
        self._engine.dispose()
        self._lock_seconds = seconds
        self._engine = _engine(self._location, create=True, lock_seconds=seconds)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def rows(self, table: Table, **equal: Any) -> list[dict[str, Any]]:
        """Return the rows of a table whose columns have these values.

        Parameters
        ----------
        table : Table
        **equal
            Value by column; a list names several values, each of which will do.
        """
        from sqlalchemy import select

        query = select(table)
        for name, value in equal.items():
            column = table.c[name]
            query = query.where(column.in_(value) if isinstance(value, list) else column == value)
        with self._translated(), self._engine.connect() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]

    def add(self, table: Table, rows: Iterable[Mapping[str, Any]]) -> int:
        """Add rows; those whose key is there already are left as they are.

        Parameters
        ----------
        table : Table
        rows : iterable of mapping

        Returns
        -------
        int
            Rows that were new.
        """
        from sqlalchemy import func, select

        values = [dict(row) for row in rows]
        if not values:
            return 0
        count = select(func.count()).select_from(table)
        with self.transaction() as connection:
            before = connection.execute(count).scalar_one()
            for start in range(0, len(values), _BATCH):
                connection.execute(self._insert(table), values[start : start + _BATCH])
            return int(connection.execute(count).scalar_one() - before)

    def replace(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """Add rows; those with the same primary key are replaced."""
        from sqlalchemy import and_, delete, insert

        keys = list(table.primary_key.columns)
        with self._translated(), self._engine.begin() as connection:
            for row in rows:
                same = and_(*(column == row[column.name] for column in keys))
                connection.execute(delete(table).where(same))
                connection.execute(insert(table).values(**row))

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Run statements together: all of them take effect, or none."""
        with self._translated(), self._engine.begin() as connection:
            yield connection

    def fact(self, name: str) -> str:
        """Return what the store says of itself."""
        from autoskl.metalearning.store.schema import FACTS

        return str(self.rows(FACTS, name=name)[0]["value"])

    def _insert(self, table: Table) -> Any:
        from sqlalchemy.dialects import postgresql, sqlite

        postgres = self._engine.dialect.name == "postgresql"
        made = postgresql.insert(table) if postgres else sqlite.insert(table)
        return made.on_conflict_do_nothing()

    def _prepare(self) -> None:
        """Make the tables of a new store; refuse what cannot be read."""
        from sqlalchemy import inspect

        from autoskl.metalearning.store.schema import FACTS, FORMAT, METADATA

        shown = without_password(self._location)
        facts = {
            "format": str(FORMAT),
            "autoskl": version("autoskl"),
            "salt": secrets.token_hex(16),
            "created": str(round(time.time())),
        }
        with self._alone() as connection:
            there = set(inspect(connection).get_table_names())
            if there and FACTS.name not in there:
                raise StoreError(
                    f"{shown} is a database, but not a store of autoskl: it has the tables "
                    f"{', '.join(sorted(there)[:5])}. Name another place."
                )
            METADATA.create_all(connection)
            rows = [{"name": name, "value": value} for name, value in facts.items()]
            connection.execute(self._insert(FACTS), rows)
        found = self.fact("format")
        if not found.isdigit() or int(found) > FORMAT:
            raise StoreError(
                f"The store {shown} has format {found}, made by autoskl "
                f"{self.fact('autoskl')}; this is autoskl {version('autoskl')}, which reads up to "
                f"format {FORMAT}. Update autoskl, or name another store."
            )

    @contextmanager
    def _alone(self) -> Iterator[Connection]:
        """Run statements together while no other process does: several may open a new store."""
        from sqlalchemy import func, select

        if self._engine.dialect.name == "sqlite":
            # Python's driver begins nothing before a table is made, and locks nothing to look.
            by_hand = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            with by_hand as connection:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                yield connection
                connection.exec_driver_sql("COMMIT")
        else:
            with self._engine.begin() as connection:
                connection.execute(select(func.pg_advisory_xact_lock(_MAKING)))
                yield connection

    def _translated(self) -> Translated:
        return Translated(self._location, self._lock_seconds)


class Translated:
    """Turns the errors of a database into ones that name the store and say what to do.

    Parameters
    ----------
    location : str
    lock_seconds : float, default=30.0
        How long a lock is waited for.
    """

    def __init__(self, location: str, lock_seconds: float = LOCK_SECONDS) -> None:
        self._location = location
        self._lock_seconds = lock_seconds

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        from sqlalchemy.exc import SQLAlchemyError

        if isinstance(error, SQLAlchemyError):
            unreachable = _is_unreachable(self._location, error)
            kind_of_error = StoreUnreachableError if unreachable else StoreError
            told = _explained(self._location, error, self._lock_seconds)
            raise kind_of_error(told) from error


def without_password(location: str) -> str:
    """Return a location as it may be shown to everyone.

    What stands for a password is found by its place, since one that holds an ``@`` or a ``/`` makes
    a URL that no parser takes for what was meant.

    Parameters
    ----------
    location : str
        Of a store.

    Examples
    --------
    >>> from autoskl.metalearning.store.store import without_password
    >>> without_password("postgresql://anna:p@ss/word@host/name")
    'postgresql://anna:***@host/name'
    """
    if "://" not in location:
        return location
    return _PASSWORD_OPTION.sub(r"\1***", _PASSWORD.sub(r"\1***@", location))


def _explained(location: str, error: Exception, lock_seconds: float) -> str:
    said = " ".join(str(getattr(error, "orig", None) or error).split())[:200]
    lowered, location = said.lower(), without_password(location)
    if "locked" in lowered:
        return (
            f"The store {location} stayed locked by another process for {lock_seconds:.3g} s. "
            "Wait until that process has finished, or use a database server for several writers."
        )
    if "not a database" in lowered or "malformed" in lowered:
        return (
            f"The store {location} is damaged or no SQLite file ({said}). autoskl "
            f"{version('autoskl')} wrote nothing to it. Restore it from a copy, or remove it."
        )
    if "unable to open" in lowered:
        return f"The store {location} cannot be opened ({said}). Check the folder and its rights."
    return f"The store {location} cannot be used ({said})."


def _is_unreachable(location: str, error: Exception) -> bool:
    """Whether a server did not answer, or broke off."""
    from sqlalchemy.exc import DBAPIError, OperationalError

    lost = isinstance(error, DBAPIError) and error.connection_invalidated
    return "://" in location and (lost or isinstance(error, OperationalError))


def _engine(location: str, *, create: bool, lock_seconds: float) -> Engine:
    try:
        from sqlalchemy import create_engine
        from sqlalchemy.exc import ArgumentError, NoSuchModuleError
    except ImportError as error:
        raise OptionalDependencyError("SQLAlchemy", "store") from error
    if "://" not in location:
        path = Path(location)
        if not create and not path.is_file():
            raise StoreError(f"There is no store at {location}.")
        return create_engine(f"sqlite:///{path}", connect_args={"timeout": lock_seconds})
    password = _PASSWORD.search(location.partition("?")[0])
    if password and "@" in password[2]:
        # The rest of it would be taken for the name of a server, and told in messages.
        raise StoreError(
            f"{without_password(location)!r} is no URL of a database: an @ in a password is "
            "written %40."
        )
    try:
        server = location.startswith("postgresql")
        timeout = {"connect_timeout": _CONNECT_SECONDS} if server else {}
        return create_engine(location, pool_pre_ping=True, connect_args=timeout)
    except (ArgumentError, NoSuchModuleError, ValueError) as error:
        shown = without_password(location)
        # Some versions quote the URL; and what is taken for a port may be a part of a password.
        no_port = isinstance(error, ValueError)
        told = "its port is no number" if no_port else str(error).replace(location, shown)
        raise StoreError(f"{shown!r} is no URL of a database: {told}.") from None
    except ModuleNotFoundError as error:
        raise OptionalDependencyError(str(error.name), "store") from error
