"""The scikit-learn estimators that users touch."""
