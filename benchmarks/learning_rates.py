"""Fixed learning rates against one that is raised so that boosting converges by a deadline.

python benchmarks/learning_rates.py
python benchmarks/learning_rates.py --seconds 10 20 40 --rows 250000

The table is that of `large_table.py`. Each row is one fit by LightGBM, 31 leaves, 2 threads; fixed
rates are read off one long fit.
"""

from __future__ import annotations

import argparse
import time

import lightgbm
import numpy as np
from large_table import synthetic
from sklearn.metrics import log_loss

from autoskl.components.predictors.boosted_trees.learning_rate import BudgetAwareLearningRate

VALIDATION_ROWS = 25_000
OWN_RATE = 0.04
FIXED = (OWN_RATE, 0.1, 0.2, 0.3)


class Boosting:
    """Boosts on a binned table and reads the loss on held-out rows without counting its time."""

    def __init__(self, n_rows: int) -> None:
        X, y = synthetic(n_rows + VALIDATION_ROWS, 30, regression=False, seed=0)
        X = X.astype(np.float32)
        self.n_rows = n_rows
        self.held_out = X[n_rows:], y[n_rows:]
        self.settings = {"objective": "binary", "num_leaves": 31, "num_threads": 2, "verbosity": -1}
        self.data = lightgbm.Dataset(X[:n_rows], y[:n_rows], params=self.settings).construct()

    def losses(self, seconds: list[float], rate: float, *, raised: bool) -> list[tuple[int, float]]:
        """Return the number of rounds and the loss after each of some times."""
        booster = lightgbm.Booster({**self.settings, "learning_rate": rate}, self.data)
        start, found = time.monotonic(), []
        aware = BudgetAwareLearningRate(rate, self.n_rows, start + seconds[-1] if raised else None)
        for end in seconds:
            while time.monotonic() < start + end:
                booster.update()
                changed = aware.change()
                if changed is not None:
                    booster.reset_parameter({"learning_rate": changed})
            before = time.monotonic()
            X, y = self.held_out
            found.append((booster.current_iteration(), log_loss(y, booster.predict(X))))
            start += time.monotonic() - before
        return found


def main() -> None:
    """Print the losses by time and learning rate."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=975_000)
    parser.add_argument("--seconds", type=float, nargs="+", default=[10.0, 20.0, 40.0])
    options = parser.parse_args()
    boosting = Boosting(options.rows)
    for rate in FIXED:
        row = boosting.losses(options.seconds, rate, raised=False)
        print(f"{rate:<8g}", *(f"{loss:.4f} ({rounds:4d})" for rounds, loss in row), flush=True)
    row = [boosting.losses([end], OWN_RATE, raised=True)[0] for end in options.seconds]
    print("raised   ", *(f"{loss:.4f} ({rounds:4d})" for rounds, loss in row))


if __name__ == "__main__":
    main()
