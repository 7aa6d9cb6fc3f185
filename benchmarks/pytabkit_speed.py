"""Seconds of pytabkit's RealMLP for an epoch of five folds, which it also trains together.

``python pytabkit_speed.py ROWS THREADS``, in pytabkit's environment, on the table of
`benchmarks/neural.py`. Prints the CPU and wall-clock seconds for each epoch; the overhead of a fit
outside its epochs is subtracted.
"""

from __future__ import annotations

import json
import sys
import time

import numpy as np
import torch
from pytabkit import RealMLP_TD_S_Classifier

EPOCHS = (2, 10)


def main() -> None:
    n_rows, threads = int(sys.argv[1]), int(sys.argv[2])
    torch.set_num_threads(threads)
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n_rows, 20))
    y = (np.sin(2 * X[:, 0]) + X[:, 1] * X[:, 2] + rng.normal(0, 0.5, n_rows) > 0).astype(int)
    seconds = []
    for n_epochs in (1, *EPOCHS):
        model = RealMLP_TD_S_Classifier(
            device="cpu", n_cv=5, n_epochs=n_epochs, n_threads=threads, random_state=0
        )
        start = time.process_time(), time.perf_counter()
        model.fit(X, y)
        seconds.append((time.process_time() - start[0], time.perf_counter() - start[1]))
    more = EPOCHS[1] - EPOCHS[0]
    print(json.dumps([(b - a) / more for a, b in zip(seconds[1], seconds[2], strict=True)]))


if __name__ == "__main__":
    main()
