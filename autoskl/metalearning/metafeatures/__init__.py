"""Numbers that describe a table, cheap and never failing."""
