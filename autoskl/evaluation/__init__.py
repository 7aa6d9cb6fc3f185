"""Evaluates configurations: fits pipelines on folds and predicts the held-out rows."""
