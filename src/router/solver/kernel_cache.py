"""Where compiled kernels are kept between runs: a folder named after the sources they were made from.

numba looks at a function's own file to see whether its cached code is stale, but our kernels melt functions of other
files into themselves. So every change of any kernel's source begins a new folder. The kernels of other rooms have no
functions but their own file's.
"""

import os
from hashlib import sha256
from pathlib import Path
from typing import Any

import numba

MARKS = (b"@compiled", b"@inlined")


def keep_kernels_apart() -> None:
    """Must run before the first kernel is declared. Where the package is not writable, numba's own choice holds."""
    config: Any = numba.config
    folder = Path(__file__).parent
    sources = [path.read_bytes() for path in sorted(folder.rglob("*.py"))]
    digest = sha256(b"\0".join(source for source in sources if any(mark in source for mark in MARKS)))
    if not config.CACHE_DIR and os.access(folder, os.W_OK):
        config.CACHE_DIR = str(folder / "__pycache__" / f"kernels-{digest.hexdigest()[:16]}")
