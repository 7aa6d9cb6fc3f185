"""What components share when they build estimators and estimate costs."""
