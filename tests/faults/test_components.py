"""Whatever a family does, a fit returns a model, reports the reason and leaves nothing behind."""

from __future__ import annotations

import random
import re
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn import get_config
from threadpoolctl import threadpool_info

from autoskl.execution.memory import exact_private
from tests.faults.components import HALF_BYTES
from tests.faults.fits import check_model, check_reported, fit, nothing_left


@dataclass(frozen=True)
class Fault:
    """Expected result of a fit with a faulty family; no status means that no trial fails."""

    family: str
    status: str = ""
    reason: str = ""


DEADLY = [
    Fault("Segfault", "crashed", r"segmentation fault \(SIGSEGV\)"),
    Fault("Exit", "crashed", "the process exited with code 3"),
    Fault("Killed", "crashed", r"killed from outside, most often .* memory ran out \(SIGKILL\)"),
    Fault(
        "KillsParent", "crashed", "the process that starts the workers died: killed from outside"
    ),
    Fault("SendsGarbage", "crashed", "the worker process sent garbage"),
    Fault("Hangs", "timeout", r"stopped after \d+\.\d s, its limit being"),
    Fault("Allocates", "memory", r"together used \d+ MB of memory, their limit: \d+ MB"),
    Fault("LeavesThreads"),
    Fault("LeavesProcesses"),
    Fault("DestroysFiles", "invalid", "could not be read back, since its file was changed or lost"),
]

HARMLESS = [
    Fault("Raises", "raised", "RuntimeError: the matrix of the third party is singular"),
    Fault("AsksForTooMuch", "memory", "Unable to allocate 8.00 PiB"),
    Fault("Enormous", "memory", r"about 931.\d GB of memory.*memory_limit of at least [0-9.]+ GB"),
    Fault("PredictsNaN", "invalid", "predicted missing or infinite values"),
    Fault("ForgetsRows", "invalid", r"shape \(29, 2\) where \(30, 2\) is needed"),
    Fault("InventsClasses", "invalid", r"shape \(30, 5\) where \(30, 2\) is needed"),
    Fault("PredictsOneColumn", "invalid", r"shape \(30,\) where \(30, 2\) is needed"),
    Fault("PredictsWords", "invalid", "predicted no numbers: could not convert string"),
    Fault("CannotBeRead", "invalid", "could not be read back.*another version of the third party"),
    Fault("Prints"),
    Fault("Meddles"),
]


def check(fault: Fault, places: list[Path], **parameters: Any) -> None:
    with nothing_left(places):
        fitted, warned = fit(fault.family, **parameters)
    check_model(fitted)
    assert fault.family in {record.name for record in fitted.history_.records}
    if fault.status:
        reasons = check_reported(fitted, warned, fault.family, fault.status)
        assert all(re.search(fault.reason, reason) for reason in reasons)
    else:
        assert len(fitted.failures_) == 0
        assert warned == []


@pytest.mark.parametrize("fault", DEADLY, ids=lambda fault: fault.family)
def test_a_family_that_harms_its_process(fault: Fault, places: list[Path]) -> None:
    parameters = {
        "Hangs": {"trial_time_limit": 0.2},
        "Allocates": {"memory_limit": exact_private("self") + (250 << 20)},
    }
    check(fault, places, n_jobs=2, **parameters.get(fault.family, {}))


def test_fits_too_large_to_run_together_run_one_by_one(places: list[Path]) -> None:
    with nothing_left(places):
        fitted, warned = fit("FillsHalf", n_trials=4, n_jobs=2, memory_limit=int(2.0 * HALF_BYTES))
    assert warned == []
    check_model(fitted)
    fits = [row for row in fitted.history_.to_rows() if row["model"] == "FillsHalf"]
    assert len(fits) == 3 * 2
    assert {row["status"] for row in fits} == {"ok"}


@pytest.mark.parametrize("fault", HARMLESS, ids=lambda fault: fault.family)
def test_a_family_that_fails_or_changes_global_state(
    fault: Fault, places: list[Path], capfd: pytest.CaptureFixture[str]
) -> None:
    check(fault, places, memory_limit="4 GB")


def threads() -> dict[str, int]:
    """Return the number of threads of each native library."""
    return {library["filepath"]: library["num_threads"] for library in threadpool_info()}


def test_global_state_is_restored(places: list[Path]) -> None:
    random.seed(1)
    np.random.seed(1)  # noqa: NPY002
    expected = random.random(), np.random.rand()  # noqa: NPY002
    random.seed(1)
    np.random.seed(1)  # noqa: NPY002
    with warnings.catch_warnings():
        warnings.filterwarnings("error", message="a filter of the user's")
        before = list(warnings.filters), np.geterr(), get_config(), threads()
        fit("Meddles")
        assert (list(warnings.filters), np.geterr(), get_config(), threads()) == before
    assert (random.random(), np.random.rand()) == expected  # noqa: NPY002
