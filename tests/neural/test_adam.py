import subprocess
import sys
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from autoskl.neural.adam import Adam  # noqa: E402
from autoskl.neural.layers import ParameterGroup  # noqa: E402
from autoskl.neural.recipe import Recipe  # noqa: E402

RECIPE = Recipe(
    loss="squared_error",
    selection="squared_error",
    n_epochs=1,
    batch_size=1,
    learning_rate=0.03,
    betas=(0.9, 0.95),
    weight_decay=0.2,
    gradient_limit=0.7,
)
OTHER = replace(RECIPE, learning_rate=0.1, betas=(0.8, 0.99), weight_decay=0.0, gradient_limit=None)
PACES = {"weight": ParameterGroup(), "bias": ParameterGroup(0.1, 0.0), "bins": ParameterGroup(0.0)}


def started(n: int) -> dict[str, Any]:
    rng = np.random.default_rng(0)
    sizes = {"weight": (n, 4, 3), "bias": (n, 1, 4), "bins": (n, 2)}
    return {name: rng.normal(size=size).astype(np.float32) for name, size in sizes.items()}


def loss_of(parameters: dict[str, Any], step: int) -> Any:
    return ((parameters["weight"] - step).square().sum() + parameters["bias"].sin().sum()) / 10


def steps_of_torch(recipe: Recipe, n_steps: int) -> dict[str, Any]:
    tensors = {name: torch.tensor(v, requires_grad=True) for name, v in started(1).items()}
    groups = [
        {"params": [tensors["weight"]], "lr": 0.5 * recipe.learning_rate},
        {"params": [tensors["bias"]], "lr": 0.05 * recipe.learning_rate, "weight_decay": 0.0},
    ]
    decay = 0.4 * recipe.weight_decay
    optimizer = torch.optim.AdamW(groups, betas=recipe.betas, eps=1e-8, weight_decay=decay)
    for step in range(n_steps):
        optimizer.zero_grad()
        loss_of(tensors, step).backward()
        if recipe.gradient_limit is not None:
            trained = [tensors["weight"], tensors["bias"]]
            torch.nn.utils.clip_grad_norm_(trained, recipe.gradient_limit)
        optimizer.step()
    return {name: value.detach().numpy() for name, value in tensors.items()}


@pytest.mark.parametrize("recipe", [RECIPE, OTHER])
def test_steps_equal_those_of_torch(recipe: Recipe) -> None:
    adam = Adam(started(1), [PACES], [recipe], "cpu")
    for step in range(20):
        adam.step(loss_of(adam.parameters, step), rate=0.5, decay=0.4)
    found = adam.arrays(adam.matrix)
    for name, expected in steps_of_torch(recipe, 20).items():
        np.testing.assert_allclose(found[name], expected, rtol=1e-4, atol=1e-6)


def test_networks_with_different_recipes_step_as_separate_ones() -> None:
    begun = started(1)
    both = {name: np.concatenate([value, value]) for name, value in begun.items()}
    joint = Adam(both, [PACES, PACES], [RECIPE, OTHER], "cpu")
    for step in range(20):
        joint.step(loss_of(joint.parameters, step), rate=0.5, decay=0.4)
    found = joint.arrays(joint.matrix)
    for i, recipe in enumerate([RECIPE, OTHER]):
        for name, expected in steps_of_torch(recipe, 20).items():
            np.testing.assert_allclose(found[name][i], expected[0], rtol=1e-4, atol=1e-6)


def test_best_parameters_of_each_network_are_kept() -> None:
    adam = Adam(started(2), [PACES, PACES], [RECIPE, RECIPE], "cpu")
    best = adam.matrix.clone()
    adam.step(loss_of(adam.parameters, 0), rate=1.0, decay=1.0)
    adam.keep(best, [1])
    kept, begun, moved = adam.arrays(best), started(2), adam.arrays(adam.matrix)
    np.testing.assert_array_equal(kept["weight"][0], begun["weight"][0])
    np.testing.assert_array_equal(kept["weight"][1], moved["weight"][1])
    np.testing.assert_array_equal(kept["bins"], begun["bins"])


def test_fit_does_not_import_the_torch_compiler() -> None:
    script = (
        "import sys, numpy as np\n"
        "from autoskl.neural import RealMLPRegressor\n"
        "X = np.arange(60.0).reshape(-1, 1)\n"
        "RealMLPRegressor(n_epochs=1).fit(X, X[:, 0])\n"
        "assert 'torch' in sys.modules and 'torch._dynamo' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
