"""Faulty third-party model families: each does one thing that no model should do."""

from __future__ import annotations

import ctypes
import os
import random
import signal
import subprocess
import tempfile
import threading
import time
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from sklearn import set_config
from sklearn.base import BaseEstimator, ClassifierMixin
from threadpoolctl import threadpool_info, threadpool_limits

from autoskl.components.component import Component, Context, Cost, Role, Shape, Tags
from autoskl.core.configuration import Value
from autoskl.core.task import Task
from autoskl.space import Space, integer, space_of
from tests.execution import calls

_GRANTED = 1 << 31
HALF_BYTES = 2.0e9


class Careless(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Predicts class frequencies; subclasses misbehave."""

    def __init__(self, skill: int = 0) -> None:
        self.skill = skill

    def fit(self, X: Any, y: Any) -> Careless:
        self.classes_, counts = np.unique(y, return_counts=True)
        self.shares_ = counts / counts.sum()
        self.misbehave()
        return self

    def predict_proba(self, X: Any) -> Any:
        return np.tile(self.shares_, (X.shape[0], 1))

    def misbehave(self) -> None:
        """Do what no model should do, at the end of the fit."""


class Family(Component):
    """A family of a careless model, with more prior weight than all others together."""

    role = Role.MODEL
    tags = Tags(missing=True, sparse=True, categorical=True)
    weight = 30.0
    model: ClassVar[type[Careless]] = Careless

    def parameters(self, task: Task) -> Space:
        return space_of(integer("skill", 0, 1000, 500))

    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        return self.model(int(str(values["skill"])))


class Segfault(Family):
    class model(Careless):
        def misbehave(self) -> None:
            calls.segmentation_fault()


class Exit(Family):
    class model(Careless):
        def misbehave(self) -> None:
            os._exit(3)


class Killed(Family):
    class model(Careless):
        def misbehave(self) -> None:
            os.kill(os.getpid(), signal.SIGKILL)


class KillsParent(Family):
    class model(Careless):
        def misbehave(self) -> None:
            calls.kill_parent()


class Allocates(Family):
    class model(Careless):
        def misbehave(self) -> None:
            calls.eat_memory(_GRANTED)


class AsksForTooMuch(Family):
    class model(Careless):
        def misbehave(self) -> None:
            np.ones((1 << 20, 1 << 30))


class Enormous(Family):
    """Declares that it needs more memory than there is."""

    def cost(self, values: Mapping[str, Value], shape: Shape) -> Cost:
        return Cost(seconds=0.1, bytes=1e12)


class FillsHalf(Family):
    """Declares that it needs half of the memory, and fails while another such fit runs."""

    class model(Careless):
        def misbehave(self) -> None:
            place = Path(tempfile.gettempdir(), "half of the memory")
            place.touch(exist_ok=False)
            time.sleep(0.1)
            place.unlink()

    def cost(self, values: Mapping[str, Value], shape: Shape) -> Cost:
        return Cost(seconds=0.1, bytes=HALF_BYTES)


class Hangs(Family):
    class model(Careless):
        def misbehave(self) -> None:
            ctypes.CDLL(None).sleep(1000)


class Raises(Family):
    class model(Careless):
        def misbehave(self) -> None:
            raise RuntimeError("the matrix of the third party is singular")


class Prints(Family):
    class model(Careless):
        def misbehave(self) -> None:
            calls.print_much(10_000_000)


class LeavesThreads(Family):
    class model(Careless):
        def misbehave(self) -> None:
            for _ in range(3):
                threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()


class LeavesProcesses(Family):
    class model(Careless):
        def misbehave(self) -> None:
            subprocess.Popen(["sleep", "1000"], start_new_session=True)


class SendsGarbage(Family):
    class model(Careless):
        def misbehave(self) -> None:
            calls.send_garbage()


class Meddles(Family):
    class model(Careless):
        def misbehave(self) -> None:
            """Change all global state of the process."""
            random.seed(99)
            np.random.seed(99)  # noqa: NPY002
            np.seterr(all="raise")
            warnings.simplefilter("ignore")
            warnings.warn("the third party warns", FutureWarning, stacklevel=1)
            set_config(assume_finite=True, transform_output="pandas")
            threadpool_limits(limits=1 + len(threadpool_info()))


class Slow(Family):
    class model(Careless):
        def misbehave(self) -> None:
            time.sleep(0.3)


class PredictsNaN(Family):
    class model(Careless):
        def predict_proba(self, X: Any) -> Any:
            return np.full((X.shape[0], len(self.classes_)), np.nan)


class ForgetsRows(Family):
    class model(Careless):
        def predict_proba(self, X: Any) -> Any:
            return super().predict_proba(X)[1:]


class InventsClasses(Family):
    class model(Careless):
        def predict_proba(self, X: Any) -> Any:
            return np.full((X.shape[0], 5), 0.2)


class PredictsOneColumn(Family):
    class model(Careless):
        def predict_proba(self, X: Any) -> Any:
            return super().predict_proba(X)[:, 1]


class PredictsWords(Family):
    class model(Careless):
        def predict_proba(self, X: Any) -> Any:
            return np.full((X.shape[0], 2), "maybe")


class Knowing(Careless):
    """Predicts well enough to be in any ensemble."""

    def predict_proba(self, X: Any) -> Any:
        share = np.clip(0.5 + 0.49 * np.sign(X[:, 0]), 0.01, 0.99)
        return np.column_stack([1 - share, share])


class Knows(Family):
    model = Knowing


class CannotBeRead(Family):
    class model(Knowing):
        def __setstate__(self, state: Any) -> None:
            raise ValueError("this model was made by another version of the third party")


class DestroysFiles(Family):
    class model(Knowing):
        def misbehave(self) -> None:
            """Truncate the files of all stored models."""
            for path in Path(tempfile.gettempdir()).glob("*.pickle"):
                path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


FAMILIES = sorted(family.__name__ for family in Family.__subclasses__())
