"""Writes docs/reference/api.md from the comments of the protos: `python protos/reference.py [TARGET]`."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    EnumDescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
    FileDescriptorSet,
    ServiceDescriptorProto,
)

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "reference" / "api.md"
FILES = (
    "routing", "orders", "customers", "channels", "payments", "accounting", "fulfillment", "tracking",
    "delays", "returns", "purchasing", "carriers", "inventory", "reservations", "feeds",
    "network", "rules", "events", "ledger", "order", "feed_mark", "transfer",
)  # fmt: skip

MESSAGE, ENUM, SERVICE = 4, 5, 6  # field numbers in FileDescriptorProto, which source paths are made of
FIELD, VALUE, METHOD = 2, 2, 2

HEAD = """# API reference

Package `router.api.v1`. Made from the comments in `protos/` by `make protos`; a test keeps it true.
How to call it: [start](../start.md). Why it looks so: [contract](../contract.md). Refusals: [reasons](reasons.md).
"""


def read_files() -> list[FileDescriptorProto]:
    """The contract's files with their comments."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "contract.binpb"
        subprocess.run(
            [
                sys.executable, "-m", "grpc_tools.protoc", f"-I{ROOT / 'protos'}", "--include_source_info",
                f"--descriptor_set_out={output}", *(f"router/api/v1/{name}.proto" for name in FILES),
            ],
            check=True,
        )  # fmt: skip
        found = {file.name: file for file in FileDescriptorSet.FromString(output.read_bytes()).file}
    return [found[f"router/api/v1/{name}.proto"] for name in FILES]


class Comments:
    """The leading comment of each element of a file, by its source path."""

    def __init__(self, file: FileDescriptorProto) -> None:
        self.by_path = {
            tuple(location.path): " ".join(location.leading_comments.split())
            for location in file.source_code_info.location
        }

    def of(self, *path: int) -> str:
        return self.by_path.get(path, "")


def type_of(field: FieldDescriptorProto, maps: dict[str, str]) -> str:
    """The field's type as a reader would say it."""
    if field.type_name in maps:
        return maps[field.type_name]
    name = field.type_name.rsplit(".", 1)[-1] or FieldDescriptorProto.Type.Name(field.type)[5:].lower()
    if field.label == FieldDescriptorProto.LABEL_REPEATED:
        return f"repeated {name}"
    return f"optional {name}" if field.proto3_optional else name


def message_lines(message: DescriptorProto, comments: Comments, index: int) -> Iterator[str]:
    yield f"### {message.name}\n\n{comments.of(MESSAGE, index)}\n"
    maps = {
        f".router.api.v1.{message.name}.{nested.name}": "map of string to string"
        for nested in message.nested_type
        if nested.options.map_entry
    }
    if message.field:
        yield "| field | type | meaning |\n|---|---|---|"
        for number, field in enumerate(message.field):
            meaning = comments.of(MESSAGE, index, FIELD, number)
            yield f"| `{field.name}` | {type_of(field, maps)} | {meaning} |"
        yield ""


def enum_lines(enum: EnumDescriptorProto, comments: Comments, index: int) -> Iterator[str]:
    yield f"### {enum.name}\n\n{comments.of(ENUM, index)}\n\n| value | meaning |\n|---|---|"
    for number, value in enumerate(enum.value):
        yield f"| `{value.name}` | {comments.of(ENUM, index, VALUE, number)} |"
    yield ""


def service_lines(service: ServiceDescriptorProto, comments: Comments, index: int) -> Iterator[str]:
    yield f"## {service.name}\n\n{comments.of(SERVICE, index)}\n"
    yield "| call | takes | gives | what it does |\n|---|---|---|---|"
    for number, method in enumerate(service.method):
        takes = ("stream " if method.client_streaming else "") + method.input_type.rsplit(".", 1)[-1]
        gives = ("stream " if method.server_streaming else "") + method.output_type.rsplit(".", 1)[-1]
        yield f"| `{method.name}` | {takes} | {gives} | {comments.of(SERVICE, index, METHOD, number)} |"
    yield ""


def reference() -> str:
    """The whole page."""
    lines = [HEAD]
    for file in read_files():
        comments = Comments(file)
        for index, service in enumerate(file.service):
            lines.extend(service_lines(service, comments, index))
        if not file.service:
            lines.append("## Shared messages\n")
        for index, message in enumerate(file.message_type):
            lines.extend(message_lines(message, comments, index))
        for index, enum in enumerate(file.enum_type):
            lines.extend(enum_lines(enum, comments, index))
    return "\n".join(lines).rstrip() + "\n"


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(reference(), encoding="utf-8")
