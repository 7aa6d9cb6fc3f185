"""Workers of a script without a main guard, without a close, or killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.execution.processes import is_alive, still_alive

BY_VALUE = """
from autoskl.execution.local_workers import LocalWorkers

class Pair:
    def __init__(self, a, b):
        self.a, self.b = a, b

def swap(pair=Pair(1, 2)):
    return Pair(pair.b, pair.a)

print("once")
executor = LocalWorkers(1, preload=())
executor.submit(swap)
[(_, outcome)] = executor.wait()
assert type(outcome.value) is Pair, outcome
assert (outcome.value.a, outcome.value.b) == (2, 1)
print("twice")
"""

ABANDONED = """
import os, sys, time
import numpy as np
from autoskl.execution.local_workers import LocalWorkers

executor = LocalWorkers(1, preload=())
handle = executor.share(np.ones(1000))
executor.submit(os.getpid)
[(_, outcome)] = executor.wait()
print(outcome.value, executor.directory, handle.path.parent, *executor._launcher.pids, flush=True)
executor.submit(lambda: time.sleep(1000))
sys.stdin.read()
"""


def start(source: str, folder: Path) -> subprocess.Popen[str]:
    script = folder / "script.py"
    script.write_text(source)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.Popen(
        [sys.executable, str(script)],
        cwd=folder,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_script_needs_no_main_guard(tmp_path: Path) -> None:
    # A module of this name in the user's folder must not be imported either.
    (tmp_path / "random.py").write_text("raise SystemExit('the wrong random')")
    source = "import sys; del sys.path[0]\n" + BY_VALUE
    output, errors = start(source, tmp_path).communicate(timeout=100)
    assert errors == ""
    assert output == "once\ntwice\n"


@pytest.mark.parametrize("ending", ["exit", "SIGKILL"])
def test_an_abandoned_executor_leaves_nothing(ending: str, tmp_path: Path) -> None:
    with start(ABANDONED, tmp_path) as process:
        assert process.stdout is not None
        worker, work, data, template = process.stdout.readline().split()
        assert is_alive(int(worker))
        assert Path(work).exists()
        assert Path(data).exists()
        if ending == "exit":
            _, errors = process.communicate()
            assert errors == ""
        else:
            process.send_signal(getattr(signal, ending))
    assert still_alive([int(worker), int(template)]) == []
    assert not Path(work).exists()
    assert not Path(data).exists()
