"""Cores and memory available to this process, within the limits of its container."""

from __future__ import annotations

import math
import multiprocessing
import os
from pathlib import Path

import psutil

_ROOT = Path("/")
_NO_LIMIT = 1 << 60
"""cgroup version 1 writes "no limit" as the largest multiple of the page size."""


def available_cores(root: Path = _ROOT) -> int:
    """Return the number of cores that this process may use, at least 1.

    The minimum of the cores of the machine, the affinity of the process, the quota of its container
    (cgroup versions 1 and 2; fractions are rounded up) and ``LOKY_MAX_CPU_COUNT``.

    Parameters
    ----------
    root : Path, default=Path("/")
        Folder that contains ``proc`` and ``sys``.
    """
    counts = [os.cpu_count() or 1]
    if hasattr(os, "sched_getaffinity"):
        counts.append(len(os.sched_getaffinity(0)))
    counts += [math.ceil(quota) for quota in _quotas(root)]
    asked = os.environ.get("LOKY_MAX_CPU_COUNT", "")
    if asked.isdecimal():
        counts.append(int(asked))
    return max(1, min(counts))


def available_memory(root: Path = _ROOT) -> int:
    """Return the bytes that this process and its children can still allocate.

    The minimum of what the machine has available, what each limit of the container leaves (cgroup
    versions 1 and 2, nested groups included) and what the address space of this process may still
    grow by (``ulimit -v``); file pages that the kernel can drop count as free.

    Parameters
    ----------
    root : Path, default=Path("/")
        Folder that contains ``proc`` and ``sys``.
    """
    limits = [int(psutil.virtual_memory().available), *_memory_left(root), *_address_space_left()]
    return max(0, min(limits))


def inside_joblib_worker() -> bool:
    """Whether this code runs in parallel already, so that more workers would only compete.

    True in calls that joblib runs in processes or threads, with any backend, and in the workers of
    a `multiprocessing.Pool`.
    """
    from joblib.parallel import get_active_backend

    nesting = getattr(get_active_backend()[0], "nesting_level", 0)
    return bool(nesting) or multiprocessing.current_process().daemon


def resolve_n_jobs(n_jobs: int | None) -> int:
    """Return the number of workers.

    Parameters
    ----------
    n_jobs : int or None
        None means every core granted by the container, but 1 inside a joblib worker, whose
        siblings use the other cores. Negative numbers count from all cores, as in joblib.

    Raises
    ------
    ValueError
        If it is 0.
    """
    if n_jobs is None:
        return 1 if inside_joblib_worker() else available_cores()
    if n_jobs == 0:
        raise ValueError("n_jobs must not be 0. Pass None for all cores, or the number wanted.")
    if n_jobs < 0:
        return max(1, available_cores() + 1 + int(n_jobs))
    return int(n_jobs)


def _quotas(root: Path) -> list[float]:
    """Cores granted by each cgroup above this process."""
    quotas = []
    for group in _groups(root, "cpu"):
        limit, period = [*_words(group / "cpu.max"), "", ""][:2]
        if not limit:
            limit = " ".join(_words(group / "cpu.cfs_quota_us"))
            period = " ".join(_words(group / "cpu.cfs_period_us"))
        if limit.isdecimal() and period.isdecimal() and int(period) > 0:
            quotas.append(int(limit) / int(period))
    return quotas


def _memory_left(root: Path) -> list[int]:
    """Bytes left by each cgroup above this process that has a limit."""
    left = []
    for group in _groups(root, "memory"):
        for limit, used, droppable in (
            ("memory.max", "memory.current", "inactive_file"),
            ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
        ):
            max_bytes, n_bytes = _number(group / limit), _number(group / used)
            if max_bytes is not None and n_bytes is not None and max_bytes < _NO_LIMIT:
                cached = _statistic(group / "memory.stat", droppable)
                left.append(max_bytes - n_bytes + cached)
    return left


def _address_space_left() -> list[int]:
    """Bytes by which the address space of this process may grow, if that is limited."""
    if os.name != "posix":
        return []
    import resource

    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    if limit == resource.RLIM_INFINITY:
        return []
    return [limit - int(psutil.Process().memory_info().vms)]


def _groups(root: Path, controller: str) -> list[Path]:
    """Folders of the cgroups of this process, from its own up to the root."""
    mount = root / "sys/fs/cgroup"
    groups: list[Path] = []
    for line in _lines(root / "proc/self/cgroup"):
        _, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        if controllers and controller not in controllers.split(","):
            continue
        # Version 2 has a single unnamed hierarchy, version 1 one for each controller.
        tops = [mount / controllers, mount / controller] if controllers else [mount]
        for top in dict.fromkeys(tops):
            own = top / path.strip("/")
            # A container may see its own group as the root: missing folders are skipped later.
            groups += [own, *(parent for parent in own.parents if parent.is_relative_to(top))]
    return list(dict.fromkeys(groups))


def _lines(path: Path) -> list[str]:
    """Lines of a kernel file; none where it does not exist or cannot be read."""
    try:
        return path.read_text().splitlines()
    except (OSError, UnicodeDecodeError):
        return []


def _words(path: Path) -> list[str]:
    return " ".join(_lines(path)).split()


def _number(path: Path) -> int | None:
    words = _words(path)
    return int(words[0]) if words and words[0].isdecimal() else None


def _statistic(path: Path, name: str) -> int:
    for line in _lines(path):
        key, _, value = line.partition(" ")
        if key == name and value.isdecimal():
            return int(value)
    return 0
