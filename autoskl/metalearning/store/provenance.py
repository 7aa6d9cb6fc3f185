"""Provenance of a result: the machine and the versions of the libraries."""

from __future__ import annotations

import hashlib
import json
import os
import platform
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from autoskl.core.version import VERSION

_PACKAGES = (
    "scikit-learn",
    "numpy",
    "scipy",
    "lightgbm",
    "xgboost",
    "catboost",
    "torch",
)


def environment_row() -> dict[str, Any]:
    """Return the row of this environment: versions and a hash of them as key."""
    versions = {"python": platform.python_version(), "autoskl": VERSION}
    for package in _PACKAGES:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            continue
    return {"key": short_hash(versions), "versions": versions}


def machine_row(factors: Mapping[str, float] | None = None) -> dict[str, Any]:
    """Return the row of this machine.

    Parameters
    ----------
    factors : mapping, default=None
        Slowdown relative to the reference machine by kind of work, see `Machine.factors`.
    """
    cores = os.cpu_count() or 1
    kind = {"machine": platform.machine(), "cpu": _cpu_name(), "cores": cores}
    return {"key": short_hash(kind), "cores": cores, "factors": dict(factors or {})}


def short_hash(content: object) -> str:
    """Return a hash of 16 hexadecimal digits of JSON-serialisable content."""
    text = json.dumps(content, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _cpu_name() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            return next((line for line in file if line.startswith("model name")), "")
    except OSError:
        return platform.processor()
