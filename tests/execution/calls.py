"""Calls that workers can import, good and bad."""

from __future__ import annotations

import ctypes
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse


@dataclass(frozen=True)
class Table:
    """What a dataset looks like to the executor: a dense array, a sparse one, and small values."""

    dense: np.ndarray
    sparse: sparse.csr_array
    names: tuple[str, ...]


class Unpicklable:
    def __reduce__(self) -> Any:
        raise TypeError("this object cannot be pickled")


class UnreadableElsewhere:
    """Can be pickled, but not be unpickled."""

    def __reduce__(self) -> Any:
        return _refuse, ()


def _refuse() -> None:
    raise ValueError("not here")


def square(x: float) -> float:
    return x * x


def fail() -> None:
    raise ValueError("of no use")


def exit_politely() -> None:
    sys.exit("I am leaving")


def meet(mine: Path, other: Path) -> bool:
    """Wait for a call that waits for this one."""
    mine.touch()
    while not other.exists():
        time.sleep(0.001)
    return True


def alone(mark: Path) -> bool:
    """Whether no other such call runs at the same time; takes 50 ms."""
    try:
        mark.mkdir()
    except FileExistsError:
        return False
    time.sleep(0.05)
    mark.rmdir()
    return True


def want_too_much_memory() -> None:
    raise MemoryError("Unable to allocate 1 EiB")


def warn_much() -> int:
    for k in range(1000):
        warnings.warn(f"number {k % 3}", RuntimeWarning, stacklevel=1)
    return 1


def ones(n: int) -> np.ndarray:
    return np.ones(n)


def load_sum(handle: Any) -> float:
    table = handle.load()
    return float(table.dense.sum() + table.sparse.sum())


def load_writable(handle: Any) -> list[bool]:
    table = handle.load()
    return [table.dense.flags.writeable, table.sparse.data.flags.writeable]


def is_loaded_once(handle: Any) -> bool:
    return handle.load() is handle.load()


def draw() -> tuple[float, float]:
    """Draw from the global generators, which changes their state."""
    return random.random(), float(np.random.rand())  # noqa: NPY002


def pid() -> int:
    return os.getpid()


def parent_has_library(name: str) -> bool:
    return f"/{name}/" in Path(f"/proc/{os.getppid()}/maps").read_text()


def environment(name: str) -> str | None:
    return os.environ.get(name)


def segmentation_fault() -> None:
    ctypes.string_at(0)


def exit_at_once(code: int) -> None:
    os._exit(code)


def kill_myself(name: str) -> None:
    os.kill(os.getpid(), getattr(signal, name))


def hang_in_c() -> None:
    ctypes.CDLL(None).sleep(1000)


def hang_with_child(path: Path) -> None:
    """Start a child, write its process id to a file, and hang."""
    path.write_text(str(subprocess.Popen(["sleep", "1000"]).pid))
    hang_in_c()


def leave_the_group_and_die() -> None:
    """Start a child in a session of its own, which no signal to the process group reaches."""
    child = subprocess.Popen(["sleep", "1000"], start_new_session=True)
    os.write(2, f"child {child.pid}".encode())
    os._exit(1)


def eat_memory(n_bytes: int) -> None:
    kept = []
    for _ in range(0, n_bytes, 1 << 24):
        kept.append(np.ones(1 << 24, dtype=np.uint8))  # noqa: PERF401
    time.sleep(1000)


def take_and_free(n_bytes: int) -> int:
    return int(np.ones(n_bytes, dtype=np.uint8).sum())


def print_much(n_bytes: int) -> str:
    """Print in all possible ways."""
    line = "x" * 99 + "\n"
    for _ in range(n_bytes // 400):
        sys.stdout.write(line)
        sys.stderr.write(line)
        os.write(1, line.encode())
        os.write(2, line.encode())
    return "done"


def leave_a_thread() -> int:
    threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()
    return os.getpid()


def kill_parent() -> None:
    os.kill(os.getppid(), signal.SIGKILL)
    time.sleep(1000)


def close_every_file() -> None:
    os.closerange(3, 1000)
    time.sleep(1000)


def send_garbage() -> None:
    """Write to the socket of the worker, as native code with a wrong descriptor may do."""
    for descriptor in range(3, 100):
        try:
            with socket.socket(fileno=os.dup(descriptor)) as connection:
                connection.send(b"garbage" * 100)
        except OSError:
            continue
    time.sleep(1000)


def write_file() -> str:
    import tempfile

    descriptor, path = tempfile.mkstemp()
    os.close(descriptor)
    return path


def fit_boosting(threads: int) -> float:
    """Fit with OpenMP and BLAS in a forked worker."""
    from lightgbm import LGBMRegressor
    from sklearn.ensemble import HistGradientBoostingRegressor

    rng = np.random.default_rng(0)
    X = rng.normal(size=(300, 4))
    y = X @ X.T[:, 0]
    lightgbm = LGBMRegressor(n_estimators=5, n_jobs=threads, verbose=-1).fit(X, y)
    sklearn = HistGradientBoostingRegressor(max_iter=5).fit(X, y)
    return float(lightgbm.predict(X).sum() + sklearn.predict(X).sum())
