"""What the settings name outside of the process: the store, files, providers, carriers."""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from router.app.look_ahead.past_orders import PastOrders
from router.app.look_ahead.pricer import PricedEngine, Pricer
from router.app.ports.carrier_api import CarrierApi
from router.app.ports.clock import Clock
from router.app.ports.payment_provider import PaymentProvider
from router.app.ports.store import Store, StoreUnusable
from router.connectors.carriers.fake import FakeCarrier
from router.connectors.chart_file import ChartRefused, read_chart
from router.connectors.forecast_file import ForecastFile, ForecastRefused, read_forecast
from router.connectors.payments.fake import FakeProvider
from router.connectors.payments.nobody import Nobody
from router.connectors.sinks_file import SinkPlan, SinksRefused, read_sinks
from router.ledger.accounting.chart import Chart
from router.ledger.payments import PaymentMethod
from router.setting_texts import FAKE_PAYMENTS, HISTORY
from router.settings import FAKE_CARRIERS, MEMORY, Settings
from router.stores.addresses import is_address
from router.stores.memory.store import MemoryStore
from router.stores.sqlite.store import SqliteStore
from router.wiring.refused import USAGE, ServerRefused


def open_store(database: str) -> Store:
    """In memory, in a PostgreSQL database whose address is given, or in a file. Raises StoreUnusable."""
    if database == MEMORY:
        return MemoryStore()
    if not is_address(database):
        return SqliteStore(Path(database))
    try:
        from router.stores.postgres.store import PostgresStore
    except ImportError as error:
        raise StoreUnusable(
            f"PostgreSQL needs a driver that is not here ({error}); install it with: pip install 'router[postgres]'"
        ) from error
    return PostgresStore(database)


def providers_of(settings: Settings, clock: Clock) -> Mapping[PaymentMethod, PaymentProvider]:
    """Who takes what: cash whoever delivers, everything else the provider that the settings name, if any."""
    on_delivery: Mapping[PaymentMethod, PaymentProvider] = {PaymentMethod.CASH_ON_DELIVERY: Nobody("cash")}
    if not settings.payments:
        return on_delivery
    provider: PaymentProvider
    if settings.payments == FAKE_PAYMENTS:
        provider = FakeProvider(clock.now)
    else:
        try:
            from router.connectors.payments.http import HttpProvider
        except ImportError as error:
            raise ServerRefused(
                USAGE,
                f"a provider needs what is not here ({error}); install it with: pip install 'router[http]'",
            ) from error
        provider = HttpProvider(settings.payments, key_in(settings.payments_key))
    return {**dict.fromkeys(PaymentMethod, provider), **on_delivery}


def carriers_of(settings: Settings) -> CarrierApi | None:
    """Who takes bookings of shipments, if anybody does."""
    if not settings.carriers:
        return None
    if settings.carriers == FAKE_CARRIERS:
        return FakeCarrier()
    try:
        from router.connectors.carriers.http import HttpCarriers
    except ImportError as error:
        raise ServerRefused(
            USAGE,
            f"carriers need what is not here ({error}); install it with: pip install 'router[http]'",
        ) from error
    return HttpCarriers(settings.carriers, key_in(settings.carriers_key))


def key_in(path: Path | None) -> str:
    """The key in a file; none without a file. Refuses with ServerRefused what is no key: calls would go without one."""
    if path is None:
        return ""
    try:
        key = path.read_text().strip()
    except OSError as error:
        raise ServerRefused(USAGE, f"cannot read `{path}`: {error.strerror}") from error
    except UnicodeDecodeError:
        key = ""
    if not key or not key.isascii() or not key.isprintable() or " " in key:
        raise ServerRefused(
            USAGE, f"`{path}` holds no key; it must hold the key of the API alone, in one line without blanks"
        )
    return key


def pricer_of(settings: Settings, engine: PricedEngine, store: Store, clock: Clock) -> Pricer | None:
    """Who makes prices, if anybody looks ahead."""
    if not settings.look_ahead:
        return None
    days, sells = settings.look_ahead_days, settings.look_ahead_sells
    if settings.look_ahead != HISTORY:
        return Pricer(engine, store, ForecastFile(Path(settings.look_ahead), days), clock, sells)
    since = settings.look_ahead_laid_in
    past = PastOrders(store, days, whole=sells is not None, since=since)
    return Pricer(engine, store, past, clock, sells, past if since is not None else None)


def check_forecast_file(settings: Settings) -> None:
    """A file that cannot be used is said before anybody waits for the server."""
    if settings.look_ahead in ("", HISTORY):
        return
    try:
        read_forecast(Path(settings.look_ahead), settings.look_ahead_days)
    except ForecastRefused as error:
        raise ServerRefused(USAGE, str(error), reason="FORECAST_REFUSED", lines=error.lines) from error


def read_rule_files(paths: Iterable[Path]) -> dict[str, bytes]:
    """Rule files by path; of folders, all *.yaml files below them."""
    files: dict[str, bytes] = {}
    for path in paths:
        found = sorted(path.rglob("*.yaml")) if path.is_dir() else [path]
        if not found:
            raise ServerRefused(USAGE, f"no *.yaml files in `{path}`")
        for file in found:
            try:
                files[file.as_posix()] = file.read_bytes()
            except OSError as error:
                raise ServerRefused(USAGE, f"cannot read `{file}`: {error.strerror}") from error
    return files


def read_sink_plans(path: Path | None) -> tuple[SinkPlan, ...]:
    """What the sinks file says; nothing without one."""
    try:
        return () if path is None else read_sinks(path, os.environ)
    except SinksRefused as error:
        raise ServerRefused(USAGE, str(error), reason="SINKS_REFUSED", lines=error.lines) from error


def read_chart_file(path: Path | None) -> Chart:
    """The chart of accounts that the file describes; the one that is built in without a file."""
    try:
        return Chart() if path is None else read_chart(path)
    except ChartRefused as error:
        raise ServerRefused(USAGE, str(error), reason="CHART_REFUSED", lines=error.lines) from error
