"""What this process may use: cores and memory, as its container grants them."""

from __future__ import annotations

import math
import multiprocessing
import os
from pathlib import Path

import psutil

_ROOT = Path("/")
# cgroup version 1 writes "no limit" as the largest multiple of a page.
_NO_LIMIT = 1 << 60


def available_cores(root: Path = _ROOT) -> int:
    """Return how many cores this process may keep busy, at least 1.

    The least of the cores of the machine, the affinity of the process, the quota of its container
    (cgroup versions 1 and 2; a part of a core counts as one) and ``LOKY_MAX_CPU_COUNT``.

    Parameters
    ----------
    root : Path, default=Path("/")
        Where ``proc`` and ``sys`` are looked for.
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
    """Return how many bytes this process and its children may still allocate.

    The least of what the machine has available, what each limit of the container leaves (cgroup
    versions 1 and 2, nested groups included) and what the address space of this process may still
    grow by (``ulimit -v``); file pages that the kernel can drop count as free.

    Parameters
    ----------
    root : Path, default=Path("/")
        Where ``proc`` and ``sys`` are looked for.
    """
    limits = [int(psutil.virtual_memory().available), *_memory_left(root), *_address_space_left()]
    return max(0, min(limits))


def inside_joblib_worker() -> bool:
    """Whether someone above runs us in parallel already, so that more workers would only compete.

    True in calls that joblib runs in processes or threads, whatever its backend, and in the workers
    of a `multiprocessing.Pool`.
    """
    from joblib.parallel import get_active_backend

    nesting = getattr(get_active_backend()[0], "nesting_level", 0)
    return bool(nesting) or multiprocessing.current_process().daemon


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
            most, now = _number(group / limit), _number(group / used)
            if most is not None and now is not None and most < _NO_LIMIT:
                left.append(most - now + _statistic(group / "memory.stat", droppable))
    return left


def _address_space_left() -> list[int]:
    """Bytes by which the address space of this process may grow, if that is limited."""
    if os.name != "posix":
        return []
    import resource

    most, _ = resource.getrlimit(resource.RLIMIT_AS)
    if most == resource.RLIM_INFINITY:
        return []
    return [most - int(psutil.Process().memory_info().vms)]


def _groups(root: Path, controller: str) -> list[Path]:
    """Folders of the cgroups that this process belongs to, from its own up to the root's."""
    mount = root / "sys/fs/cgroup"
    groups: list[Path] = []
    for line in _lines(root / "proc/self/cgroup"):
        _, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        if controllers and controller not in controllers.split(","):
            continue
        # Version 2 has one tree without a name; version 1 one tree for each controller.
        tops = [mount / controllers, mount / controller] if controllers else [mount]
        for top in dict.fromkeys(tops):
            own = top / path.strip("/")
            # A container may see its own group as the root: what is not there is skipped later.
            groups += [own, *(parent for parent in own.parents if parent.is_relative_to(top))]
    return list(dict.fromkeys(groups))


def _lines(path: Path) -> list[str]:
    """Lines of a file of the kernel; none where the kernel does not have it or keeps it secret."""
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
