"""Database of prior tasks and the results of configurations on them."""
