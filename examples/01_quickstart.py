"""Fit, inspect the leaderboard and score on unseen rows: bundled data, or any CSV file.

python examples/01_quickstart.py
python examples/01_quickstart.py --data table.csv --target column --time-limit 60
"""

from __future__ import annotations

import argparse
import time

import pandas as pd
from sklearn.base import is_classifier
from sklearn.datasets import load_breast_cancer, load_diabetes
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.metrics import log_loss, root_mean_squared_error
from sklearn.model_selection import train_test_split

from autoskl import AutoClassifier, AutoRegressor
from autoskl.cli import infer_task

COLUMNS = ["rank", "model", "score", "folds", "fit_seconds", "ensemble_weight", "origin"]


def scores(model, X, y) -> str:
    """Return the loss of the model and its usual score as text."""
    if is_classifier(model):
        loss = log_loss(y, model.predict_proba(X), labels=model.classes_)
        return f"log loss {loss:8.4f}   accuracy {model.score(X, y):.4f}"
    return f"RMSE {root_mean_squared_error(y, model.predict(X)):12.4f}   R2 {model.score(X, y):.4f}"


def with_categories(X: pd.DataFrame) -> pd.DataFrame:
    """Convert text for HistGradientBoosting: categories up to 255 levels, codes beyond."""
    text = X.select_dtypes(exclude=["number", "bool"]).astype("category")
    return X.assign(**{c: v.cat.codes if v.nunique() > 255 else v for c, v in text.items()})


def show(title: str, X: pd.DataFrame, y: pd.Series, task: str, seconds: float) -> None:
    """Fit on three quarters of the rows and compare with a plain model on the rest."""
    is_classification = task == "classification"
    Auto = AutoClassifier if is_classification else AutoRegressor
    Plain = HistGradientBoostingClassifier if is_classification else HistGradientBoostingRegressor
    X_train, X_test, y_train, y_test = train_test_split(
        X, y, random_state=0, stratify=y if is_classification else None
    )
    print(f"\n{title}: {task}, {len(X_train)} rows x {X.shape[1]} columns, {seconds:g} s")

    start = time.perf_counter()
    model = Auto(time_limit=seconds, random_state=0, verbose=1).fit(X_train, y_train)
    print(f"\nfit took {time.perf_counter() - start:.2f} s; the best trials:\n")
    table = model.leaderboard_
    print(table[COLUMNS].head(8).to_string(index=False, float_format="{:.4f}".format))
    members = table.query("ensemble_weight > 0").sort_values("ensemble_weight", ascending=False)
    weights = zip(members["ensemble_weight"], members["model"], strict=True)
    members_text = " + ".join(f"{weight:.2f} {name}" for weight, name in weights)
    print(f"\nensemble of {len(members)}: {members_text}")

    X_plain = with_categories(X.dropna(axis="columns", how="all"))
    plain = Plain(random_state=0).fit(X_plain.loc[X_train.index], y_train)
    print("\non unseen rows")
    print(f"  autoskl                {scores(model, X_test, y_test)}")
    print(f"  HistGradientBoosting   {scores(plain, X_plain.loc[X_test.index], y_test)}")


def main() -> None:
    """Parse the arguments and show the CSV file or the two bundled data sets."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", help="CSV file; bundled data sets by default")
    parser.add_argument("--target", help="column to predict")
    parser.add_argument("--time-limit", type=float, default=20.0, help="seconds per table")
    options = parser.parse_args()
    if options.data is None:
        cancer, diabetes = load_breast_cancer(as_frame=True), load_diabetes(as_frame=True)
        show("Breast cancer", cancer.data, cancer.target, "classification", options.time_limit)
        show("Diabetes", diabetes.data, diabetes.target, "regression", options.time_limit)
        return
    table = pd.read_csv(options.data)
    if options.target not in table:
        parser.error(f"--target must be one of {list(table.columns)}. Got {options.target!r}.")
    table = table.dropna(subset=options.target)
    X, y = table.drop(columns=options.target), table[options.target]
    show(options.data, X, y, infer_task(y), options.time_limit)


if __name__ == "__main__":
    main()
