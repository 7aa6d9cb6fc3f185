"""The interface of a component, and the protocols that its estimators may implement."""

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
    """Place of a component in the pipeline, in pipeline order.

    Attributes
    ----------
    DATETIME
        Makes numbers of datetimes.
    TEXT
        Makes numbers of texts.
    LEVELS
        Maps category codes to other category codes.
    COMBINER
        Adds columns computed from category codes: crosses, group statistics.
    ENCODER
        Makes numbers of the category codes.
    IMPUTER, SCALER
        Transform the numbers; category codes that remain are passed through from here on.
    FEATURES
        Makes new columns from the numbers.
    SELECTOR
        Keeps a subset of the numbers.
    BALANCING
        Weights the training rows; not a pipeline step.
    RESPONSE
        Transforms the regression target; not a pipeline step.
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
    """Capabilities and preferences of a component.

    Attributes
    ----------
    tasks : frozenset of Task
        Tasks it can be used for.
    missing : bool
        Accepts missing values (NaN). A preprocessing step may pass them through but never
        introduces any.
    sparse : bool
        Accepts sparse input.
    categorical : bool
        Accepts category codes as categories (`Context.columns` tells which) and therefore also
        missing values, which unseen categories become. For an encoder: leaves categories unchanged.
    text : bool
        For a model: accepts texts beside its numbers, as a `MixedTable`. For a step: leaves texts
        unchanged.
    scaling : bool
        Benefits from columns on a common scale. For an encoder: its columns have one.
    weights : bool
        Respects sample weights. A preprocessing step with this tag does so exactly: a row of
        weight 2 counts like the same row twice.
    out_of_bag : bool
        Has out-of-bag predictions of its training rows, so that one fit can replace all folds.
    staged : bool
        Builds an estimator that implements `Staged`.
    anytime : bool
        For a model: consists of rounds, the last of which the deadline may leave out at little
        cost.
    budget_aware : bool
        For a model: raises its learning rate to converge by the deadline, if it is fitted on a
        single fold.
    all_folds : bool
        Builds estimators that implement `Joint`: those of all folds are fitted together.
    epochs : bool
        For a model: trains in epochs, for the fraction `Context.epochs` of them.
    trees : bool
        For a model: consists of trees, whose cost is counting rather than linear algebra.
    lazy : bool
        For a model: a lazy learner, which searches the training rows for each prediction.
    uses_target : bool
        Uses y although it is not a model.
    needs : tuple of str
        Names of packages that must be installed.
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
    anytime: bool = False
    budget_aware: bool = False
    all_folds: bool = False
    epochs: bool = False
    trees: bool = False
    lazy: bool = False
    uses_target: bool = False
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Size of the training data."""

    n_rows: int
    n_columns: int
    n_classes: int = 1
    has_negative_values: bool = False
    """Whether some target value is negative; regression only."""
    has_skewed_values: bool = False
    """Whether target values are never negative and some are far above the others."""

    @property
    def n_scores(self) -> int:
        """Number of functions a model learns: one per class if there are several, else one."""
        return self.n_classes if self.n_classes > 2 else 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Rough prior estimate of the cost of one fit, on one thread of a typical machine."""

    seconds: float
    bytes: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a component knows about a fit besides its hyperparameters.

    Attributes
    ----------
    task : Task
    columns : tuple of Column
        Columns of the array that the component will receive; empty if it is sparse. Text and
        datetime components receive only such columns. A model sees the columns after
        preprocessing; the numbers of one-hot and text columns are estimates.
    shape : Shape
    seed : int
        Seed of the model.
    fold_seed : int
        Seed of the preprocessing: the same for all trials on a fold, so that they can share it.
    threads : int
    deadline : float or None
        Time on the monotonic clock, in seconds, by which the fit should stop by itself.
    device : str
        ``"auto"``, ``"cpu"``, ``"cuda"``, ``"cuda:1"`` or ``"mps"``.
    metric : str
        Name of the metric that is optimised.
    judges_labels : bool
        Whether the metric is computed from labels instead of probabilities.
    epochs : float
        Fraction of its epochs for which a model tagged ``epochs`` is trained.
    out_of_bag : bool
        Whether out-of-bag predictions will be requested.
    is_sole_fold : bool
        Whether no other fold shares the number of rounds or epochs with this one, so that its
        training may adapt to the time left.
    cache : Section
        Values that earlier trials of the process computed for the same rows and preprocessing.
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
    is_sole_fold: bool = False
    cache: Section = field(default_factory=Section)

    def seconds_left(self) -> float:
        """Return the seconds until the deadline, infinite without one."""
        return float("inf") if self.deadline is None else self.deadline - time.monotonic()

    @property
    def categorical(self) -> tuple[int, ...]:
        """Positions of the columns that hold category codes."""
        kinds = [column.kind for column in self.columns]
        return tuple(i for i, kind in enumerate(kinds) if kind is Kind.CATEGORICAL)

    def categorical_up_to(self, max_levels: int) -> tuple[int, ...]:
        """Return the positions of categorical columns with at most ``max_levels`` levels."""
        return tuple(i for i in self.categorical if self.columns[i].n_levels <= max_levels)

    @property
    def is_sparse(self) -> bool:
        """Whether the component will receive a sparse array."""
        return not self.columns

    @property
    def wants_median(self) -> bool:
        """Whether the median minimises the metric, as it does the absolute error."""
        return statistic_for(self.metric) is Statistic.MEDIAN

    @property
    def wants_mean(self) -> bool:
        """Whether the mean minimises the metric, as it does the squared error."""
        return statistic_for(self.metric) in (Statistic.MEAN, Statistic.UNKNOWN)


