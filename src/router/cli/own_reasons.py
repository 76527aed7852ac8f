"""Reasons that the command line gives by itself, without a server: what they mean, an example, and what to do."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnReason:
    """`says` is what a command says for this reason; `call` and `body` are empty, since no server refuses anything."""

    title: str
    cause: str
    given: str
    says: str
    then: str
    call: str = ""
    body: str = ""


OWN: Mapping[str, OwnReason] = {
    "UNREACHABLE": OwnReason(
        title="no server answers at the address",
        cause="the address is wrong, the server does not run, or only one of the two speaks TLS",
        given="a server on another port",
        says="no server answers at 127.0.0.1:50051; start one with `router serve` or name another with --address",
        then="start one with `router serve` or `router demo --keep`; name another address with `--address`",
    ),
    "ADDRESS_REFUSED": OwnReason(
        title="a server cannot listen where it is told to",
        cause="another process has the port, the address is not one of this machine, or ports below 1,024 need rights",
        given="`--address 127.0.0.1:50051`, where another server listens",
        says="cannot listen on 127.0.0.1:50051: Address already in use",
        then="end whoever listens there, or name another address with `--address` or `--metrics-address`",
    ),
    "NO_ORDERS": OwnReason(
        title="there are no recorded orders to try rules on",
        cause="a plan says what edited rules would do to recorded orders, and the server or the file has none",
        given="a server that has routed nothing",
        says="there are no recorded orders to try the rules on",
        then="route some orders first, or name saved ones with `--orders`",
    ),
    "ORDERS_INVALID": OwnReason(
        title="the file does not hold saved orders",
        cause="`--orders` takes what `router rules plan --save-orders FILE` has written, by the same version",
        given="`--orders shop.yaml`",
        says="`shop.yaml` holds no recorded orders",
        then="save the orders again: `router rules plan rules/shop --save-orders orders.gz`",
    ),
    "PLAN_INVALID": OwnReason(
        title="the file does not hold a saved plan",
        cause="`router rules apply` takes what `router rules plan --out FILE` has written, by the same version",
        given="`router rules apply shop.yaml`",
        says="`shop.yaml`: not a saved plan; make one with `router rules plan … --out FILE`",
        then="plan again: `router rules plan rules/shop --out change.plan`",
    ),
    "SINKS_REFUSED": OwnReason(
        title="the sinks file is at fault",
        cause="a key, a value or a secret in the file of `--sinks` is missing or not what it must be; each is named",
        given="a sink with `kind: webhok`",
        says="`kind` cannot be `webhok`; did you mean `webhook`?",
        then="mend the lines that are named; all keys are in docs/reference/events.md",
    ),
    "NOT_DELIVERED": OwnReason(
        title="events did not arrive where they were to be told again",
        cause="the URL answered with anything but 2xx five times, or with 410, or the file cannot be written",
        given="`router events replay --to http://127.0.0.1:9/hook`, where nobody listens",
        says="did not arrive at `http://127.0.0.1:9/hook`",
        then="mend the receiver, then go on with the `--from-position` that the message gives",
    ),
    "POLICIES_REFUSED": OwnReason(
        title="the file of return policies is at fault",
        cause="a key or a value in the file of `router return policy put` is missing or not what it must be",
        given="a policy with `refund_time: FIRST_SCANN`",
        says="`refund_time` cannot be `FIRST_SCANN`; did you mean `FIRST_SCAN`?",
        then="mend the lines that are named; all keys are in docs/returns.md",
    ),
    "FILES_MOVED": OwnReason(
        title="the files changed since the plan was made",
        cause="a plan is applied exactly as it was looked at; the files beside it say something else by now",
        given="a rule file was edited after `router rules plan --out change.plan`",
        says="files were edited since this plan was made",
        then="plan again, look at the difference, and apply that",
    ),
    "BACKUP_REFUSED": OwnReason(
        title="the backup was not taken, or is not one to restore",
        cause="a file is in the way, the copy did not pass its proofs, or the backup is not the one its manifest names",
        given="`router restore monday.sqlite router.sqlite` where `router.sqlite` exists",
        says="is there already; name another place, nothing is overwritten",
        then="name a place where nothing is; of a backup that is damaged take another one",
    ),
    "STORE_UNUSABLE": OwnReason(
        title="the ledger cannot be opened",
        cause="the file is not there, is no ledger, is of another version of the router, or a server has it",
        given="`router ledger verify nowhere.sqlite`",
        says="there is no file",
        then="look at the path; stop the other server; use the router whose version the message names",
    ),
    "SCHEMA_DIFFERS": OwnReason(
        title="the tables of a ledger are not those of this router",
        cause="a step of the schema is missing, or somebody changed a table by hand",
        given="`router migrate verify` on a file of an older router",
        says="the schema is not that of this router",
        then="apply missing steps with `router migrate up`; of a table that was changed, restore the last backup",
    ),
    "COPY_REFUSED": OwnReason(
        title="the copy of a ledger is not what it was made from",
        cause="a table or the audit of the copy differs from the original; nothing of the copy was kept",
        given="`router migrate copy router.sqlite postgresql://…`",
        says="the copy is not what it was made from; nothing of it was kept",
        then="verify the original with `router ledger verify`, and copy again",
    ),
    "DOCUMENT_REFUSED": OwnReason(
        title="the file is no document of that format",
        cause="a file is read as a whole before its orders are; what is no JSON, CSV or X12 at all has no rows",
        given="`router intake shopify orders.json` with a file that was cut off",
        says="orders.json: line 1 is not JSON",
        then="export the file again, or name the format that it has: `router intake --help` lists them",
    ),
    "LEDGER_FAULTS": OwnReason(
        title="the ledger does not add up",
        cause="an audit found entries that do not balance, or figures that do not follow from them",
        given="a database file that something else wrote to",
        says="the audit found 2 faults",
        then="keep a copy of the file, stop writing to it, and report what the audit lists",
    ),
}  # fmt: skip
