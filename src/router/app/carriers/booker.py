"""The booker: asks a carrier, then has booked what it said.

    known answer? ⇒ the engine repeats it
    the carrier, under a key made of the shipment, how often it was booked, and what is asked ⇒ the engine books it

A crash in between costs nothing: asked again under the same key the carrier gives the same booking. One that the engine
refuses, because the shipment changed meanwhile, is voided at the carrier.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from hashlib import sha256
from threading import Lock
from uuid import uuid4

from router.app.answers.answer import Answered
from router.app.answers.carriers import ManifestClosed
from router.app.books.booking_book import PER_MANIFEST_MAX, no_booking, refuse_unopen
from router.app.carriers.book_shipment import refuse_booked
from router.app.carriers.carrier_queries import CarrierQueries, manifest_id_of
from router.app.commands.carriers import (
    BookShipment,
    CloseManifest,
    DeclineVoid,
    TellManifest,
    VoidBooking,
)
from router.app.commands.command import Command
from router.app.engine_port import Engine
from router.app.ports.carrier_api import (
    AskedBooking,
    AskedManifest,
    CarrierApi,
    CarrierDeclined,
    CarrierUnreachable,
)
from router.app.records.booking_filter import BookingFilter
from router.domain.reasons import Reason, RouterError
from router.ledger.bookings import Booking, Manifest

TRY_OTHERWISE = "mend that or let another service level take it"
SETTLE = "the booking stands there: settle it with the carrier, or ask once more with a new `request_id`"

LOCKS = 64


class Booker:
    """Any thread may ask. Every method blocks until the carrier and the commit have answered."""

    def __init__(self, queries: CarrierQueries, engine: Engine, api: CarrierApi | None) -> None:
        self._queries = queries
        self._engine = engine
        self._api = api
        # Two requests about one shipment would both find it unbooked.
        self._locks = tuple(Lock() for _ in range(LOCKS))

    @property
    def is_served(self) -> bool:
        return self._api is not None

    def book(self, command: BookShipment) -> Answered:
        """Refuses with CARRIER_NOT_SERVED, CARRIER_DECLINED, CARRIER_UNREACHABLE, BOOKING_EXISTS."""
        with self._alone(command.shipment_id):
            if self._queries.is_answered(command.request_id):
                return self._submit(command)
            asked, count, last = self._queries.ask(command.shipment_id)
            refuse_booked(last)
            api, key = self._reach(), key_of(asked, count + 1)
            with told_as_refusals(command.shipment_id):
                said = api.book(asked, key)
            try:
                return self._submit(replace(command, said=said))
            except RouterError as refused:
                if refused.reason not in UNDECIDED:
                    with told_as_refusals(command.shipment_id, SETTLE):
                        api.void(said.carrier_booking_id, f"{key}/void")
                raise

    def void(self, command: VoidBooking) -> Answered:
        """Refuses with BOOKING_NOT_FOUND, BOOKING_STATE_FORBIDS, CARRIER_DECLINED, CARRIER_UNREACHABLE, and with
        ORDER_STATE_FORBIDS what has left. A carrier's no is kept with the booking.
        """
        with self._alone(command.shipment_id):
            if self._queries.is_answered(command.request_id):
                return self._submit(command)
            booking = self._queries.find_booking(command.shipment_id)
            if booking is None:
                raise no_booking(command.shipment_id)
            refuse_unopen(booking)
            self._queries.refuse_left(command.shipment_id)
            try:
                with told_as_refusals(command.shipment_id, SETTLE):
                    self._reach().void(booking.carrier_booking_id, void_key_of(booking, command))
            except RouterError as refused:
                if refused.reason is Reason.CARRIER_DECLINED:
                    self._submit(
                        DeclineVoid(
                            request_id=f"void-declined/{uuid4()}",
                            body_digest=b"",
                            shipment_id=command.shipment_id,
                            number=booking.number,
                            decline_code=str(refused.facts.get("decline_code", "")),
                        )
                    )
                raise
            return self._submit(command)

    def close_manifest(self, command: CloseManifest) -> Answered:
        """Hand over first, then tell the carrier; the same request again tells it if it did not answer."""
        with self._alone(f"{command.node_id} {command.carrier_id}"):
            api = self._reach()
            answered = self._submit(command)
            closed = answered.answer
            assert isinstance(closed, ManifestClosed), "a manifest is closed"
            if closed.manifest is None:
                return answered
            manifest = self._queries.get_manifest(closed.manifest.number)
            if manifest.carrier_reference:
                return Answered(answer=shown(closed, manifest), replayed=answered.replayed)
            told = self._tell(api, manifest)
            return Answered(answer=shown(closed, told), replayed=answered.replayed)

    def close(self) -> None:
        """Let go of the carrier; not asked again."""
        if self._api is not None:
            self._api.close()

    def _tell(self, api: CarrierApi, manifest: Manifest) -> Manifest:
        where = BookingFilter(manifest=manifest.number)
        bookings = self._queries.list_bookings(PER_MANIFEST_MAX, "", where).items
        asked = AskedManifest(
            manifest_id=manifest_id_of(manifest.number),
            carrier_id=manifest.carrier_id,
            node_id=manifest.node_id,
            date=date.fromordinal(manifest.day).isoformat(),
            carrier_booking_ids=tuple(one.carrier_booking_id for one in bookings),
        )
        with told_as_refusals(asked.manifest_id, "mend that and close it again"):
            reference = api.close_manifest(asked, asked.manifest_id)
        command = TellManifest(
            request_id=f"manifest/{uuid4()}",
            body_digest=b"",
            number=manifest.number,
            carrier_reference=reference,
        )
        told = self._submit(command).answer
        assert isinstance(told, ManifestClosed), "a manifest is answered"
        assert told.manifest is not None, "there is one"
        return told.manifest

    def _reach(self) -> CarrierApi:
        if self._api is None:
            raise RouterError(
                Reason.CARRIER_NOT_SERVED,
                "nobody here takes bookings; start the server with --carriers URL, or with --carriers fake to try it",
            )
        return self._api

    def _submit(self, command: Command) -> Answered:
        return self._engine.submit(command).result()

    def _alone(self, name: str) -> Lock:
        return self._locks[hash(name) % LOCKS]


UNDECIDED = frozenset(
    {
        Reason.COMMIT_INDETERMINATE,
        Reason.QUEUE_FULL,
        Reason.DEADLINE_PASSED,
        Reason.DRAINING,
        Reason.READ_ONLY,
        Reason.INTERNAL,
    }
)
"""After these the same request is sent again, and finds its booking at the carrier."""


def key_of(asked: AskedBooking, number: int) -> str:
    """The same for the same question; another one once what is asked was mended after a no."""
    digest = sha256(repr(asked).encode()).hexdigest()[:16]
    return f"{asked.shipment_id}/book/{number}/{digest}"


def void_key_of(booking: Booking, command: VoidBooking) -> str:
    """The same whoever asks first; after a no another one for each request, since a carrier repeats its no."""
    key = f"booking/{booking.number}/void"
    return f"{key}/{command.request_id}" if booking.void_decline_code else key


def shown(closed: ManifestClosed, manifest: Manifest) -> ManifestClosed:
    return ManifestClosed(manifest=manifest, shipment_ids=closed.shipment_ids, left_out=closed.left_out)


@contextmanager
def told_as_refusals(subject: str, next_step: str = TRY_OTHERWISE) -> Iterator[None]:
    """What a carrier ends with, as reasons of ours; `next_step`: what helps when it says no."""
    try:
        yield
    except CarrierUnreachable as error:
        raise RouterError(
            Reason.CARRIER_UNREACHABLE,
            f"the carrier of `{subject}` does not answer ({error}); send the same request again, it asks under the"
            " same key",
            subject=subject,
        ) from error
    except CarrierDeclined as error:
        raise RouterError(
            Reason.CARRIER_DECLINED,
            f"the carrier of `{subject}` says no: {error}; {next_step}",
            subject=subject,
            decline_code=str(error),
        ) from error
