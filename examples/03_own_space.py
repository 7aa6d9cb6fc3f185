"""Change the search space: other bounds, fewer families, fewer values.

python examples/03_own_space.py
"""

from __future__ import annotations

from sklearn.datasets import load_breast_cancer

import autoskl

X, y = load_breast_cancer(return_X_y=True, as_frame=True)

# Fewer components, by their role in the pipeline; docs/catalogue.md lists them all.
space = autoskl.default_space(
    "binary", include={"model": ["lightgbm", "linear"], "scaler": ["standard", "quantile"]}
)

# Other bounds and values; hyperparameters that depend on a removed value are removed too.
space = (
    space.override("lightgbm:num_leaves", upper=4096)
    .override("lightgbm:learning_rate", lower=0.05, default=0.1)
    .restrict("linear:penalty", "l2")
)
print(space)

model = autoskl.AutoClassifier(search_space=space, n_trials=3, n_jobs=1, cv=3, random_state=0)
model.fit(X, y)
print(model.leaderboard_[["rank", "model", "score", "ensemble_weight"]].to_string(index=False))
