from __future__ import annotations

import os
from pathlib import Path

import joblib
import psutil
import pytest

from autoskl.execution.resources import (
    available_cores,
    available_memory,
    inside_joblib_worker,
)

HOST_CORES, HOST_MEMORY = 16, 32_000_000_000


@pytest.fixture(autouse=True)
def host(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with 16 cores and 32 GB, whatever the one that runs this test has."""

    class Memory:
        available = HOST_MEMORY

    monkeypatch.setattr(os, "cpu_count", lambda: HOST_CORES)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(12)), raising=False)
    monkeypatch.setattr(psutil, "virtual_memory", Memory)
    monkeypatch.delenv("LOKY_MAX_CPU_COUNT", raising=False)


def tree(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n")
    return root


def test_without_a_container_the_machine_limits(tmp_path: Path) -> None:
    assert available_cores(tmp_path) == 12  # the affinity
    assert available_memory(tmp_path) == HOST_MEMORY


def test_version_2_takes_the_minimum_of_all_groups_above(tmp_path: Path) -> None:
    root = tree(
        tmp_path,
        {
            "proc/self/cgroup": "0::/pod/container",
            "sys/fs/cgroup/pod/container/cpu.max": "max 100000",
            "sys/fs/cgroup/pod/cpu.max": "250000 100000",
            "sys/fs/cgroup/pod/container/memory.max": "max",
            "sys/fs/cgroup/pod/container/memory.current": "500",
            "sys/fs/cgroup/pod/memory.max": "4000000000",
            "sys/fs/cgroup/pod/memory.current": "3000000000",
            "sys/fs/cgroup/pod/memory.stat": "anon 1\ninactive_file 700000000\nslab 2",
        },
    )
    assert available_cores(root) == 3
    assert available_memory(root) == 1_700_000_000


def test_version_1_has_a_hierarchy_for_each_controller(tmp_path: Path) -> None:
    root = tree(
        tmp_path,
        {
            "proc/self/cgroup": "4:memory:/job\n2:cpu,cpuacct:/job\n1:name=systemd:/\n0::/",
            "sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_quota_us": "150000",
            "sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_period_us": "100000",
            "sys/fs/cgroup/memory/job/memory.limit_in_bytes": "2000000000",
            "sys/fs/cgroup/memory/job/memory.usage_in_bytes": "1500000000",
            "sys/fs/cgroup/memory/job/memory.stat": "total_inactive_file 100000000",
            "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712",
            "sys/fs/cgroup/memory/memory.usage_in_bytes": "9000000000",
        },
    )
    assert available_cores(root) == 2
    assert available_memory(root) == 600_000_000


def test_a_container_that_sees_its_group_as_the_root(tmp_path: Path) -> None:
    root = tree(
        tmp_path,
        {
            "proc/self/cgroup": "5:cpu:/docker/0123\n4:memory:/docker/0123",
            "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1",
            "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000",
            "sys/fs/cgroup/memory/memory.limit_in_bytes": "1000",
            "sys/fs/cgroup/memory/memory.usage_in_bytes": "5000",
        },
    )
    assert available_cores(root) == 12
    assert available_memory(root) == 0  # never negative


def test_fractions_of_a_core_are_rounded_up(tmp_path: Path) -> None:
    files = {"proc/self/cgroup": "0::/", "sys/fs/cgroup/cpu.max": "20000 100000"}
    assert available_cores(tree(tmp_path, files)) == 1


def test_malformed_files_are_ignored(tmp_path: Path) -> None:
    files = {
        "proc/self/cgroup": "0::/\nnonsense\n",
        "sys/fs/cgroup/cpu.max": "many",
        "sys/fs/cgroup/memory.max": "",
        "sys/fs/cgroup/memory.current": "x",
    }
    root = tree(tmp_path, files)
    assert available_cores(root) == 12
    assert available_memory(root) == HOST_MEMORY


def test_loky_max_cpu_count_lowers_the_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOKY_MAX_CPU_COUNT", "3")
    assert available_cores(tmp_path) == 3
    monkeypatch.setenv("LOKY_MAX_CPU_COUNT", "0")
    assert available_cores(tmp_path) == 1


@pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")
def test_inside_a_joblib_worker() -> None:
    assert not inside_joblib_worker()
    probe = joblib.delayed(inside_joblib_worker)
    assert joblib.Parallel(n_jobs=1)([probe()]) == [False]
    assert joblib.Parallel(n_jobs=2, backend="threading")([probe()] * 2) == [True] * 2
    assert joblib.Parallel(n_jobs=2, backend="multiprocessing")([probe()] * 2) == [True] * 2


def test_a_limited_address_space_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import resource

    used = psutil.Process().memory_info().vms
    monkeypatch.setattr(resource, "getrlimit", lambda _: (used + 1_000_000_000, -1))
    assert 900_000_000 < available_memory(tmp_path) < 1_100_000_000


@pytest.mark.parametrize("nested", ["max", "5000000000"])
def test_version_2_with_memory_limited_above_or_below(tmp_path: Path, nested: str) -> None:
    root = tree(
        tmp_path,
        {
            "proc/self/cgroup": "0::/user/session",
            "sys/fs/cgroup/user/session/memory.max": nested,
            "sys/fs/cgroup/user/session/memory.current": "1000000000",
            "sys/fs/cgroup/user/memory.max": "3000000000",
            "sys/fs/cgroup/user/memory.current": "1000000000",
        },
    )
    assert available_memory(root) == 2_000_000_000
