"""Configuration, data and folds in; results out."""
