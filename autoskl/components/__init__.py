"""The catalogue of components, one file each; `registry` discovers them."""
