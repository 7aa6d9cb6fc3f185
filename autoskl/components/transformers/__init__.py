"""Transformers and selectors in the style of scikit-learn that steps build, and their scores."""
