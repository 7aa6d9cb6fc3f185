"""Abstract components, each the superclass of several."""
