"""Knowledge from other data sets: meta-features, store, warm start, portfolio."""
