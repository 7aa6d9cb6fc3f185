"""Classifiers and regressors in the style of scikit-learn that the models build."""
