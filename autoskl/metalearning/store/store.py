"""The store: a database that opens with a precise error message if it cannot be used."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from autoskl.core.errors import OptionalDependencyError, StoreError, StoreUnreachableError
from autoskl.core.version import VERSION

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine, Table

LOCK_SECONDS = 30.0
"""Default time to wait for a locked SQLite file."""

_CONNECT_SECONDS = 5
_BATCH_ROWS = 500

_CREATION_LOCK = 0x6175746F736B6C
"""Key of the advisory lock on a server: "autoskl" in ASCII, unlikely to be used by others."""

_PASSWORD = re.compile(r"(://[^:/]*:)(.*)@", re.DOTALL)
_PASSWORD_OPTION = re.compile(r"([?&;][^=&]*(?:passw|pwd)[^=&]*=)[^&]*", re.IGNORECASE)


class Store:
    """Tasks, configurations and results in an SQLite file or a database server.

    It holds numbers and short strings: no rows, no names of columns or classes, no predictions, and
    nothing that is executed on reading.

    Parameters
    ----------
    location : str or Path
        A file, created if missing, or a URL such as ``postgresql+psycopg://host/name``.
    create : bool, default=True
        Whether to create a missing store.
    lock_seconds : float, default=30.0
        Seconds to wait for a locked SQLite file.

    Raises
    ------
    StoreError
        If the store is damaged, locked, or of a newer version; `StoreUnreachableError` if its
        server does not answer.
    OptionalDependencyError
        If SQLAlchemy is not installed.
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
            with self._translate_errors():
                self._prepare()
        except StoreError:
            self.close()
            raise

    @property
    def engine(self) -> Engine:
        """SQLAlchemy's engine."""
        return self._engine

    def close(self) -> None:
        """Close all connections; the store must not be used afterwards."""
        self._engine.dispose()

    def set_lock_timeout(self, seconds: float) -> None:
        """Change the time to wait for a locked SQLite file.

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
            Value by column; a list matches any of its values.
        """
        from sqlalchemy import select

        query = select(table)
        for name, value in equal.items():
            column = table.c[name]
            query = query.where(column.in_(value) if isinstance(value, list) else column == value)
        with self._translate_errors(), self._engine.connect() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]

    def add(self, table: Table, rows: Iterable[Mapping[str, Any]]) -> int:
        """Add rows; existing keys are left unchanged.

        Parameters
        ----------
        table : Table
        rows : iterable of mapping

        Returns
        -------
        int
            Number of new rows.
        """
        from sqlalchemy import func, select

        values = [dict(row) for row in rows]
        if not values:
            return 0
        count = select(func.count()).select_from(table)
        with self.transaction() as connection:
            before = connection.execute(count).scalar_one()
            for start in range(0, len(values), _BATCH_ROWS):
                connection.execute(self._insert(table), values[start : start + _BATCH_ROWS])
            return int(connection.execute(count).scalar_one() - before)

    def replace(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """Add rows, replacing those with the same primary key."""
        from sqlalchemy import and_, delete, insert

        keys = list(table.primary_key.columns)
        with self._translate_errors(), self._engine.begin() as connection:
            for row in rows:
                same = and_(*(column == row[column.name] for column in keys))
                connection.execute(delete(table).where(same))
                connection.execute(insert(table).values(**row))

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Run statements in a transaction."""
        with self._translate_errors(), self._engine.begin() as connection:
            yield connection

    def fact(self, name: str) -> str:
        """Return a property of the store, see `schema.FACTS`."""
        from autoskl.metalearning.store.schema import FACTS

        return str(self.rows(FACTS, name=name)[0]["value"])

    def _insert(self, table: Table) -> Any:
        from sqlalchemy.dialects import postgresql, sqlite

        postgres = self._engine.dialect.name == "postgresql"
        statement = postgresql.insert(table) if postgres else sqlite.insert(table)
        return statement.on_conflict_do_nothing()

    def _prepare(self) -> None:
        """Create the tables of a new store; raise if an existing one cannot be read."""
        from sqlalchemy import inspect

        from autoskl.metalearning.store.schema import FACTS, METADATA, STORE_FORMAT

        shown = without_password(self._location)
        facts = {
            "format": str(STORE_FORMAT),
            "autoskl": VERSION,
            "salt": secrets.token_hex(16),
            "created": str(round(time.time())),
        }
        with self._exclusive_transaction() as connection:
            existing = set(inspect(connection).get_table_names())
            if existing and FACTS.name not in existing:
                raise StoreError(
                    f"{shown} is a database, but not a store of autoskl: it has the tables "
                    f"{', '.join(sorted(existing)[:5])}. Name another place."
                )
            METADATA.create_all(connection)
            rows = [{"name": name, "value": value} for name, value in facts.items()]
            connection.execute(self._insert(FACTS), rows)
        found = self.fact("format")
        if not found.isdigit() or int(found) > STORE_FORMAT:
            raise StoreError(
                f"The store {shown} has format {found}, made by autoskl "
                f"{self.fact('autoskl')}; this is autoskl {VERSION}, which reads up to "
                f"format {STORE_FORMAT}. Update autoskl, or name another store."
            )

    @contextmanager
    def _exclusive_transaction(self) -> Iterator[Connection]:
        """Run a transaction alone, since several processes may open a new store at once."""
        from sqlalchemy import func, select

        if self._engine.dialect.name == "sqlite":
            # Python's driver starts no transaction for DDL, and reading takes no exclusive lock.
            manual = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            with manual as connection:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                yield connection
                connection.exec_driver_sql("COMMIT")
        else:
            with self._engine.begin() as connection:
                connection.execute(select(func.pg_advisory_xact_lock(_CREATION_LOCK)))
                yield connection

    @contextmanager
    def _translate_errors(self) -> Iterator[None]:
        """Turn errors of the database into ones that name the store and say what to do."""
        from sqlalchemy.exc import SQLAlchemyError

        try:
            yield
        except SQLAlchemyError as error:
            unreachable = _is_unreachable(self._location, error)
            error_class = StoreUnreachableError if unreachable else StoreError
            raise error_class(_explain(self._location, error, self._lock_seconds)) from error


def without_password(location: str) -> str:
    """Return the location of a store with its password masked.

    The password is found by its position: one with an unescaped ``@`` or ``/`` makes a URL that
    parsers misread.

    Parameters
    ----------
    location : str

    Examples
    --------
    >>> from autoskl.metalearning.store.store import without_password
    >>> without_password("postgresql://anna:p@ss/word@host/name")
    'postgresql://anna:***@host/name'
    """
    if "://" not in location:
        return location
    return _PASSWORD_OPTION.sub(r"\1***", _PASSWORD.sub(r"\1***@", location))


def _explain(location: str, error: Exception, lock_seconds: float) -> str:
    reason = " ".join(str(getattr(error, "orig", None) or error).split())[:200]
    lowered, location = reason.lower(), without_password(location)
    if "locked" in lowered:
        return (
            f"The store {location} stayed locked by another process for {lock_seconds:.3g} s. "
            "Wait until that process has finished, or use a database server for several writers."
        )
    if "not a database" in lowered or "malformed" in lowered:
        return (
            f"The store {location} is damaged or not an SQLite file ({reason}). autoskl "
            f"{VERSION} wrote nothing to it. Restore it from a copy, or remove it."
        )
    if "unable to open" in lowered:
        return (
            f"The store {location} cannot be opened ({reason}). Check the folder and its "
            "permissions."
        )
    return f"The store {location} cannot be used ({reason})."


def _is_unreachable(location: str, error: Exception) -> bool:
    """Whether a server did not answer, or closed the connection."""
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
        # Its rest would be parsed as the host name and appear in messages.
        raise StoreError(
            f"{without_password(location)!r} is not a valid database URL: write an @ in a password "
            "as %40."
        )
    try:
        server = location.startswith("postgresql")
        timeout = {"connect_timeout": _CONNECT_SECONDS} if server else {}
        return create_engine(location, pool_pre_ping=True, connect_args=timeout)
    except (ArgumentError, NoSuchModuleError, ValueError) as error:
        shown = without_password(location)
        # Some versions quote the URL, and what is parsed as a port may be part of a password.
        bad_port = isinstance(error, ValueError)
        reason = "its port is not a number" if bad_port else str(error).replace(location, shown)
        raise StoreError(f"{shown!r} is not a valid database URL: {reason}.") from None
    except ModuleNotFoundError as error:
        raise OptionalDependencyError(str(error.name), "store") from error
