"""Where networks are trained, and what happens when the memory there is not enough."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import joblib

from autoskl.core.optional import require

Result = TypeVar("Result")

_NAME = re.compile(r"auto|cpu|mps|cuda(:\d+)?")
_OUT_OF_MEMORY = re.compile(
    "out of memory|can't allocate memory|not enough memory|STATUS_\\w*ALLOC(ATION)?_FAILED"
)
"""How torch, its allocators, cuBLAS and cuDNN say so."""

_HALVINGS = 3

_sharing = 1
"""Processes that train on the GPUs of this machine at the same time, this one included."""


def resolve_device(name: str) -> str:
    """Return a device that is there.

    Parameters
    ----------
    name : str
        ``"auto"`` is the first GPU, or the CPU where there is none; ``"cpu"``, ``"cuda"``,
        ``"cuda:1"``, ``"mps"``.

    Raises
    ------
    ValueError
        When the name means nothing, or the device is not there.
    OptionalDependencyError
        When torch is not installed.
    """
    if not _NAME.fullmatch(name):
        raise ValueError(f"device must be 'auto', 'cpu', 'cuda', 'cuda:N' or 'mps'. Got {name!r}.")
    torch = require("torch", "torch")
    n_gpus = torch.cuda.device_count() if torch.cuda.is_available() else 0
    has_metal = torch.backends.mps.is_available()
    if name == "auto":
        return "cuda:0" if n_gpus else "cpu"
    if name == "cpu":
        return name
    if name == "mps":
        if not has_metal:
            raise ValueError(
                "device='mps' needs macOS with Metal, which torch does not find here. "
                "Use device='auto' or 'cpu'."
            )
        return name
    number = int(name.partition(":")[2] or 0)
    if number >= n_gpus:
        found = f"{n_gpus} CUDA device(s)" if n_gpus else "no CUDA device"
        raise ValueError(
            f"device={name!r} is not available: torch finds {found} here. "
            "Use device='auto' or 'cpu'."
        )
    return f"cuda:{number}"


def share_gpus(n_processes: int) -> None:
    """Tell how many processes train at the same time, so that each keeps to its part of a GPU.

    The limit is torch's own, for all that this process allocates. Who needs more gets smaller
    batches, see `within_memory`, instead of taking the memory from the others.

    Parameters
    ----------
    n_processes : int
    """
    global _sharing
    _sharing = max(1, n_processes)


def _keep_to_share(device: str) -> None:
    if device.startswith("cuda"):
        import torch

        torch.cuda.set_per_process_memory_fraction(1.0 / _sharing, device)


def within_memory(run: Callable[[str, int], Result], device: str, batch_size: int) -> Result:
    """Call ``run(device, batch_size)``; where memory runs out, with smaller batches, then on CPU.

    Parameters
    ----------
    run : callable
    device : str
    batch_size : int

    Raises
    ------
    MemoryError
        When memory runs out on the CPU even with small batches.
    """
    for place in dict.fromkeys((device, "cpu")):
        _keep_to_share(place)
        for halving in range(_HALVINGS + 1):
            try:
                with fast_products(place):
                    return run(place, max(1, batch_size >> halving))
            except (RuntimeError, MemoryError) as error:
                if not _is_out_of_memory(error):
                    raise
        if place != "cpu":
            warnings.warn(
                f"The memory of device {device!r} is not enough for this network even with "
                f"{max(1, batch_size >> _HALVINGS)} rows at a time. It is trained on the CPU.",
                RuntimeWarning,
                stacklevel=3,
            )
    raise MemoryError(
        f"The network does not fit into memory even with {max(1, batch_size >> _HALVINGS)} rows "
        "at a time. Use a smaller network, fewer rows, or a machine with more memory."
    )


def _is_out_of_memory(error: Exception) -> bool:
    return isinstance(error, MemoryError) or bool(_OUT_OF_MEMORY.search(str(error)))


@contextmanager
def fast_products(device: str) -> Iterator[None]:
    """Let a CUDA device multiply matrices in TF32 for a while: about three digits, sums in full.

    Networks do not notice that in training, and tensor cores are several times as fast by it. On
    other devices nothing changes.

    Parameters
    ----------
    device : str
    """
    import torch

    if not device.startswith("cuda") or torch.get_float32_matmul_precision() != "highest":
        yield  # whoever has asked torch for something else gets that
        return
    torch.set_float32_matmul_precision("high")
    try:
        yield
    finally:
        torch.set_float32_matmul_precision("highest")


@contextmanager
def threads(number: int | None) -> Iterator[None]:
    """Let torch use so many threads for a while.

    Parameters
    ----------
    number : int or None
        None changes nothing. Negative numbers count from all cores, as in joblib.
    """
    import torch

    before: Any = torch.get_num_threads()
    if number is None or number == before:
        yield
        return
    torch.set_num_threads(max(1, joblib.cpu_count() + 1 + number) if number < 0 else number)
    try:
        yield
    finally:
        torch.set_num_threads(before)
