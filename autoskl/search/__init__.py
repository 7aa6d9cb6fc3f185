"""The loop: what to run next, on what, until the allowance is spent."""
