"""How the server is to run: flags win over the environment (`ROUTER_*`), the environment over defaults."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from router.domain.identifiers import Instant
from router.domain.limits import AMOUNT_MINOR_MAX, CLOCK_JUMP_SECONDS, QUEUE_WAIT_MILLISECONDS
from router.setting_texts import (
    HISTORY,
    SettingsRefused,
    address_of,
    choice,
    days_of,
    effort_of,
    laid_in_of,
    number,
    page_address,
    path_of,
    provider_of,
    seconds_of,
    truth,
    whole,
)

MEMORY = ":memory:"
FAKE_CARRIERS = "fake"
QUEUE_WAIT_MILLISECONDS_MAX = 60_000
PROCESSES_MAX = 256
CORE_MAX = 4_095
REROUTE_SECONDS_MAX = 86_400
ACKNOWLEDGE_SECONDS_MAX = 2_592_000
ADDRESS = "127.0.0.1:50051"
LOOK_AHEAD_DAYS = 7

VARIABLES: Mapping[str, str] = {
    "ROUTER_DB": "database",
    "ROUTER_ADDRESS": "address",
    "ROUTER_RULES": "rules",
    "ROUTER_SINKS": "sinks",
    "ROUTER_PAYMENTS": "payments",
    "ROUTER_PAYMENTS_KEY": "payments_key",
    "ROUTER_METRICS_ADDRESS": "metrics_address",
    "ROUTER_CHECK_ADDRESSES": "check_addresses",
    "ROUTER_CARRIERS": "carriers",
    "ROUTER_CARRIERS_KEY": "carriers_key",
    "ROUTER_BOOK_WHEN_PICKED": "book_when_picked",
    "ROUTER_DELAYS": "delays",
    "ROUTER_CHART": "chart",
    "ROUTER_COLLECT": "collect",
    "ROUTER_VERIFY": "verify",
    "ROUTER_MODEL_EFFORT": "model_effort",
    "ROUTER_CLOCK_JUMP": "clock_jump",
    "ROUTER_QUEUE_WAIT": "queue_wait",
    "ROUTER_LOOK_AHEAD": "look_ahead",
    "ROUTER_LOOK_AHEAD_DAYS": "look_ahead_days",
    "ROUTER_LOOK_AHEAD_SELLS": "look_ahead_sells",
    "ROUTER_LOOK_AHEAD_LAID_IN": "look_ahead_laid_in",
    "ROUTER_REROUTE": "reroute",
    "ROUTER_MOVE_PRICE": "move_price",
    "ROUTER_TIERS": "tiers",
    "ROUTER_ACKNOWLEDGE": "acknowledge",
    "ROUTER_TLS_CERT": "tls_certificate",
    "ROUTER_TLS_KEY": "tls_private_key",
    "ROUTER_INSECURE_ANYWHERE": "insecure_anywhere",
    "ROUTER_REFLECTION": "reflection",
    "ROUTER_LOG": "log_format",
    "ROUTER_PROCESSES": "processes",
    "ROUTER_PIN": "pin",
    "ROUTER_ONE_CORE": "one_core",
    "ROUTER_SEAT": "seat",
    "ROUTER_SHARES_PORT": "shares_port",
}
OTHERS = frozenset({"ROUTER_DATA", "ROUTER_TLS_CA"})
"""Variables of the benchmarks and of the client commands; not the server's, but not mistakes either."""

NEEDED = (("payments_key", "payments"), ("carriers_key", "carriers"), ("book_when_picked", "carriers"))
"""Settings that do nothing without the other."""

