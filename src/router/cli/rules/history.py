"""`router rules history`: who changed what, when, why, and what it came from."""

from typing import TYPE_CHECKING

import click

from router.cli.connection import TIMEOUT_SECONDS, connected
from router.cli.output import as_dict, console, count_of, enum_word, plain_table, print_json, say_more
from router.cli.rules.versions import SHORT, say, server_options, to_seconds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from router.api.v1.rules_pb2 import ListRuleChangesResponse, RuleVersion


@click.command()
@click.argument("version", required=False, default="")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 1_000))
@click.option("--page-token", default="", metavar="TOKEN", help="Go on where the page before ended.")
@server_options
def history(version: str, limit: int, page_token: str, address: str, tls_ca: str | None, form: str) -> None:
    """List what was done to the rules, the latest first; of one VERSION with the plan it came from."""
    from router.api.v1.rules_pb2 import ListRuleChangesRequest, ListRuleVersionsRequest
    from router.api.v1.rules_pb2_grpc import RulesServiceStub

    with connected(address, tls_ca) as channel:
        service = RulesServiceStub(channel)
        request = ListRuleChangesRequest(page_size=limit, page_token=page_token, rules_digest=version)
        page = service.ListRuleChanges(request, timeout=TIMEOUT_SECONDS)
        newest = service.ListRuleVersions(ListRuleVersionsRequest(page_size=1_000), timeout=TIMEOUT_SECONDS)
    if form == "json":
        changes = [as_dict(change) for change in page.changes]
        versions = [as_dict(one) for one in newest.versions]
        print_json(changes=changes, versions=versions, next_page_token=page.next_page_token)
        return
    if not page.changes:
        say("no rules were put in force here so far")
        return
    show_present(newest.versions)
    show_changes(page, with_origin=bool(version))


def show_present(versions: "Sequence[RuleVersion]") -> None:
    """What is in force and what is in shadow."""
    for word, told in (("ACTIVE", "in force "), ("SHADOW", "in shadow")):
        for one in versions:
            if enum_word(one, "state") == word:
                last = one.last_change
                by = f" by {last.author}" if last.author else ""
                since = to_seconds(last.change_time)
                console().print(
                    f"{told}  {one.rules_digest[:SHORT]}, {count_of(one.rule_count, 'rule')}, since {since}{by}"
                )


def show_changes(page: "ListRuleChangesResponse", *, with_origin: bool) -> None:
    """A table; a retirement is not a line of its own, the activation that caused it is."""
    table = plain_table("time", "what", "version", "by", "why")
    for change in page.changes:
        if change.action == "RETIRE":
            continue
        what = change.action.lower().replace("_", " ")
        version = change.rules_digest[:SHORT]
        table.add_row(to_seconds(change.change_time), what, version, change.author, change.reason)
        if with_origin:
            for line in change.origin.splitlines():
                table.add_row("", "", "", "", line)
    console().print(table)
    say_more(page.next_page_token)
