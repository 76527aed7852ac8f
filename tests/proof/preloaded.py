"""Loads what most proofs of planted bugs have in common, for processes to be forked from: see `forked`.

Nothing here starts a thread or opens a channel.
"""

import gc
import pkgutil
from importlib import import_module
from importlib.metadata import entry_points

import router
from router.routing.warm_up import warm_up
from tests.proof.forked import ROOMS

LIBRARIES = (
    "aiosmtplib",
    "apsw",
    "cryptography.hazmat.primitives.ciphers.aead",
    "grpc",
    "grpc_health.v1.health",
    "grpc_reflection.v1alpha.reflection",
    "grpc_status.rpc_status",
    "httpx",
    "hypothesis",
    "jinja2",
    "prometheus_client",
    "psycopg",
    "pytest",
    "starlette.applications",
)

for library in [*LIBRARIES, *(plugin.module for plugin in entry_points(group="pytest11"))]:
    import_module(library)
for room in pkgutil.walk_packages(router.__path__, "router."):
    if room.name.split(".")[1] in ROOMS:
        import_module(room.name)
warm_up()
gc.freeze()