LOG_FORMATS = ("", "text", "json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """`database` is a file, `:memory:`, or the address of a PostgreSQL database.

    `reflection` None: on where only this machine can reach the address.

    `model_effort`: deterministic seconds that OR-Tools may spend on one order that the kernels left open;
    0 = none, None = the solver's own default.
    `queue_wait`: milliseconds; orders that would wait longer for their turn are refused with QUEUE_FULL.
    `clock_jump`: seconds; a clock that leaps ahead by more is not believed, and nothing expires by it.
    `look_ahead`: where forecasts come from, HISTORY or a CSV file; empty = nobody looks ahead. `look_ahead_days`: how
    far, which is about when stock is filled up again. `look_ahead_sells`: per cent of what is there that is meant to
    be sold by then; None = as much as the forecast says. `look_ahead_laid_in`: when goods began to be laid in at the
    nodes nearest to who wants them; None = they lie anywhere.
    `reroute`: seconds after which all that can move is decided again, besides whenever something calls for it; None =
    only when somebody asks. `move_price`: minor units that each shipment which changes must save. `tiers`: of orders
    that wait for the same goods and were promised the same day, those of these tiers come first, in this order.
    `payments`: the URL of a provider, or `fake`; empty: only cash on delivery is taken. `payments_key` is a file.
    `metrics_address`: where the page for Prometheus is; empty: nowhere.
    `check_addresses`: orders that come with a recipient say in their attributes what is wrong with the address.
    `carriers`: the URL of who takes bookings, or `fake`; empty: nobody. `book_when_picked`: every shipment by itself.
    `delays`: what misses its day is found and told by itself; without it only what is reported or asked for is.
    `collect`: what left is captured, and what nobody needs released, by itself.
    `chart`: the file of the chart of accounts; None = the one that is built in.
    `log_format` empty: text on a terminal, JSON elsewhere. `verify`: judge every plan independently before booking it.
    """

    database: str = MEMORY
    address: str = ADDRESS
    rules: tuple[Path, ...] = ()
    sinks: Path | None = None
    payments: str = ""
    payments_key: Path | None = None
    metrics_address: str = ""
    check_addresses: bool = False
    carriers: str = ""
    carriers_key: Path | None = None
    book_when_picked: bool = False
    delays: bool = False
    chart: Path | None = None
    collect: bool = False
    verify: bool = False
    model_effort: float | None = None
    clock_jump: int = CLOCK_JUMP_SECONDS
    queue_wait: int = QUEUE_WAIT_MILLISECONDS
    look_ahead: str = ""
    look_ahead_days: int = LOOK_AHEAD_DAYS
    look_ahead_sells: int | None = None
    look_ahead_laid_in: Instant | None = None
    reroute: int | None = None
    move_price: int = 0
    tiers: tuple[str, ...] = ()
    acknowledge: int | None = None
    """Seconds within which suppliers must acknowledge what is released to them; None: nobody looks."""
    tls_certificate: Path | None = None
    tls_private_key: Path | None = None
    insecure_anywhere: bool = False
    reflection: bool | None = None
    log_format: str = ""
    processes: int = 1
    """Servers behind the address, all on one PostgreSQL database."""
    pin: tuple[int, ...] = ()
    """Cores to stay on, by number; of several processes each has one of them. Empty: wherever the system likes."""
    one_core: bool = True
    """Whether the threads that take turns share a core."""
    seat: int | None = None
    """The place among several processes: those next to each other begin on different cores. None: there are none."""
    shares_port: bool = False
    """Others of the same supervisor listen on the same port."""


def read_settings(flags: Mapping[str, str | None], environment: Mapping[str, str]) -> Settings:
    """Settings from `flags` (by field name, None where not given) and `environment`.

    Paths of `rules` are separated like those of `PATH`. A `ROUTER_` variable that nobody reads is refused:
    it is a misspelled one.
    """
    texts: dict[str, str] = {}
    for variable, value in sorted(environment.items()):
        if variable in VARIABLES:
            texts[VARIABLES[variable]] = value
        elif variable.startswith("ROUTER_") and variable not in OTHERS:
            raise SettingsRefused(unknown_variable(variable))
    texts.update({name: value for name, value in flags.items() if value is not None})
    if texts.get("database") == "":
        # A variable that was to be filled in: books in memory would be gone with the server.
        raise SettingsRefused(
            f"database is empty, must be a file, postgresql://… or {MEMORY}, which keeps nothing"
        )
    settings = settings_of(texts)
    refuse_idle(texts, settings)
    return settings


def settings_of(texts: Mapping[str, str]) -> Settings:
    """Settings by field name; what is not there, or empty, has its default."""
    return Settings(
        database=texts.get("database") or MEMORY,
        address=address_of(texts.get("address") or ADDRESS),
        rules=tuple(Path(path) for path in texts.get("rules", "").split(os.pathsep) if path),
        sinks=path_of(texts.get("sinks")),
        payments=provider_of("payments", texts.get("payments", "")),
        payments_key=path_of(texts.get("payments_key")),
        metrics_address=page_address(texts.get("metrics_address", "")),
        check_addresses=truth("check_addresses", texts.get("check_addresses", "")),
        carriers=provider_of("carriers", texts.get("carriers", "")),
        carriers_key=path_of(texts.get("carriers_key")),
        book_when_picked=truth("book_when_picked", texts.get("book_when_picked", "")),
        delays=truth("delays", texts.get("delays", "")),
        chart=path_of(texts.get("chart")),
        collect=truth("collect", texts.get("collect", "")),
        verify=truth("verify", texts.get("verify", "")),
        model_effort=effort_of(texts["model_effort"]) if texts.get("model_effort") else None,
        clock_jump=seconds_of("clock_jump", texts["clock_jump"])
        if texts.get("clock_jump")
        else CLOCK_JUMP_SECONDS,
        queue_wait=number(texts, "queue_wait", QUEUE_WAIT_MILLISECONDS, 10, QUEUE_WAIT_MILLISECONDS_MAX),
        look_ahead=texts.get("look_ahead", ""),
        look_ahead_days=days_of("look_ahead_days", texts["look_ahead_days"])
        if texts.get("look_ahead_days")
        else LOOK_AHEAD_DAYS,
        look_ahead_sells=number(texts, "look_ahead_sells", None, 1, 100),
        look_ahead_laid_in=laid_in_of(texts) if texts.get("look_ahead_laid_in") else None,
        reroute=number(texts, "reroute", None, 1, REROUTE_SECONDS_MAX),
        move_price=number(texts, "move_price", 0, 0, AMOUNT_MINOR_MAX),
        acknowledge=number(texts, "acknowledge", None, 1, ACKNOWLEDGE_SECONDS_MAX),
        tiers=tuple(tier for tier in texts.get("tiers", "").split(",") if tier),
        tls_certificate=path_of(texts.get("tls_certificate")),
        tls_private_key=path_of(texts.get("tls_private_key")),
        insecure_anywhere=truth("insecure_anywhere", texts.get("insecure_anywhere", "")),
        reflection=truth("reflection", texts["reflection"]) if texts.get("reflection") else None,
        log_format=choice("log_format", texts.get("log_format", ""), LOG_FORMATS),
        processes=number(texts, "processes", 1, 1, PROCESSES_MAX),
        pin=tuple(whole("pin", core, 0, CORE_MAX) for core in texts.get("pin", "").split(",") if core),
        one_core=truth("one_core", texts.get("one_core") or "yes"),
        seat=number(texts, "seat", None, 0, PROCESSES_MAX),
        shares_port=truth("shares_port", texts.get("shares_port", "")),
    )


def refuse_idle(texts: Mapping[str, str], settings: Settings) -> None:
    """Refuse what says how to do something that nobody does: it would do nothing, and nobody would know."""
    for name in ("look_ahead_days", "look_ahead_sells"):
        if texts.get(name) and not texts.get("look_ahead"):
            raise SettingsRefused(
                f"{name} is `{texts[name]}`, but nobody looks ahead; say from what with look_ahead, `{HISTORY}` or a"
                f" CSV file, or leave {name} out"
            )
    for name, needed in NEEDED:
        if getattr(settings, name) and not getattr(settings, needed):
            raise SettingsRefused(
                f"{name} is `{texts[name]}`, but there are no {needed}; name them by {needed}, or leave {name} out"
            )


def unknown_variable(variable: str) -> str:
    near = get_close_matches(variable, sorted(VARIABLES), n=1)
    hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(sorted(VARIABLES))}"
    return f"the environment has `{variable}`, which router does not know; {hint}"
