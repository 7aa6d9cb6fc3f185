"""Which components fit a table together, and pipelines of them."""
