"""From the words of a scenario to the messages of the contract, and back: field names with spaces, short enum names."""

from collections.abc import Mapping, Sequence
from typing import Any

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp

QUANTITY = ("quantity", "price_minor")


class ScenarioWrong(AssertionError):
    """A scenario says what cannot be said."""


def fill(message: Message, words: Mapping[str, Any]) -> None:
    """Write each word into the field of its name. Of repeated messages a mapping is one message a key."""
    for word, value in words.items():
        name = str(word).replace(" ", "_")
        field = message.DESCRIPTOR.fields_by_name.get(name)
        if field is None:
            known = ", ".join(one.name.replace("_", " ") for one in message.DESCRIPTOR.fields)
            raise ScenarioWrong(f"`{word}` is no word of {message.DESCRIPTOR.name}; there are: {known}")
        put(message, field, value)


def put(message: Message, field: FieldDescriptor, value: Any) -> None:
    if field.message_type is None:
        if field.is_repeated:
            getattr(message, field.name).extend(scalar(field, one) for one in listed(value))
        else:
            setattr(message, field.name, scalar(field, value))
    elif isinstance(value, Timestamp):
        getattr(message, field.name).CopyFrom(value)
    elif not field.is_repeated:
        getattr(message, field.name).SetInParent()
        fill(getattr(message, field.name), value)
    else:
        for item in items_of(field.message_type, value):
            fill(getattr(message, field.name).add(), item)


def items_of(kind: Any, value: Any) -> Sequence[Mapping[str, Any]]:
    """`{RED-CLOCK: 2}` is one item whose first field is RED-CLOCK and whose quantity is 2."""
    if not isinstance(value, Mapping):
        return [one if isinstance(one, Mapping) else {kind.fields[0].name: one} for one in listed(value)]
    counts = [one.name for one in kind.fields if one.name in QUANTITY]
    return [
        {kind.fields[0].name: key, **(rest if isinstance(rest, Mapping) else {counts[0]: rest})}
        for key, rest in value.items()
    ]


def listed(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else [value]


def scalar(field: FieldDescriptor, value: Any) -> Any:
    if field.enum_type is not None:
        return field.enum_type.values_by_name[prefix_of(field.enum_type) + str(value)].number
    if field.cpp_type == FieldDescriptor.CPPTYPE_STRING:
        return value if isinstance(value, bytes) else str(value)
    return value


def prefix_of(enum: Any) -> str:
    return str(enum.values[0].name).removesuffix("UNSPECIFIED")


def in_words(message: Message) -> dict[str, Any]:
    """Every field by its name in words; enum values without their prefix, times as text."""
    return {
        field.name.replace("_", " "): worded(field, getattr(message, field.name))
        for field in message.DESCRIPTOR.fields
    }


def worded(field: FieldDescriptor, value: Any) -> Any:
    if field.is_repeated:
        return [one_worded(field, one) for one in value]
    return one_worded(field, value)


def one_worded(field: FieldDescriptor, value: Any) -> Any:
    if field.enum_type is not None:
        return field.enum_type.values_by_number[value].name.removeprefix(prefix_of(field.enum_type))
    if isinstance(value, Timestamp):
        return value.ToJsonString() if value.seconds else ""
    return in_words(value) if isinstance(value, Message) else value


def differences(found: Any, expected: Any, at: str = "") -> list[str]:
    """Where `found` is not as `expected`; of mappings only what is expected counts, of lists everything."""
    if isinstance(expected, Mapping) and isinstance(found, Mapping):
        missing = [f"{at} knows no `{key}`, but: {', '.join(found)}" for key in expected if key not in found]
        return missing + [
            fault
            for key, value in expected.items()
            if key in found
            for fault in differences(found[key], value, f"{at} {key}".strip())
        ]
    if (
        isinstance(expected, Mapping)
        and isinstance(found, list)
        and all(isinstance(one, Mapping) for one in found)
    ):
        by_name = {next(iter(one.values())): one for one in found}
        counted = {
            name: one if isinstance(expected.get(name), Mapping) else one.get("quantity", one)
            for name, one in by_name.items()
        }
        return differences(counted, expected, at)
    if (
        isinstance(expected, list)
        and isinstance(found, list)
        and len(expected) == len(found)
        and all(isinstance(one, Mapping) for one in expected)
    ):
        pairs = enumerate(zip(found, expected, strict=True), start=1)
        return [fault for n, (one, wanted) in pairs for fault in differences(one, wanted, f"{at} {n}")]
    return [] if found == expected else [f"{at} is {found}, not {expected}"]