class Component(ABC):
    """An entry of the catalogue: one stateless class per file."""

    role: ClassVar[Role]
    tags: ClassVar[Tags] = Tags()
    weight: ClassVar[float] = 1.0
    """Prior weight of this choice among the components of its role."""
    revision: ClassVar[int] = 1
    """Incremented when hyperparameters change their meaning, which invalidates earlier results."""
    renamed: ClassVar[Mapping[str, str]] = {}
    """Maps old names of hyperparameters to new ones, for configurations of earlier versions."""
    category_parameters: ClassVar[frozenset[str]] = frozenset()
    """Hyperparameters that matter only if the component receives category codes."""

    @abstractmethod
    def parameters(self, task: Task) -> Space:
        """Return the hyperparameters, without the component's prefix."""

    @abstractmethod
    def build(self, values: Mapping[str, Value], context: Context) -> Any:
        """Return an unfitted scikit-learn estimator."""

    def columns_out(self, values: Mapping[str, Value], context: Context) -> tuple[Column, ...]:
        """Return the output columns of a preprocessing step, given ``context.columns``."""
        return context.columns

    def fits(self, shape: Shape) -> bool:
        """Whether the component is suited to this shape; columns count before preprocessing."""
        return True

    def cost(self, values: Mapping[str, Value], shape: Shape) -> Cost:
        """Return the estimated seconds and bytes of one fit."""
        cells = shape.n_rows * shape.n_columns
        return Cost(seconds=4e-8 * cells + 1e-3, bytes=16.0 * cells)


class Staged(Protocol):
    """An iterative model that can predict with any number of its iterations.

    It may stop early on ``validation``, but must wait for its whole patience and leave the choice
    of the iteration to the caller, who takes the minimum of the mean curve over the folds.
    ``best_iteration_`` is the one with the lowest loss on ``validation``, counted from 1, or
    ``n_iterations_`` without validation.
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
        """Fit; ``validation`` is (X, y, sample_weight) of held-out rows."""

    def staged_outputs(self, X: Any, checkpoints: tuple[int, ...]) -> FloatArray:
        """Predict after each number of iterations: (n_checkpoints, n_rows, n_outputs).

        Outputs are probabilities of the classes in ``classes_``, or one column of values.
        """

    def truncate(self, iterations: int) -> None:
        """Make ``predict`` and ``predict_proba`` use only the first iterations, in place."""


@runtime_checkable
class Joint(Protocol):
    """A model whose fits on several folds are faster together than one by one."""

    curve_: Any
    """Loss on the held-out rows after each epoch."""
    stopped_by_forecast_: bool
    """Whether training was stopped because it was unlikely to fall below ``to_beat``."""

    def with_deadline(self, deadline: float | None) -> Any:
        """Set the time on the monotonic clock by which the next fit should stop by itself."""

    @classmethod
    def fit_together(
        cls,
        estimators: Sequence[Any],
        train: Sequence[tuple[Any, Any, Any]],
        held_out: Sequence[tuple[Any, Any, Any]] | None,
        *,
        to_beat: float | None = None,
    ) -> Any:
        """Fit estimators that differ only in their seeds, in place.

        ``train`` and ``held_out`` hold (X, y, sample_weight) for each. All use the same number of
        epochs, which minimises their mean loss on the held-out rows. Training may be stopped once
        that mean is unlikely to fall below ``to_beat``.
        """


@runtime_checkable
class OutOfBag(Protocol):
    """A bagged model that predicts its training rows by the members that have not seen them."""

    def out_of_bag_outputs(self) -> tuple[FloatArray, Any]:
        """Return predictions (n_rows, n_outputs) and how many members left out each row."""
