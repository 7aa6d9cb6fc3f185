import pytest

torch = pytest.importorskip("torch")

from autoskl.neural.devices import resolve_device, share_gpus, threads, within_memory  # noqa: E402


def test_auto_is_the_cpu_without_a_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert resolve_device("auto") == "cpu"
    with pytest.raises(ValueError, match="'cuda' is not available: torch finds no CUDA device"):
        resolve_device("cuda")


def test_cuda_devices_are_numbered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    found = [resolve_device(name) for name in ("auto", "cuda", "cuda:1", "cpu")]
    assert found == ["cuda:0", "cuda:0", "cuda:1", "cpu"]
    with pytest.raises(ValueError, match="finds 2 CUDA device"):
        resolve_device("cuda:2")


def test_metal_needs_macos(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    with pytest.raises(ValueError, match="needs macOS with Metal"):
        resolve_device("mps")


@pytest.fixture(autouse=True)
def fractions(monkeypatch: pytest.MonkeyPatch) -> list[tuple[float, str]]:
    """Record the memory fractions that torch is asked for, without a GPU."""
    asked: list[tuple[float, str]] = []
    monkeypatch.setattr(
        torch.cuda, "set_per_process_memory_fraction", lambda *given: asked.append(given)
    )
    monkeypatch.setattr("autoskl.neural.devices._n_sharing", 1)
    return asked


def test_processes_share_the_gpu_memory(fractions: list[tuple[float, str]]) -> None:
    share_gpus(4)
    assert within_memory(lambda device, batch_size: device, "cuda:1", 8) == "cuda:1"
    assert within_memory(lambda device, batch_size: device, "cpu", 8) == "cpu"
    assert fractions == [(0.25, "cuda:1")]


@pytest.mark.parametrize(
    ("device", "asked", "found"),
    [("cuda:0", "highest", "high"), ("cpu", "highest", "highest"), ("cuda:0", "medium", "medium")],
)
def test_only_gpus_use_lower_precision_and_only_temporarily(device, asked, found) -> None:
    before = torch.get_float32_matmul_precision()
    torch.set_float32_matmul_precision(asked)
    try:
        during = within_memory(lambda *_: torch.get_float32_matmul_precision(), device, 8)
        assert during == found
        assert torch.get_float32_matmul_precision() == asked
    finally:
        torch.set_float32_matmul_precision(before)


@pytest.mark.parametrize(
    "text",
    [
        "CUDA out of memory. Tried to allocate 20 GiB",
        "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`",
        "cuDNN error: CUDNN_STATUS_ALLOC_FAILED",
        "cuDNN error: CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED",
        "[enforce fail] DefaultCPUAllocator: not enough memory: you tried to allocate 8 bytes.",
    ],
)
def test_batches_are_halved_until_they_fit(text: str) -> None:
    asked = []

    def run(device: str, batch_size: int) -> int:
        asked.append(batch_size)
        if batch_size > 70:
            raise RuntimeError(text)
        return batch_size

    assert within_memory(run, "cuda:0", 256) == 64
    assert asked == [256, 128, 64]


def test_out_of_memory_on_gpu_falls_back_to_cpu_with_a_warning() -> None:
    def run(device: str, batch_size: int) -> str:
        if device != "cpu":
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return device

    with pytest.warns(RuntimeWarning, match="Device 'cuda:0' does not have enough memory"):
        assert within_memory(run, "cuda:0", 8) == "cpu"


def test_out_of_memory_on_cpu_is_an_error_with_advice() -> None:
    def run(device: str, batch_size: int) -> None:
        raise RuntimeError("DefaultCPUAllocator: can't allocate memory")

    with pytest.raises(MemoryError, match="Use a smaller network, fewer rows"):
        within_memory(run, "cpu", 8)


def test_other_errors_are_raised() -> None:
    def run(device: str, batch_size: int) -> None:
        raise RuntimeError("shapes do not match")

    with pytest.raises(RuntimeError, match="shapes do not match"):
        within_memory(run, "cpu", 8)


@pytest.mark.parametrize(("number", "found"), [(2, 2), (-1, 6), (-2, 5), (-9, 1)])
def test_negative_numbers_of_threads_count_from_all_cores(
    monkeypatch: pytest.MonkeyPatch, number: int, found: int
) -> None:
    monkeypatch.setattr("joblib.cpu_count", lambda: 6)
    with threads(number):
        assert torch.get_num_threads() == found


def test_number_of_threads_is_restored() -> None:
    before = torch.get_num_threads()
    with threads(before + 1):
        assert torch.get_num_threads() == before + 1
    assert torch.get_num_threads() == before
