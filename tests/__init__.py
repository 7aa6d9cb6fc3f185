"""The tests; numerical libraries keep to one thread, as autoskl's workers do."""

from __future__ import annotations

import os

# Before anything imports numpy: a library reads these once.
for _variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_variable, "1")
