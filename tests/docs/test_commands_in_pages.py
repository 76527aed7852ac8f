"""Whatever a page tells people to type can be typed: commands and options exist, requests are of the contract."""

import json

import click
import pytest
from google.protobuf import descriptor_pool, json_format, message_factory
from google.protobuf.descriptor import MethodDescriptor

import router.service.servicers  # noqa: F401  (all services are known then)
from router.cli.main import router as command_line
from tests.docs.shown import ROOT, shown_in

PAGES = sorted(
    page
    for page in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("rules/*.md"))
    if page.name != "CHANGELOG.md" and "decisions" not in page.parts
)
TYPED = [(page.relative_to(ROOT).as_posix(), one.words) for page in PAGES for one in shown_in(page)]


def command_of(words: list[str]) -> tuple[click.Command, list[str]]:
    """The command that the words name, and the words behind its name."""
    command: click.Command = command_line
    rest = list(words)
    while isinstance(command, click.Group) and rest and not rest[0].startswith("-"):
        name = rest.pop(0)
        found = command.get_command(click.Context(command), name)
        assert found is not None, f"there is no `{name}` in `router {' '.join(words)}`"
        command = found
    return command, rest


def method_named(name: str) -> MethodDescriptor:
    pool = descriptor_pool.Default()
    for file in (ROOT / "protos/router/api/v1").glob("*.proto"):
        services = pool.FindFileByName(f"router/api/v1/{file.name}").services_by_name.values()
        for method in (one for service in services for one in service.methods):
            if method.name == name.rpartition("/")[2]:
                return method
    raise AssertionError(f"no call is named `{name}`")


def test_there_are_commands_in_the_pages() -> None:
    assert len(TYPED) > 200


@pytest.mark.parametrize(
    ("page", "words"), TYPED, ids=[f"{page}:{' '.join(words)[:60]}" for page, words in TYPED]
)
def test_a_command_of_a_page_can_be_typed(page: str, words: list[str]) -> None:
    command, rest = command_of(words)
    known = {name for option in command.params for name in (*option.opts, *option.secondary_opts)}

    unknown = [
        word for word in rest if word.startswith("-") and word != "-" and word.split("=")[0] not in known
    ]

    assert unknown == []


CALLS = [(page, words[1], words[2]) for page, words in TYPED if words[0] == "call" and len(words) > 2]


@pytest.mark.parametrize(("page", "name", "body"), CALLS, ids=[f"{page}:{name}" for page, name, _ in CALLS])
def test_a_request_of_a_page_is_one_of_the_contract(page: str, name: str, body: str) -> None:
    sent = json.loads(body)
    messages = sent if isinstance(sent, list) else [sent]

    for one in messages:
        json_format.ParseDict(one, message_factory.GetMessageClass(method_named(name).input_type)())
