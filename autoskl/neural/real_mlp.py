"""RealMLP: a multilayer perceptron with strong defaults for tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from sklearn.utils._param_validation import StrOptions

from autoskl.neural.constraints import (
    ACTIVATION,
    NOT_NEGATIVE,
    SHARE,
    SIZES,
    Constraints,
    or_none,
)
from autoskl.neural.inherited_sections import inherit_sections
from autoskl.neural.inputs import Inputs, Periodic, PiecewiseLinear
from autoskl.neural.joint_training import NetworkSpec
from autoskl.neural.layers import Activation, Dropout, FeatureScaling, Layer, Linear, Stack
from autoskl.neural.network_estimator import (
    NetworkClassifier,
    NetworkEstimator,
    NetworkRegressor,
)
from autoskl.neural.recipe import Recipe
from autoskl.neural.row_encoding import Layout


class RealMLP(NetworkEstimator):
    """Base class of `RealMLPClassifier` and `RealMLPRegressor`.

    Parameters
    ----------
    variant : {"full", "small"}, default="full"
        Sets the defaults of the parameters that are None. ``"small"`` has no numeric embeddings,
        dropout, weight decay or learned activations, and trains in a third of the time.
    hidden_sizes : sequence of int, default=(256, 256, 256)
    n_epochs : int, default=256
    batch_size : int, default=256
    learning_rate : float, default=None
        None means 0.04 for classifiers, and for regressors 0.2 (full) or 0.07 (small).
    activation : {"selu", "mish", "silu", "relu", "tanh"}, default=None
        None means SELU for classifiers and Mish for regressors.
    parametric_activation : bool, default=None
        Whether each unit learns a mixture of the activation and the identity. None means True in
        the full variant.
    numeric_embedding : {"periodic", "piecewise_linear", "none"}, default=None
        None means periodic in the full variant, else none.
    frequency_spread : float, default=0.1
        Standard deviation of the frequencies of periodic embeddings.
    dropout : float, default=None
        None means 0.15 in the full variant, else 0.
    weight_decay : float, default=None
        None means 0.02 in the full variant, else 0.
    label_smoothing : float, default=0.1
        Fraction of the target spread over all classes; 0 suits metrics of probabilities better.
    beta2 : float, default=0.95
        Decay rate of Adam's second moment.
    scale_rate : float, default=6.0
        Factor of the learning rate of the feature scales.
    first_rate : float, default=1.0
        Factor of the learning rate of the first layer.
    max_one_hot : int, default=None
        Maximum number of levels of a one-hot encoded category; categories with more are embedded.
        None means 8 in the full variant and 100 in the small one.
    embedding_size : int, default=8
    loss : {"squared_error", "absolute_error"}, default="squared_error"
        Training loss of regressors; classifiers use the cross-entropy.
    selection : str, default=None
        Validation loss that selects the epoch: ``"log_loss"`` or ``"error_rate"`` (the default with
        label smoothing); ``"squared_error"`` or ``"absolute_error"`` (the default is the loss).
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
    D. Holzmüller, L. Grinsztajn, I. Steinwart. "Better by default: Strong pre-tuned MLPs and
    boosted trees on tabular data". NeurIPS, 2024.
    """

    _constraints: ClassVar[Constraints] = {
        "variant": [StrOptions({"full", "small"})],
        "hidden_sizes": [SIZES],
        "activation": [ACTIVATION, None],
        "parametric_activation": ["boolean", None],
        "numeric_embedding": [StrOptions({"periodic", "piecewise_linear", "none"}), None],
        "frequency_spread": [NOT_NEGATIVE],
        "beta2": [SHARE],
        "scale_rate": [NOT_NEGATIVE],
        "first_rate": [NOT_NEGATIVE],
        **or_none("learning_rate", "dropout", "weight_decay", "max_one_hot"),
    }

    def __init__(
        self,
        *,
        variant: str = "full",
        hidden_sizes: Sequence[int] = (256, 256, 256),
        n_epochs: int = 256,
        batch_size: int = 256,
        learning_rate: float | None = None,
        activation: str | None = None,
        parametric_activation: bool | None = None,
        numeric_embedding: str | None = None,
        frequency_spread: float = 0.1,
        dropout: float | None = None,
        weight_decay: float | None = None,
        label_smoothing: float = 0.1,
        beta2: float = 0.95,
        scale_rate: float = 6.0,
        first_rate: float = 1.0,
        max_one_hot: int | None = None,
        embedding_size: int = 8,
        loss: str = "squared_error",
        selection: str | None = None,
        categorical_features: Sequence[int] = (),
        validation_fraction: float = 0.2,
        device: str = "auto",
        n_jobs: int | None = None,
        random_state: Any = None,
    ) -> None:
        self.variant = variant
        self.hidden_sizes = hidden_sizes
        self.n_epochs = n_epochs
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.activation = activation
        self.parametric_activation = parametric_activation
        self.numeric_embedding = numeric_embedding
        self.frequency_spread = frequency_spread
        self.dropout = dropout
        self.weight_decay = weight_decay
        self.label_smoothing = label_smoothing
        self.beta2 = beta2
        self.scale_rate = scale_rate
        self.first_rate = first_rate
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
        levels = 8 if self.variant == "full" else 100
        return NetworkSpec(
            network=self._network_of,
            recipe=self._recipe,
            scaling="robust",
            categorical=tuple(self.categorical_features),
            max_one_hot=levels if self.max_one_hot is None else self.max_one_hot,
        )

    def _network_of(self, layout: Layout, n_outputs: int) -> Stack:
        full = self.variant == "full"
        init = "data" if full else "normal"
        activation = self.activation or ("selu" if self._is_classifier() else "mish")
        parametric = full if self.parametric_activation is None else self.parametric_activation
        dropout = (0.15 if full else 0.0) if self.dropout is None else self.dropout
        layers: list[Layer] = [self._inputs(layout), FeatureScaling(self.scale_rate)]
        for i, size in enumerate(self.hidden_sizes):
            layers.append(Linear(int(size), init, self.first_rate if i == 0 else 1.0))
            layers.append(Activation(activation, parametric))
            layers.append(Dropout(dropout))
        return Stack((*layers, Linear(n_outputs, "data" if full else "zeros")))

    def _inputs(self, layout: Layout) -> Inputs:
        kind = self.numeric_embedding or ("periodic" if self.variant == "full" else "none")
        numbers: Layer | None = None
        if kind == "periodic" and layout.numbers:
            numbers = Periodic(spread=self.frequency_spread)
        elif kind == "piecewise_linear" and layout.numbers:
            numbers = PiecewiseLinear(n_bins=24, size=8)
        return Inputs(
            len(layout.numbers), layout.n_fixed, layout.levels, self.embedding_size, numbers
        )

    def _recipe(self, n_rows: int) -> Recipe:
        full, classes = self.variant == "full", self._is_classifier()
        rate = 0.04 if classes else (0.2 if full else 0.07)
        smoothing = self.label_smoothing if classes else 0.0
        class_selection = "error_rate" if smoothing > 0 else "log_loss"
        decay = (0.02 if full else 0.0) if self.weight_decay is None else self.weight_decay
        return Recipe(
            loss="cross_entropy" if classes else self.loss,
            selection=self.selection or (class_selection if classes else self.loss),
            n_epochs=self.n_epochs,
            batch_size=self.batch_size,
            learning_rate=rate if self.learning_rate is None else self.learning_rate,
            rate_schedule="four_cycles",
            decay_schedule="flat_cosine",
            dropout_schedule="flat_cosine",
            betas=(0.9, self.beta2),
            weight_decay=decay,
            label_smoothing=smoothing,
        )


@inherit_sections
class RealMLPClassifier(NetworkClassifier, RealMLP):
    """RealMLP classifier: a multilayer perceptron with strong defaults for tables."""


@inherit_sections
class RealMLPRegressor(NetworkRegressor, RealMLP):
    """RealMLP regressor: a multilayer perceptron with strong defaults for tables."""
