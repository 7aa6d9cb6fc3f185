"""Multilayer perceptrons whose layers are configured individually."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from autoskl.neural.chain import ConnectedLayer, LayerSpec
from autoskl.neural.constraints import SCHEDULE, Constraints
from autoskl.neural.inherited_sections import inherit_sections
from autoskl.neural.inputs import Inputs
from autoskl.neural.joint_training import NetworkSpec
from autoskl.neural.layers import Linear, Stack
from autoskl.neural.network_estimator import (
    NetworkClassifier,
    NetworkEstimator,
    NetworkRegressor,
)
from autoskl.neural.recipe import Recipe
from autoskl.neural.row_encoding import Layout


class ChainMLP(NetworkEstimator):
    """Base class of `ChainMLPClassifier` and `ChainMLPRegressor`.

    Parameters
    ----------
    links : sequence of mapping, default=({"width": 128}, {"width": 128})
        Keyword arguments of each hidden layer, see `autoskl.neural.chain.LayerSpec`.
    n_epochs : int, default=128
    batch_size : int, default=128
    learning_rate : float, default=0.01
    rate_schedule : {"constant", "cosine", "flat_cosine", "four_cycles"}, default="cosine"
    weight_decay : float, default=0.01
    label_smoothing : float, default=0.0
    max_one_hot : int, default=16
        Maximum number of levels of a one-hot encoded category; categories with more are embedded.
    embedding_size : int, default=8
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
    L. Zimmer, M. Lindauer, F. Hutter. "Auto-PyTorch Tabular: Multi-fidelity metalearning for
    efficient and robust AutoDL". IEEE TPAMI, 2021.
    """

    _constraints: ClassVar[Constraints] = {
        "links": [list, tuple],
        "rate_schedule": [SCHEDULE],
    }

    def __init__(
        self,
        *,
        links: Sequence[Mapping[str, Any]] = ({"width": 128}, {"width": 128}),
        n_epochs: int = 128,
        batch_size: int = 128,
        learning_rate: float = 0.01,
        rate_schedule: str = "cosine",
        weight_decay: float = 0.01,
        label_smoothing: float = 0.0,
        max_one_hot: int = 16,
        embedding_size: int = 8,
        loss: str = "squared_error",
        selection: str | None = None,
        categorical_features: Sequence[int] = (),
        validation_fraction: float = 0.2,
        device: str = "auto",
        n_jobs: int | None = None,
        random_state: Any = None,
    ) -> None:
        self.links = links
        self.n_epochs = n_epochs
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.rate_schedule = rate_schedule
        self.weight_decay = weight_decay
        self.label_smoothing = label_smoothing
        self.max_one_hot = max_one_hot
        self.embedding_size = embedding_size
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
            scaling="robust",
            categorical=tuple(self.categorical_features),
            max_one_hot=self.max_one_hot,
        )

    def _network_of(self, layout: Layout, n_outputs: int) -> Stack:
        inputs = Inputs(len(layout.numbers), layout.n_fixed, layout.levels, self.embedding_size)
        chain = (ConnectedLayer(LayerSpec(**link)) for link in self.links)
        return Stack((inputs, *chain, Linear(n_outputs, "zeros")))

    def _recipe(self, n_rows: int) -> Recipe:
        classes = self._is_classifier()
        return Recipe(
            loss="cross_entropy" if classes else self.loss,
            selection=self.selection or ("log_loss" if classes else self.loss),
            n_epochs=self.n_epochs,
            batch_size=self.batch_size,
            learning_rate=self.learning_rate,
            rate_schedule=self.rate_schedule,
            weight_decay=self.weight_decay,
            label_smoothing=self.label_smoothing if classes else 0.0,
        )


@inherit_sections
class ChainMLPClassifier(NetworkClassifier, ChainMLP):
    """MLP classifier with individually configured layers."""


@inherit_sections
class ChainMLPRegressor(NetworkRegressor, ChainMLP):
    """MLP regressor with individually configured layers."""
