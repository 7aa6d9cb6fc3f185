"""The gain from deciding classes for the metric.

python benchmarks/decisions.py FOLDER --tables stroke page-blocks

FOLDER contains the tables NAME.csv.gz and index.csv. Test scores of the most probable class, and of
the class that `predict` decides for.
"""

from __future__ import annotations

import argparse
import warnings
from pathlib import Path

import numpy as np
from search_real_fits import split
from sklearn.metrics import balanced_accuracy_score, f1_score

from autoskl import AutoClassifier
from autoskl.metalearning.building.corpus import read_corpus


def score_of(scoring: str, y: np.ndarray, predicted: np.ndarray) -> float:
    """Return the score for a scikit-learn scorer name."""
    if scoring == "balanced_accuracy":
        return float(balanced_accuracy_score(y, predicted))
    return float(f1_score(y, predicted, average="binary" if scoring == "f1" else "macro"))


def main() -> None:
    """Print a line for each table and metric."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--tables", nargs="+", required=True)
    parser.add_argument("--seconds", type=float, default=15.0)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--max-rows", type=int, default=5_000)
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    corpus = {entry.name: entry for entry in read_corpus(options.folder)}
    for name in options.tables:
        X, unseen, labels, unseen_labels = split(options.folder, corpus[name], options.max_rows, 0)
        # The rarest class gets the largest code: of two classes, F1 scores that one.
        order = labels.value_counts().index
        y, y_unseen = order.get_indexer(labels), order.get_indexer(unseen_labels)
        for scoring in ("f1" if len(order) == 2 else "f1_macro", "balanced_accuracy"):
            model = AutoClassifier(
                time_limit=options.seconds, n_jobs=options.jobs, random_state=0, scoring=scoring
            ).fit(X, y)
            likeliest = score_of(scoring, y_unseen, model.predict_proba(unseen).argmax(axis=1))
            decided = score_of(scoring, y_unseen, model.predict(unseen))
            print(
                f"{name:24}{scoring:18} likeliest {likeliest:.3f}  decided {decided:.3f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
