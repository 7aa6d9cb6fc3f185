"""Prior tasks and what configurations reached on them, in a database."""
