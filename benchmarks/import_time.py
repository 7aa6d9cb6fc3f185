"""Seconds of ``from autoskl import AutoClassifier`` beyond scikit-learn's base and pandas.

python benchmarks/import_time.py
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys

CODE = """
import time
import sklearn.base, pandas
start = time.perf_counter()
from autoskl import AutoClassifier
print(time.perf_counter() - start)
"""


def main() -> None:
    """Print the median over fresh processes."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=9)
    seconds = [
        float(subprocess.check_output([sys.executable, "-c", CODE]))
        for _ in range(parser.parse_args().runs)
    ]
    print(f"median {statistics.median(seconds):.3f} s of {len(seconds)}, max {max(seconds):.3f} s")


if __name__ == "__main__":
    main()
