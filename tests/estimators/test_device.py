import pytest
from sklearn.datasets import load_iris

from autoskl import AutoClassifier
from autoskl.core.errors import OptionalDependencyError
from autoskl.neural import devices


def test_an_unknown_device_is_rejected() -> None:
    model = AutoClassifier(n_trials=1, time_limit=None, device="gpu")
    with pytest.raises(ValueError, match="device must be 'auto', 'cpu', 'cuda', 'cuda:N' or 'mps'"):
        model.fit(*load_iris(return_X_y=True))


def test_a_gpu_without_torch_names_the_missing_package(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(module: str, extra: str) -> None:
        raise OptionalDependencyError(module, extra)

    monkeypatch.setattr(devices, "require", absent)
    model = AutoClassifier(n_trials=1, time_limit=None, device="cuda")
    with pytest.raises(OptionalDependencyError, match="torch"):
        model.fit(*load_iris(return_X_y=True))
