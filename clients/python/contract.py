"""Puts the generated contract into the client as `router_client.v1`: `python clients/python/contract.py`.

Building the wheel does so too. The client must not need the server's package, so its imports are told where they live.
"""

import re
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
SOURCE = HERE.parents[1] / "src" / "router" / "api" / "v1"
TARGET = HERE / "src" / "router_client" / "v1"

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:
    pass
else:

    class ContractHook(BuildHookInterface):  # type: ignore[type-arg,misc]
        """Runs before the wheel is made. From a source archive, which has the contract already, nothing is copied."""

        PLUGIN_NAME = "custom"

        def initialize(self, version: str, build_data: dict[str, object]) -> None:
            if SOURCE.is_dir():
                write_contract()


def write_contract(source: Path = SOURCE, target: Path = TARGET) -> list[Path]:
    """The files that were new or had changed."""
    target.mkdir(parents=True, exist_ok=True)
    written = []
    for path in [*source.glob("*_pb2*.py"), *source.glob("*_pb2*.pyi"), source / "__init__.py"]:
        text = re.sub(
            r"^from router\.api\.v1 import", "from router_client.v1 import", path.read_text(), flags=re.M
        )
        copy = target / path.name
        if not copy.exists() or copy.read_text() != text:
            copy.write_text(text)
            written.append(copy)
    return written


if __name__ == "__main__":
    print(f"{len(write_contract())} files written to {TARGET}")
    sys.exit(0)
