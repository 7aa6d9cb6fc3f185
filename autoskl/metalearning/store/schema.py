"""Tables of a store; they hold numbers and short strings only."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)

STORE_FORMAT = 1
"""Incremented when earlier versions can no longer read a store."""

METADATA = MetaData()

FACTS = Table(
    "facts",
    METADATA,
    Column("name", String(40), primary_key=True),
    Column("value", String(200), nullable=False),
)
"""Properties of the store: ``format``, ``autoskl`` (version that created it), ``salt``."""

TASKS = Table(
    "task",
    METADATA,
    Column("key", String(80), primary_key=True),
    Column("origin", String(20), nullable=False),
    Column("type", String(20), nullable=False),
    Column("rows", Integer, nullable=False),
    Column("columns", Integer, nullable=False),
    Column("classes", Integer, nullable=False),
    Column("group", String(80), nullable=False),
    Column("weight", Float, nullable=False),
    Column("created", Float, nullable=False),
)

META_FEATURES = Table(
    "meta_feature",
    METADATA,
    Column("task", String(80), primary_key=True),
    Column("name", String(40), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("value", Float),
)

SPLITS = Table(
    "split",
    METADATA,
    Column("task", String(80), primary_key=True),
    Column("stage", String(1), primary_key=True),
    Column("repeat", Integer, primary_key=True),
    Column("rows_fit", Integer, nullable=False),
    Column("rows_validation", Integer, nullable=False),
    Column("rows_test", Integer, nullable=False),
    Column("columns", Integer, nullable=False),
    Column("outputs", Integer, nullable=False),
    Column("folds", Integer, nullable=False),
)

CONFIGURATIONS = Table(
    "configuration",
    METADATA,
    Column("key", String(16), primary_key=True),
    Column("tasks", JSON, nullable=False),
    Column("values", JSON, nullable=False),
    Column("revisions", JSON, nullable=False),
    Column("family", String(40), nullable=False),
    Column("origin", String(20), nullable=False),
)

RESULTS = Table(
    "result",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("task", String(80), nullable=False),
    Column("stage", String(1), nullable=False),
    Column("repeat", Integer, nullable=False),
    Column("configuration", String(16), nullable=False),
    Column("fold", Integer, nullable=False),
    Column("environment", String(16), nullable=False),
    Column("machine", String(16), nullable=False),
    Column("status", String(10), nullable=False),
    Column("reason", String(200), nullable=False),
    Column("losses", JSON, nullable=False),
    Column("cpu_seconds", Float, nullable=False),
    Column("wall_seconds", Float, nullable=False),
    Column("predict_seconds", Float, nullable=False),
    Column("peak_bytes", Float, nullable=False),
    Column("iterations", Integer),
    Column("offset", Integer),
    Column("created", Float, nullable=False),
    UniqueConstraint("task", "stage", "repeat", "configuration", "fold", "environment"),
    Index("result_of_configuration", "configuration", "task"),
)
"""``losses`` maps ``validation`` and ``test`` to losses by metric; ``fold`` is -1 if one unit
evaluated all folds; ``offset`` is the position of the predictions in their file. In results of
users, ``repeat`` is a group of comparable results, see `comparable_group`."""

MACHINES = Table(
    "machine",
    METADATA,
    Column("key", String(16), primary_key=True),
    Column("cores", Integer, nullable=False),
    Column("factors", JSON, nullable=False),
)

ENVIRONMENTS = Table(
    "environment",
    METADATA,
    Column("key", String(16), primary_key=True),
    Column("versions", JSON, nullable=False),
)

WORK = Table(
    "work",
    METADATA,
    Column("task", String(80), primary_key=True),
    Column("stage", String(1), primary_key=True),
    Column("repeat", Integer, primary_key=True),
    Column("configuration", String(16), primary_key=True),
    Column("fold", Integer, primary_key=True),
    Column("priority", Integer, nullable=False),
    Column("done", Boolean, nullable=False),
    Column("owner", String(80), nullable=False),
    Column("leased_until", Float, nullable=False),
    Index("work_to_do", "done", "priority"),
)
