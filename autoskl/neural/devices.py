"""Selects the device networks are trained on, and handles running out of memory there."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import joblib

from autoskl.core.optional import require
from autoskl.core.stack_level import user_stack_level

Result = TypeVar("Result")

_NAME = re.compile(r"auto|cpu|mps|cuda(:\d+)?")
_OUT_OF_MEMORY = re.compile(
    "out of memory|can't allocate memory|not enough memory|STATUS_\\w*ALLOC(ATION)?_FAILED"
)
"""Messages of torch, its allocators, cuBLAS and cuDNN."""

_HALVINGS = 3

_n_sharing = 1
"""Processes that train on the GPUs of this machine at the same time, including this one."""


def resolve_device(name: str) -> str:
    """Return the device to use.

    Parameters
    ----------
    name : str
        ``"auto"`` is the first CUDA device, or the CPU if there is none; ``"cpu"``, ``"cuda"``,
        ``"cuda:1"``, ``"mps"``.

    Raises
    ------
    ValueError
        If the name is invalid or the device not available.
    OptionalDependencyError
        If torch is not installed.
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
    """Limit this process to its share of the GPU memory, given how many processes train at once.

    The limit is torch's own and covers everything this process allocates. A fit that needs more
    gets smaller batches (see `within_memory`) instead of taking memory from the others.

    Parameters
    ----------
    n_processes : int
    """
    global _n_sharing
    _n_sharing = max(1, n_processes)


def _limit_memory(device: str) -> None:
    if device.startswith("cuda"):
        import torch

        torch.cuda.set_per_process_memory_fraction(1.0 / _n_sharing, device)


def within_memory(run: Callable[[str, int], Result], device: str, batch_size: int) -> Result:
    """Call ``run(device, batch_size)``, retrying with smaller batches, then on the CPU.

    Parameters
    ----------
    run : callable
    device : str
    batch_size : int

    Raises
    ------
    MemoryError
        If memory runs out on the CPU even with the smallest batches.
    """
    for place in dict.fromkeys((device, "cpu")):
        _limit_memory(place)
        for halving in range(_HALVINGS + 1):
            try:
                with fast_products(place):
                    return run(place, max(1, batch_size >> halving))
            except (RuntimeError, MemoryError) as error:
                if not _is_out_of_memory(error):
                    raise
        if place != "cpu":
            warnings.warn(
                f"Device {device!r} does not have enough memory for this network, even with a "
                f"batch size of {max(1, batch_size >> _HALVINGS)}. Training on the CPU instead.",
                RuntimeWarning,
                stacklevel=user_stack_level(),
            )
    raise MemoryError(
        "The network does not fit into memory, even with a batch size of "
        f"{max(1, batch_size >> _HALVINGS)}. Use a smaller network, fewer rows, or a machine with "
        "more memory."
    )


def _is_out_of_memory(error: Exception) -> bool:
    return isinstance(error, MemoryError) or bool(_OUT_OF_MEMORY.search(str(error)))


@contextmanager
def fast_products(device: str) -> Iterator[None]:
    """Let a CUDA device multiply matrices in TF32 inside the context.

    TF32 keeps about three digits and sums in full precision. That does not affect training, and
    tensor cores become several times as fast. Other devices are unaffected.

    Parameters
    ----------
    device : str
    """
    import torch

    if not device.startswith("cuda") or torch.get_float32_matmul_precision() != "highest":
        yield  # the user has chosen a precision: keep it
        return
    torch.set_float32_matmul_precision("high")
    try:
        yield
    finally:
        torch.set_float32_matmul_precision("highest")


@contextmanager
def threads(number: int | None) -> Iterator[None]:
    """Set the number of threads of torch inside the context.

    Parameters
    ----------
    number : int or None
        None changes nothing; negative numbers count from all cores, as in joblib.
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
