"""The location of a store: an SQLite file, or the URL of a PostgreSQL server."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from autoskl.core.errors import OptionalDependencyError, StoreError

if TYPE_CHECKING:
    from sqlalchemy import URL, Engine

_CONNECT_SECONDS = 5

_SQLITE_DRIVERS = ("sqlite", "sqlite+pysqlite")

_PASSWORD = re.compile(r"(://[^:/]*:)(.*)@", re.DOTALL)
_PASSWORD_OPTION = re.compile(r"([?&;][^=&]*(?:passw|pwd)[^=&]*=)[^&]*", re.IGNORECASE)


def without_password(location: str) -> str:
    """Return the location of a store with its password masked.

    The password is found by its position: one with an unescaped ``@`` or ``/`` makes a URL that
    parsers misread.

    Parameters
    ----------
    location : str

    Examples
    --------
    >>> from autoskl.metalearning.store.location import without_password
    >>> without_password("postgresql://anna:p@ss/word@host/name")
    'postgresql://anna:***@host/name'
    """
    if "://" not in location:
        return location
    return _PASSWORD_OPTION.sub(r"\1***", _PASSWORD.sub(r"\1***@", location))


def file_or_server(location: str) -> str:
    """Return the URL of a server unchanged, and the URL of an SQLite file as an absolute path.

    Parameters
    ----------
    location : str

    Raises
    ------
    StoreError
        If it is a URL that is invalid, or of another kind of database.
    OptionalDependencyError
        If SQLAlchemy is not installed.
    """
    if "://" not in location:
        return location
    url = _parse(location)
    backend = url.get_backend_name()
    if backend == "postgresql":
        return location
    if backend != "sqlite":
        reason = (
            f"{backend} is neither sqlite nor postgresql. Name a file, or a server of PostgreSQL "
            "as postgresql+psycopg://HOST/NAME"
        )
        raise _invalid(location, reason)
    named = url.database not in (None, "", ":memory:") and not url.query
    if not named or url.drivername not in _SQLITE_DRIVERS:
        raise _invalid(location, "write sqlite:///PATH, or only the path of the file")
    return str(Path(str(url.database)).absolute())


def make_engine(location: str, *, create: bool, lock_seconds: float) -> Engine:
    """Return SQLAlchemy's engine for a store.

    Parameters
    ----------
    location : str
        As returned by `file_or_server`.
    create : bool
        Whether a missing file is created.
    lock_seconds : float
        Seconds to wait for a locked SQLite file.

    Raises
    ------
    StoreError
        If the file is missing, the URL is invalid, or the driver is not installed.
    OptionalDependencyError
        If SQLAlchemy is not installed.
    """
    try:
        from sqlalchemy import URL, create_engine
        from sqlalchemy.exc import ArgumentError, NoSuchModuleError
    except ImportError as error:
        raise OptionalDependencyError("SQLAlchemy", "store") from error
    if "://" not in location:
        if not create and not Path(location).is_file():
            raise StoreError(f"There is no store at {location}.")
        # Not the text of a URL, in which a ? would end the path.
        file = URL.create("sqlite", database=str(Path(location)))
        return create_engine(file, connect_args={"timeout": lock_seconds})
    timeout = {"connect_timeout": _CONNECT_SECONDS}
    try:
        return create_engine(location, pool_pre_ping=True, connect_args=timeout)
    except (ArgumentError, NoSuchModuleError) as error:
        raise _invalid(location, str(error)) from None
    except ImportError as error:
        raise _without_driver(location) from error


def _parse(location: str) -> URL:
    try:
        from sqlalchemy import make_url
        from sqlalchemy.exc import ArgumentError
    except ImportError as error:
        raise OptionalDependencyError("SQLAlchemy", "store") from error
    password = _PASSWORD.search(location.partition("?")[0])
    if password and "@" in password[2]:
        # Its rest would be parsed as the host name and appear in messages.
        raise _invalid(location, "write an @ in a password as %40")
    try:
        return make_url(location)
    except ArgumentError as error:
        raise _invalid(location, str(error)) from None
    except ValueError:  # which may quote a part of a password
        raise _invalid(location, "its port is not a number") from None


def _invalid(location: str, reason: str) -> StoreError:
    shown = without_password(location)
    # Some versions of SQLAlchemy quote the URL.
    reason = reason.replace(location, shown)
    return StoreError(f"{shown!r} is not a valid database URL: {reason}.")


def _without_driver(location: str) -> StoreError:
    driver = _parse(location).get_driver_name()
    other = "" if driver == "psycopg" else " and begin the URL with postgresql+psycopg://"
    return StoreError(
        f"The store {without_password(location)} needs the database driver {driver}, which is not "
        f"installed. Run pip install 'psycopg[binary]'{other}."
    )
