"""Every layer computes the same on arrays, for prediction, and on tensors, for training."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from autoskl.neural.arrays import ACTIVATIONS, NUMPY  # noqa: E402
from autoskl.neural.batch_ensemble import Heads, MemberFactors, SharedLinear  # noqa: E402
from autoskl.neural.chain import ConnectedLayer, LayerSpec  # noqa: E402
from autoskl.neural.inputs import Inputs, Periodic, PiecewiseLinear  # noqa: E402
from autoskl.neural.layers import (  # noqa: E402
    Activation,
    Dropout,
    FeatureScaling,
    Linear,
    Stack,
    concatenate_parameters,
)
from autoskl.neural.tensors import TensorOperations  # noqa: E402

NUMBERS = np.random.default_rng(0).normal(size=(1, 50, 3)).astype(np.float32)
CODED = np.concatenate(
    [NUMBERS, np.random.default_rng(1).integers(0, 4, (1, 50, 1)).astype(np.float32)], axis=2
)
TABM = (
    MemberFactors(4, (1, 1, 1), True),
    SharedLinear(8, 4, adapts_inputs=False),
    SharedLinear(5, 4),
)
NETWORKS = {
    "plain": Stack((FeatureScaling(), Linear(7), Activation("selu"), Linear(2, "zeros"))),
    "data": Stack((Linear(7, "data"), Activation("mish", True), Dropout(0.2), Linear(2, "data"))),
    "periodic": Stack((Inputs(3, 0, (), 8, Periodic()), Linear(2))),
    "piecewise": Stack((Inputs(3, 0, (), 8, PiecewiseLinear(6, 4)), Linear(2))),
    "tabm": Stack((*TABM, Heads(2, 4))),
    "mini": Stack(
        (MemberFactors(4, (2, 1), False), SharedLinear(6, 4, adapted=False), Heads(1, 4))
    ),
    "chain": Stack(
        (
            ConnectedLayer(LayerSpec(6, "silu", "layer", 0.1, "residual")),
            ConnectedLayer(LayerSpec(6, "tanh", "none", 0.0, "residual")),
            ConnectedLayer(LayerSpec(4, connection="dense")),
            Linear(2),
        )
    ),
    "batch": Stack((ConnectedLayer(LayerSpec(6, normalisation="batch")), Linear(2))),
    "embedded": Stack((Inputs(3, 0, (4,), 5), Linear(2))),
}


def initial(name: str, seed: int = 0):
    x = CODED if name == "embedded" else NUMBERS
    return NETWORKS[name].init_parameters(np.random.default_rng(seed), x), x


@pytest.mark.parametrize("name", NETWORKS)
def test_arrays_and_tensors_agree(name: str) -> None:
    parameters, x = initial(name)
    tensors = {n: torch.tensor(value) for n, value in parameters.items()}
    expected = NETWORKS[name].forward(NUMPY, parameters, x)
    found = NETWORKS[name].forward(TensorOperations([]), tensors, torch.tensor(x))
    np.testing.assert_allclose(found.numpy(), expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", NETWORKS)
def test_stacked_networks_compute_the_same_as_separate_ones(name: str) -> None:
    many = [initial(name, seed)[0] for seed in range(3)]
    x = initial(name)[1]
    together = NETWORKS[name].forward(NUMPY, concatenate_parameters(many), np.repeat(x, 3, axis=0))
    for found, parameters in zip(together, many, strict=True):
        alone = NETWORKS[name].forward(NUMPY, parameters, x)[0]
        np.testing.assert_allclose(found, alone, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", NETWORKS)
def test_layers_that_need_no_data_are_initialised_without_it(name: str) -> None:
    network, (parameters, x) = NETWORKS[name], initial(name)
    all_rows = Stack((*network.layers, Linear(1, "data"))).init_parameters(
        np.random.default_rng(0), x
    )
    assert network.needs_data == (name in ("data", "piecewise", "batch"))
    for parameter, value in parameters.items():
        np.testing.assert_array_equal(value, all_rows[parameter])


def test_layers_after_the_last_that_needs_data_see_one_row(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen = []
    monkeypatch.setattr(
        "autoskl.neural.arrays.NumpyOperations.dropout",
        lambda self, x, rate: seen.append(x.shape[1]) or x,
    )
    layers = (Dropout(0.5), Linear(4, "data"), Dropout(0.5), Linear(4))
    Stack(layers).init_parameters(np.random.default_rng(0), NUMBERS)
    Stack((*TABM, Dropout(0.5), Heads(2, 4))).init_parameters(np.random.default_rng(0), NUMBERS)
    assert seen == [50, 1, 1]


@pytest.mark.parametrize("name", NETWORKS)
def test_every_parameter_has_a_parameter_group(name: str) -> None:
    assert NETWORKS[name].parameter_groups().keys() >= initial(name)[0].keys()


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activations_agree_far_from_zero(name: str) -> None:
    x = np.array([-1e4, -60, -2, -0.0, 0.3, 50, 1e4], np.float32)
    found = NUMPY.activate(name, x)
    expected = TensorOperations([]).activate(name, torch.tensor(x)).numpy()
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("share", [-0.3, 0.6])
def test_mixture_with_the_identity_is_of_the_inputs(name: str, share: float) -> None:
    mixture, shares = Activation(name, parametric=True), np.full((1, 1, 3), share, np.float32)
    expected = (1 - share) * NUMBERS + share * NUMPY.activate(name, NUMBERS.copy())
    found = mixture.forward(NUMPY, {"share": shares}, NUMBERS.copy())
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)
    tensors = {"share": torch.tensor(shares, requires_grad=True)}
    trained = mixture.forward(TensorOperations([]), tensors, torch.tensor(NUMBERS))
    np.testing.assert_allclose(trained.detach().numpy(), expected, rtol=1e-4, atol=1e-6)


def test_data_init_gives_unit_variance_with_kinks_among_the_rows() -> None:
    layer = Linear(40, "data")
    outputs = layer.forward(
        NUMPY, layer.init_parameters(np.random.default_rng(0), NUMBERS), NUMBERS
    )[0]
    np.testing.assert_allclose(outputs.std(axis=0), 1, rtol=1e-3)
    assert (outputs.min(axis=0) < 0).all()
    assert (outputs.max(axis=0) > 0).all()


def test_dropout_keeps_the_mean_and_depends_only_on_its_generator() -> None:
    def dropped(seeds: list[int]):
        ops = TensorOperations([torch.Generator().manual_seed(seed) for seed in seeds])
        ops.training = True
        return ops.dropout(torch.ones(len(seeds), 40, 50), 0.25)

    both = dropped([1, 2])
    torch.testing.assert_close(both[1], dropped([2])[0])
    assert not torch.equal(both[0], both[1])
    assert both.mean().item() == pytest.approx(1, abs=0.05)
    assert (both == 0).float().mean().item() == pytest.approx(0.25, abs=0.03)


def test_batch_normalisation_equals_torch_without_padding() -> None:
    x = torch.randn(2, 9, 3, generator=torch.Generator().manual_seed(0))
    ops = TensorOperations([])
    ops.training, ops.sizes = True, [9, 7]
    mean, variance = torch.zeros(2, 1, 3), torch.ones(2, 1, 3)
    found = ops.standardise(x, mean, variance)
    for i, n_rows in enumerate(ops.sizes):
        reference = torch.nn.BatchNorm1d(3)
        expected = reference(x[i, :n_rows]).detach()
        torch.testing.assert_close(found[i, :n_rows], expected)
        torch.testing.assert_close(mean[i, 0], reference.running_mean)
        torch.testing.assert_close(variance[i, 0], reference.running_var)
    ops.training = False
    torch.testing.assert_close(
        ops.standardise(x, mean, variance)[1], reference.eval()(x[1]).detach()
    )
