"""The catalogue: one file per family, which `registry` finds by itself."""
