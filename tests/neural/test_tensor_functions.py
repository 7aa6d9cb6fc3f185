"""Hand-written gradients equal those of automatic differentiation."""

from typing import Any

import pytest

torch = pytest.importorskip("torch")

from autoskl.neural.tensor_functions import LinearMap, Mish, Selu  # noqa: E402


def gradients(function: Any, *inputs: Any) -> list[Any]:
    given = [each.clone().requires_grad_() for each in inputs]
    outputs = function(*given)
    weights = torch.linspace(-1, 2, outputs.numel()).view(outputs.shape)
    return [outputs.detach(), *torch.autograd.grad((outputs * weights).sum(), given)]


@pytest.mark.parametrize(
    ("own", "reference"), [(Selu, torch.selu), (Mish, torch.nn.functional.mish)]
)
def test_activation_gradients_equal_autograd(own: Any, reference: Any) -> None:
    x = torch.cat([torch.linspace(-90, 90, 301), torch.linspace(-3, 3, 300), torch.zeros(1)])
    for found, expected in zip(gradients(own.apply, x), gradients(reference, x), strict=True):
        torch.testing.assert_close(found, expected, rtol=2e-5, atol=2e-6)


@pytest.mark.parametrize("n_outputs", [1, 2, 20])
def test_linear_map_gradients_equal_autograd(n_outputs: int) -> None:
    shapes = [(3, 7, 5), (3, n_outputs, 5), (3, 1, n_outputs)]
    generator = torch.Generator().manual_seed(0)
    inputs = [torch.randn(shape, generator=generator) for shape in shapes]
    found = gradients(lambda *each: LinearMap.apply(*each, 0.3), *inputs)
    expected = gradients(lambda x, w, b: 0.3 * x @ w.transpose(1, 2) + b, *inputs)
    for one, other in zip(found, expected, strict=True):
        torch.testing.assert_close(one, other)
