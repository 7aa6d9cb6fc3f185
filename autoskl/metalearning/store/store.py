"""The store: a database that opens with a precise error message if it cannot be used."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from autoskl.core.errors import StoreError, StoreUnreachableError
from autoskl.core.version import VERSION
from autoskl.metalearning.store.location import file_or_server, make_engine, without_password

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine, Table

LOCK_SECONDS = 30.0
"""Default time to wait for a locked SQLite file."""

_BATCH_ROWS = 500

_CREATION_LOCK = 0x6175746F736B6C
"""Key of the advisory lock on a server: "autoskl" in ASCII, unlikely to be used by others."""


class Store:
    """Tasks, configurations and results in an SQLite file or a database server.

    It holds numbers and short strings: no rows, no names of columns or classes, no predictions, and
    nothing that is executed on reading.

    Parameters
    ----------
    location : str or Path
        A file, created if missing, or the URL of a server of PostgreSQL, such as
        ``postgresql+psycopg://host/name``. ``sqlite:///PATH`` is the same as the path.
    create : bool, default=True
        Whether to create a missing store.
    lock_seconds : float, default=30.0
        Seconds to wait for a locked SQLite file.

    Raises
    ------
    StoreError
        If the store is damaged, locked, or of a newer version, if its URL is invalid, or if the
        driver of its database is not installed; `StoreUnreachableError` if its server does not
        answer.
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
        self._location = file_or_server(str(location))
        self._lock_seconds = lock_seconds
        self._engine = make_engine(self._location, create=create, lock_seconds=lock_seconds)
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
        self._engine = make_engine(self._location, create=True, lock_seconds=seconds)

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

        Raises
        ------
        StoreError
            If a cell has a value that autoskl does not write there.
        """
        from sqlalchemy import select

        from autoskl.metalearning.store.cell_types import first_invalid_cell

        query = select(table)
        for name, value in equal.items():
            column = table.c[name]
            query = query.where(column.in_(value) if isinstance(value, list) else column == value)
        with self._translate_errors(), self._engine.connect() as connection:
            cursor = connection.execute(query)
            try:
                rows = [dict(row) for row in cursor.mappings()]
            except (TypeError, ValueError) as error:  # such as JSON that cannot be parsed
                reason = f"its table {table.name!r} cannot be read ({error})"
                raise StoreError(_describe_damage(self._location, reason)) from error
        invalid = first_invalid_cell(table, rows)
        if invalid is not None:
            raise StoreError(_describe_damage(self._location, invalid))
        return rows

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
            unreachable = "://" in self._location and _is_unreachable(error)
            error_class = StoreUnreachableError if unreachable else StoreError
            raise error_class(_explain(self._location, error, self._lock_seconds)) from error


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


def _describe_damage(location: str, reason: str) -> str:
    return (
        f"The store {without_password(location)} is damaged, or was changed by another program: "
        f"{reason}. autoskl {VERSION} does not use it. Restore it from a copy, or remove it."
    )


def _is_unreachable(error: Exception) -> bool:
    """Whether a server did not answer, or closed the connection."""
    from sqlalchemy.exc import DBAPIError, OperationalError

    lost = isinstance(error, DBAPIError) and error.connection_invalidated
    return lost or isinstance(error, OperationalError)
