"""The contract of a catalogue entry."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar, Protocol, Self, runtime_checkable

from autoskl.components.cache import Section
from autoskl.core.configuration import Value
from autoskl.core.metrics import Statistic, statistic_for
from autoskl.core.result import FloatArray
from autoskl.core.task import EVERY_TASK, Task
from autoskl.space.space import Space
from autoskl.tables.columns import Column, Kind


class Role(StrEnum):
    """Place of a component in the pipeline; pipelines hold them in this order.

    Attributes
    ----------
    DATETIME
        Makes numbers of moments.
    TEXT
        Makes numbers of texts.
    LEVELS
        Changes category codes into other category codes.
    COMBINER
        Adds columns that need category codes: crosses, statistics of groups.
    ENCODER
        Makes numbers of the category codes.
    IMPUTER, SCALER
        Work on the numbers; where category codes remain, these are left alone from here on.
    FEATURES
        Makes other columns of the numbers.
    SELECTOR
        Keeps some of the numbers.
    BALANCING
        Weighs the rows on which the model is fitted; no step of the pipeline.
    RESPONSE
        Changes the scale of the values that the model is fitted to; no step of the pipeline.
    MODEL
        Predicts.
    """

    DATETIME = "datetime"
    TEXT = "text"
    LEVELS = "levels"
    COMBINER = "combiner"
    ENCODER = "encoder"
    IMPUTER = "imputer"
    SCALER = "scaler"
    FEATURES = "features"
    SELECTOR = "selector"
    BALANCING = "balancing"
    RESPONSE = "response"
    MODEL = "model"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tags:
    """What a component can do and what it gains from.

    Attributes
    ----------
    tasks : frozenset of Task
        Tasks it can be used for.
    missing : bool
        Takes missing values (NaN). A step of preprocessing may leave them as they are, but makes
        none.
    sparse : bool
        Takes sparse input.
    categorical : bool
        Takes category codes as categories (the context's columns tell which), and so also missing
        values, which unseen categories are. An encoder: leaves categories as they are.
    text : bool
        A model: takes texts beside its numbers, as a `MixedTable`. A step: leaves texts as they
        are.
    scaling : bool
        Gains from columns on one scale. An encoder: makes columns that are on one.
    weights : bool
        Respects the weights of rows. A step before the model that has the tag does so exactly: a
        row of weight 2 counts like the same row twice.
    out_of_bag : bool
        Predicts its own training rows honestly, so that one fit can stand for all folds.
    staged : bool
        Builds an estimator that keeps to `Staged`.
    all_folds : bool
        Builds estimators that keep to `Joint`: those of all folds are fitted together.
    epochs : bool
        A model: trains for epochs, and for the context's share of them where it is below 1.
    trees : bool
        A model: made of trees, so that its seconds are those of counting rather than of algebra.
    lazy : bool
        A model: learns little, and searches the training rows for each prediction.
    uses_target : bool
        Looks at y although it is not a model.
    needs : tuple of str
        Packages that must be installed.
    """

    tasks: frozenset[Task] = EVERY_TASK
    missing: bool = False
    sparse: bool = False
    categorical: bool = False
    text: bool = False
    scaling: bool = False
    weights: bool = True
    out_of_bag: bool = False
    staged: bool = False
    all_folds: bool = False
    epochs: bool = False
    trees: bool = False
    lazy: bool = False
    uses_target: bool = False
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Size of what a model is fitted on."""

    n_rows: int
    n_columns: int
    n_classes: int = 1
    has_negative_values: bool = False
    """Whether a value to predict is below 0; regression only."""
    has_skewed_values: bool = False
    """Whether values to predict are never below 0 and some of them far above the others."""

    @property
    def n_scores(self) -> int:
        """How many functions a model learns: one for each of several classes, else one."""
        return self.n_classes if self.n_classes > 2 else 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Rough prior of one fit on one thread of a usual machine."""

    seconds: float
    bytes: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Circumstances of a fit; nothing of it is a hyperparameter.

    Attributes
    ----------
    task : Task
    columns : tuple of Column
        Columns of the array that the component will receive; empty when it is sparse. A component
        for texts or moments receives only these. A model sees the columns after preprocessing; how
        many one-hot encoding and texts make is an estimate.
    shape : Shape
    seed : int
        Of the model.
    fold_seed : int
        Of the preprocessing: the same for all trials on a fold, so that they can share it.
    threads : int
    deadline : float or None
        Moment of `time.monotonic` at which the fit should have ended by itself.
    device : str
        ``"auto"``, ``"cpu"``, ``"cuda"``, ``"cuda:1"`` or ``"mps"``.
    metric : str
        Name of the metric that is searched for.
    judges_labels : bool
        Whether it looks at labels instead of probabilities.
    epochs : float
        Share of its epochs for which a model tagged ``epochs`` is to be trained.
    out_of_bag : bool
        Out-of-bag predictions will be asked for.
    cache : Section
        What earlier trials of the process have made for the same rows after the same preprocessing.
    """

    task: Task
    columns: tuple[Column, ...]
    shape: Shape
    seed: int = 0
    fold_seed: int = 0
    threads: int = 1
    deadline: float | None = None
    device: str = "cpu"
    metric: str = ""
    judges_labels: bool = False
    epochs: float = 1.0
    out_of_bag: bool = False
    cache: Section = field(default_factory=Section)

    def seconds_left(self) -> float:
        """Seconds until the deadline, infinite without one."""
        return float("inf") if self.deadline is None else self.deadline - time.monotonic()

    @property
    def categorical(self) -> tuple[int, ...]:
        """Positions of the columns that hold category codes."""
        kinds = [column.kind for column in self.columns]
        return tuple(i for i, kind in enumerate(kinds) if kind is Kind.CATEGORICAL)

    def categorical_up_to(self, most_levels: int) -> tuple[int, ...]:
        """Return positions of category codes, but of columns with more levels than that."""
        return tuple(i for i in self.categorical if self.columns[i].n_levels <= most_levels)

    @property
    def is_sparse(self) -> bool:
        """Whether the component will receive a sparse array."""
        return not self.columns

    @property
    def wants_median(self) -> bool:
        """Whether the metric is an absolute error, which the median minimises and not the mean."""
        return statistic_for(self.metric) is Statistic.MEDIAN

    @property
    def wants_mean(self) -> bool:
        """Whether the mean minimises the metric, as it does a squared error."""
        return statistic_for(self.metric) in (Statistic.MEAN, Statistic.UNKNOWN)


class Component(ABC):
    """An entry of the catalogue: one file, one class, no state."""

    role: ClassVar[Role]
    tags: ClassVar[Tags] = Tags()
    weight: ClassVar[float] = 1.0
    """Prior weight of the choice among the components of the role."""
    revision: ClassVar[int] = 1
    """Raised when the same values come to mean something else, so that earlier results of the
    component are no longer taken for its own."""
    renamed: ClassVar[Mapping[str, str]] = {}
    """New names of hyperparameters by their old ones, for configurations from earlier versions."""
    category_parameters: ClassVar[frozenset[str]] = frozenset()
    """Hyperparameters that matter only where the component receives category codes."""

    @abstractmethod
    def parameters(self, task: Task) -> Space:
        """Return the hyperparameters, without a prefix."""

    @abstractmethod
    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return an unfitted scikit-learn estimator."""

    def columns_out(self, values: Mapping[str, Value], context: Context) -> tuple[Column, ...]:
        """Return the columns that a preprocessing step makes of ``context.columns``."""
        return context.columns

    def fits(self, shape: Shape) -> bool:
        """Whether a table of this shape (rows, columns before preprocessing) is one for it."""
        return True

    def cost(self, values: Mapping[str, Value], shape: Shape) -> Cost:
        """Return a rough prior for one fit."""
        cells = shape.n_rows * shape.n_columns
        return Cost(seconds=4e-8 * cells + 1e-3, bytes=16.0 * cells)


class Staged(Protocol):
    """An iterative model whose predictions after fewer iterations can be had.

    It may stop early on ``validation``, but must then train on for its whole patience and leave the
    choice of the iteration to the caller, who takes the minimum of the mean curve over the folds.
    ``best_iteration_`` is the one with the least loss on ``validation`` (1 is the first), or
    ``n_iterations_`` without it.
    """

    n_iterations_: int
    best_iteration_: int

    def fit(
        self,
        X: Any,
        y: Any,
        sample_weight: Any = None,
        *,
        validation: tuple[Any, Any, Any] | None = None,
    ) -> Self:
        """Fit; ``validation`` is (X, y, sample_weight) of the held-out rows."""

    def staged_outputs(self, X: Any, checkpoints: tuple[int, ...]) -> FloatArray:
        """Predict after each number of iterations: (n_checkpoints, n_rows, n_outputs).

        Outputs are probabilities of the classes in ``classes_``, or one column of values.
        """

    def truncate(self, iterations: int) -> None:
        """Make ``predict`` and ``predict_proba`` use the first iterations only."""


@runtime_checkable
class Joint(Protocol):
    """A model whose fits on several parts of a table are quicker together than one by one."""

    curve_: Any
    """Loss on the held-out rows after each epoch."""
    was_hopeless_: bool
    """Whether the training was stopped since it would not have come below ``to_beat``."""

    def before(self, deadline: float | None) -> Any:
        """Set the moment of `time.monotonic` at which the next fit should end by itself."""

    @classmethod
    def fit_together(
        cls,
        estimators: Sequence[Any],
        train: Sequence[tuple[Any, Any, Any]],
        held_out: Sequence[tuple[Any, Any, Any]] | None,
        *,
        to_beat: float | None = None,
    ) -> Any:
        """Fit estimators that differ in their seeds only, in place.

        ``train`` and ``held_out`` hold (X, y, sample_weight) for each. One number of epochs is
        chosen for all: the minimum of the mean of their losses on the held-out rows. Training may
        be stopped when that mean cannot be expected to get below ``to_beat``.
        """


@runtime_checkable
class OutOfBag(Protocol):
    """A model that predicts its own training rows from the parts that have not seen them."""

    def out_of_bag_outputs(self) -> tuple[FloatArray, Any]:
        """Return predictions (n_rows, n_outputs) and in how many parts each row was left out."""
