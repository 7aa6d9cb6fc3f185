"""The search: decides what to run next, and on which folds, until the allowance is used up."""
