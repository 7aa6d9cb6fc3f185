"""Ctrl-C and SIGTERM in scripts, the command line, grid searches and notebooks."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import joblib
import psutil
import pytest

from autoskl.history.journal import read_journal
from tests.execution.processes import still_alive

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")

PATIENCE = 120.0
"""Seconds after which a test gives up; no time is measured."""

FIT = """
import sys, warnings
from sklearn.datasets import load_iris
from autoskl import AutoClassifier

X, y = load_iris(return_X_y=True)
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    model = AutoClassifier(time_limit=100, n_jobs=2, run_directory="run").fit(X, y)
print([str(w.message) for w in caught if "interrupted" in str(w.message)])
print("score", model.score(X, y), len(model.history_))
"""

GRID = """
from sklearn.datasets import load_iris
from sklearn.model_selection import GridSearchCV
from autoskl import AutoClassifier

X, y = load_iris(return_X_y=True)
model = AutoClassifier(time_limit=100, random_state=0)
GridSearchCV(model, {"ensemble_size": [1, 2, 3]}, cv=2, n_jobs=2).fit(X, y)
print("the grid search went on")
"""


@contextmanager
def started(folder: Path, *command: str) -> Iterator[subprocess.Popen[str]]:
    """Run Python in its own process group, as a terminal does, with a temporary folder."""
    (folder / "tmp").mkdir()
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(sys.path),
        "TMPDIR": str(folder / "tmp"),
        "JOBLIB_TEMP_FOLDER": str(folder / "tmp"),
    }
    with subprocess.Popen(
        [sys.executable, *command],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        process_group=0,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def wait_for(process: subprocess.Popen[str], condition) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end, "nothing has happened"
        time.sleep(0.02)


def wait_for_results(process: subprocess.Popen[str], run: Path) -> None:
    """Wait until workers have delivered results."""
    wait_for(process, lambda: sum(e["kind"] == "unit" for e in read_journal(run / "journal")) > 3)


def processes_of(process: subprocess.Popen[str]) -> list[int]:
    return [child.pid for child in psutil.Process(process.pid).children(recursive=True)]


def our_processes_of(process: subprocess.Popen[str]) -> list[int]:
    """Return the processes below one that run code of autoskl only."""
    found = []
    for pid in processes_of(process):
        with suppress(psutil.NoSuchProcess):
            found += [pid] * ("autoskl.execution" in " ".join(psutil.Process(pid).cmdline()))
    return found


def nothing_remains(pids: list[int], folder: Path) -> bool:
    return still_alive(pids) == [] and list((folder / "tmp").glob("autoskl-*")) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_script_gets_the_best_ensemble_so_far(number: signal.Signals, tmp_path: Path) -> None:
    with started(tmp_path, "-c", FIT) as process:
        wait_for_results(process, tmp_path / "run")
        pids = processes_of(process)
        os.killpg(process.pid, number)
        output, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, errors
    by = "SIGTERM" if number == signal.SIGTERM else "Ctrl-C"
    assert f"The fit was interrupted by {by}; it returns the best ensemble" in output
    assert output.count("interrupted") == 1
    assert float(output.split("score")[1].split()[0]) > 0.5
    assert nothing_remains(pids, tmp_path)


def test_a_second_ctrl_c_raises(tmp_path: Path) -> None:
    # A listener reacts to the first signal, so that the second arrives before fit returns.
    twice = FIT.replace(
        "X, y = load",
        "import os, signal\n"
        "from autoskl.search.ensembling import Ensembling\n"
        "def finish(*_): os.kill(os.getpid(), signal.SIGINT)\n"
        "Ensembling.finish = finish\n"
        "X, y = load",
    )
    with started(tmp_path, "-c", twice) as process:
        wait_for_results(process, tmp_path / "run")
        pids = processes_of(process)
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == -signal.SIGINT
    assert errors.rstrip().endswith("KeyboardInterrupt")
    assert output == ""
    assert nothing_remains(pids, tmp_path)


def test_the_command_line_writes_the_best_ensemble_so_far(tmp_path: Path) -> None:
    from sklearn.datasets import load_iris

    load_iris(as_frame=True).frame.to_csv(tmp_path / "iris.csv", index=False)
    options = ["--target", "target", "--output", "m.joblib", "--time-limit", "100", "--n-jobs", "2"]
    command = ["-m", "autoskl", "fit", "iris.csv", *options, "--run-directory", "run"]
    with started(tmp_path, *command) as process:
        wait_for_results(process, tmp_path / "run")
        pids = processes_of(process)
        os.killpg(process.pid, signal.SIGINT)
        _, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, errors
    assert "warning: The fit was interrupted by Ctrl-C" in errors
    assert "model written to m.joblib" in errors
    assert joblib.load(tmp_path / "m.joblib")["estimator"].n_features_in_ == 4
    assert nothing_remains(pids, tmp_path)


def test_a_grid_search_stops(tmp_path: Path) -> None:
    with started(tmp_path, "-c", GRID) as process:
        # Each of the two joblib workers has a template process, which has a worker.
        wait_for(process, lambda: len(our_processes_of(process)) >= 2 * 2)
        pids = processes_of(process)
        os.killpg(process.pid, signal.SIGINT)
        output, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode != 0
    assert "KeyboardInterrupt" in errors
    assert output == ""
    assert nothing_remains(pids, tmp_path)


def test_a_notebook_gets_the_best_ensemble_so_far(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import nbformat
    from nbclient import NotebookClient

    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    # A process that waits for results and then interrupts the kernel, like the stop button.
    button = tmp_path / "button.py"
    button.write_text(
        "import os, pathlib, signal, sys, time\n"
        "from autoskl.history.journal import read_journal\n"
        f"end = time.monotonic() + {PATIENCE}\n"
        "journal = pathlib.Path('run/journal')\n"
        "while sum(e['kind'] == 'unit' for e in read_journal(journal)) < 4:\n"
        "    assert time.monotonic() < end\n"
        "    time.sleep(0.02)\n"
        "os.kill(int(sys.argv[1]), signal.SIGINT)\n"
    )
    press = (
        "import os, subprocess, sys\n"
        "button = subprocess.Popen([sys.executable, 'button.py', str(os.getpid())])\n"
    )
    after = "import psutil\nprint(button.wait(), psutil.Process().children(recursive=True))"
    cells = [nbformat.v4.new_code_cell(source) for source in (press + FIT, after)]
    notebook = nbformat.v4.new_notebook(cells=cells)
    client = NotebookClient(notebook, timeout=int(PATIENCE), kernel_name="python3")
    client.execute(cwd=str(tmp_path))
    fit, rest = ("".join(o.get("text", "") for o in cell["outputs"]) for cell in notebook.cells)
    assert "The fit was interrupted by Ctrl-C" in fit
    assert "score" in fit
    assert rest == "0 []\n"
    assert list(tmp_path.glob("autoskl-*")) == []
