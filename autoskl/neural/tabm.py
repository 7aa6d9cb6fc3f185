"""TabM: an ensemble of multilayer perceptrons that share almost all weights."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Integral, Real
from typing import Any, ClassVar

from sklearn.utils._param_validation import Interval, StrOptions

from autoskl.neural.batch_ensemble import Heads, MemberFactors, SharedLinear
from autoskl.neural.constraints import POSITIVE, Constraints, or_none
from autoskl.neural.inherited_sections import inherit_sections
from autoskl.neural.inputs import Inputs, PiecewiseLinear
from autoskl.neural.joint_training import NetworkSpec
from autoskl.neural.layers import Activation, Dropout, Layer, Stack
from autoskl.neural.network_estimator import (
    NetworkClassifier,
    NetworkEstimator,
    NetworkRegressor,
)
from autoskl.neural.recipe import Recipe
from autoskl.neural.row_encoding import Layout

_BATCHES = ((2_800, 32), (4_500, 64), (6_400, 128), (32_000, 256), (108_000, 512))
_MAX_BATCH = 1024


class TabM(NetworkEstimator):
    """Base class of `TabMClassifier` and `TabMRegressor`.

    Parameters
    ----------
    mini : bool, default=False
        Whether members differ only in their input factors and output heads, which is faster.
    k : int, default=32
        Number of members.
    n_blocks : int, default=None
        Number of hidden layers; None means 3, or 2 with numeric embeddings.
    width : int, default=512
        Units of a hidden layer.
    n_epochs : int, default=1000
        Maximum number of epochs.
    patience : int, default=16
        Number of epochs without improvement on the held-out rows before training stops.
    batch_size : int, default=None
        None means 32 up to 2,800 rows, rising to 1024 above 108,000.
    shared_batches : bool, default=True
        Whether all members see the same mini-batches instead of drawing their own.
    learning_rate : float, default=0.002
    weight_decay : float, default=0.0003
    dropout : float, default=0.1
    numeric_embedding : {"piecewise_linear", "none"}, default="none"
    n_bins : int, default=48
    embedding_size : int, default=16
        Size of the embeddings of numbers and of categories.
    max_one_hot : int, default=32
        Maximum number of levels of a one-hot encoded category; categories with more are embedded.
    gradient_limit : float, default=None
        Maximum norm of the gradient; None does not clip.
    loss : {"squared_error", "absolute_error"}, default="squared_error"
        Training loss of regressors; classifiers use the cross-entropy.
    selection : str, default=None
        Validation loss that selects the epoch: ``"log_loss"`` (the default for classes) or
        ``"error_rate"``; ``"squared_error"`` or ``"absolute_error"`` (the default is the loss).
    categorical_features : sequence of int, default=()
        Columns that hold codes 0, 1, ...; NaN is missing, and unseen codes count as missing.
    validation_fraction : float, default=0.2
        Fraction of the rows held out to select the epoch; with fewer than 50 rows none are.
    device : str, default="auto"
        ``"auto"``, ``"cpu"``, ``"cuda"``, ``"cuda:1"``, ``"mps"``.
    n_jobs : int, default=None
        Number of threads; None keeps torch's default, negative numbers count as in joblib.
    random_state : int, RandomState instance or None, default=None

    References
    ----------
    Y. Gorishniy, A. Kotelnikov, A. Babenko. "TabM: Advancing tabular deep learning with
    parameter-efficient ensembling". ICLR, 2025.
    """

    _constraints: ClassVar[Constraints] = {
        "mini": ["boolean"],
        "k": [POSITIVE],
        "n_blocks": [POSITIVE, None],
        "width": [POSITIVE],
        "patience": [Interval(Integral, 0, None, closed="left"), None],
        "shared_batches": ["boolean"],
        "numeric_embedding": [StrOptions({"piecewise_linear", "none"})],
        "n_bins": [POSITIVE],
        "gradient_limit": [Interval(Real, 0, None, closed="neither"), None],
        **or_none("batch_size"),
    }

    def __init__(
        self,
        *,
        mini: bool = False,
        k: int = 32,
        n_blocks: int | None = None,
        width: int = 512,
        n_epochs: int = 1000,
        patience: int | None = 16,
        batch_size: int | None = None,
        shared_batches: bool = True,
        learning_rate: float = 2e-3,
        weight_decay: float = 3e-4,
        dropout: float = 0.1,
        numeric_embedding: str = "none",
        n_bins: int = 48,
        embedding_size: int = 16,
        max_one_hot: int = 32,
        gradient_limit: float | None = None,
        loss: str = "squared_error",
        selection: str | None = None,
        categorical_features: Sequence[int] = (),
        validation_fraction: float = 0.2,
        device: str = "auto",
        n_jobs: int | None = None,
        random_state: Any = None,
    ) -> None:
        self.mini = mini
        self.k = k
        self.n_blocks = n_blocks
        self.width = width
        self.n_epochs = n_epochs
        self.patience = patience
        self.batch_size = batch_size
        self.shared_batches = shared_batches
        self.learning_rate = learning_rate
        self.weight_decay = weight_decay
        self.dropout = dropout
        self.numeric_embedding = numeric_embedding
        self.n_bins = n_bins
        self.embedding_size = embedding_size
        self.max_one_hot = max_one_hot
        self.gradient_limit = gradient_limit
        self.loss = loss
        self.selection = selection
        self.categorical_features = categorical_features
        self.validation_fraction = validation_fraction
        self.device = device
        self.n_jobs = n_jobs
        self.random_state = random_state

    def _spec(self) -> NetworkSpec:
        return NetworkSpec(
            network=self._network_of,
            recipe=self._recipe,
            scaling="normal",
            categorical=tuple(self.categorical_features),
            max_one_hot=self.max_one_hot,
        )

    def _network_of(self, layout: Layout, n_outputs: int) -> Stack:
        embeds = self.numeric_embedding == "piecewise_linear" and bool(layout.numbers)
        numbers = PiecewiseLinear(self.n_bins, self.embedding_size) if embeds else None
        per_number = self.embedding_size if embeds else 1
        chunks = (
            *(per_number for _ in layout.numbers),
            *layout.chunks,
            *(self.embedding_size for _ in layout.levels),
        )
        n_blocks = (2 if embeds else 3) if self.n_blocks is None else self.n_blocks
        layers: list[Layer] = [
            Inputs(
                len(layout.numbers), layout.n_fixed, layout.levels, self.embedding_size, numbers
            ),
            MemberFactors(self.k, chunks, signs=not embeds),
        ]
        for block in range(n_blocks):
            layers.append(
                SharedLinear(self.width, self.k, adapted=not self.mini, adapts_inputs=block > 0)
            )
            layers += [Activation("relu"), Dropout(self.dropout)]
        return Stack((*layers, Heads(n_outputs, self.k)))

    def _recipe(self, n_rows: int) -> Recipe:
        classes = self._is_classifier()
        return Recipe(
            loss="cross_entropy" if classes else self.loss,
            selection=self.selection or ("log_loss" if classes else self.loss),
            n_epochs=self.n_epochs,
            batch_size=self.batch_size or batch_size_for(n_rows),
            learning_rate=self.learning_rate,
            weight_decay=self.weight_decay,
            patience=self.patience,
            gradient_limit=self.gradient_limit,
            own_batches=None if self.shared_batches else self.k,
        )


@inherit_sections
class TabMClassifier(NetworkClassifier, TabM):
    """TabM classifier: an ensemble of perceptrons that share almost all weights."""


@inherit_sections
class TabMRegressor(NetworkRegressor, TabM):
    """TabM regressor: an ensemble of perceptrons that share almost all weights."""


def batch_size_for(n_rows: int) -> int:
    """Return the mini-batch size that the paper uses for ``n_rows`` rows."""
    return next((size for rows, size in _BATCHES if n_rows < rows), _MAX_BATCH)
