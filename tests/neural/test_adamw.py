"""The optimizer against that of torch."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

torch = pytest.importorskip("torch")


def trajectory(make, steps=25):
    """Return parameters of two groups after steps on a fixed loss, rates changing."""
    rng = np.random.default_rng(0)
    target = torch.tensor(rng.standard_normal((3, 4)))
    groups = [
        {"params": [torch.tensor(rng.standard_normal((3, 4))).requires_grad_()]},
        {"params": [torch.tensor(rng.standard_normal(s)).requires_grad_() for s in (4, (3, 1))]},
    ]
    params = [p for group in groups for p in group["params"]]
    optimizer = make(groups)
    for step in range(steps):
        for place, group in enumerate(optimizer.param_groups):
            group["lr"] = 0.1 * step / (1 + step + place) ** 2
            group["weight_decay"] = 0.3 * place
        a, b, c = params
        optimizer.zero_grad()
        ((a * b + c - target) ** 2).sum().backward()
        optimizer.step()
    return [p.detach().numpy() for p in params]


@pytest.mark.parametrize("fused", [True, False])
def test_it_is_torchs_adamw(fused, monkeypatch):
    from autoskl.neural.adamw import AdamW

    if not fused:
        monkeypatch.setattr(AdamW, "_fused", AdamW._one_by_one)
    betas = (0.8, 0.95)
    own = trajectory(lambda groups: AdamW(groups, betas))
    theirs = trajectory(lambda groups: torch.optim.AdamW(groups, betas=betas, eps=1e-8))
    for ours, expected in zip(own, theirs, strict=True):
        np.testing.assert_allclose(ours, expected, rtol=1e-9)


def test_a_fit_does_not_import_the_compiler_of_torch():
    script = (
        "import sys, numpy as np\n"
        "from autoskl.neural import RealMLPRegressor\n"
        "X = np.arange(60.0).reshape(-1, 1)\n"
        "RealMLPRegressor(n_epochs=1).fit(X, X[:, 0])\n"
        "assert 'torch' in sys.modules and 'torch._dynamo' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
