"""Meta-features: numbers that describe a table, cheap and robust."""
