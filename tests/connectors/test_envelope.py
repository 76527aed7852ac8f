"""What leaves: envelopes that a stranger's library reads, data that its schema allows, nothing personal."""

import json
from datetime import UTC, datetime

import pytest
from cloudevents.core.formats.json import JSONFormat
from jsonschema import Draft202012Validator

from router.connectors.envelope import envelope_of, event_id_of
from router.connectors.event_types import EVENT_TYPES, data_of, schema_of
from router.ledger.event_kinds import EventKind
from tests.connectors.builders import TIME, an_event


def test_the_envelope_is_a_cloud_event() -> None:
    read = JSONFormat().read(None, envelope_of(an_event(7), "urn:shop"))

    assert read.get_specversion() == "1.0"
    assert read.get_id() == f"7-{TIME + 7}"
    assert read.get_source() == "urn:shop"
    assert read.get_type() == "router.order.routed.v1"
    assert read.get_subject() == "A-1"
    assert read.get_time() == datetime(2026, 11, 16, 12, 0, 0, 7, tzinfo=UTC)
    assert read.get_extension("partitionkey") == "A-1"
    assert read.get_data() == {
        "position": 7,
        "order_id": "A-1",
        "state": "ALLOCATED",
        "decision_id": "d-000000000007",
        "shipments": [
            {"shipment_id": "A-1/1", "node_id": "lyon"},
            {"shipment_id": "A-1/2", "node_id": "lille"},
        ],
        "text": "ALLOCATED: 2 shipments from lyon, lille",
    }


def test_sequences_sort_as_text_as_their_positions_do() -> None:
    sequences = [
        json.loads(envelope_of(an_event(number, time=TIME)))["sequence"] for number in (2, 10, 1 << 62)
    ]

    assert sequences == sorted(sequences)


def test_an_event_of_no_order_has_neither_subject_nor_partition() -> None:
    assert not {"subject", "partitionkey"} & json.loads(envelope_of(an_event(1, ""))).keys()


def test_the_same_position_at_another_time_is_another_event() -> None:
    assert event_id_of(an_event(3)) != event_id_of(an_event(3, time=TIME))


def test_why_an_order_was_canceled_stays_inside() -> None:
    event = an_event(4, kind=EventKind.ORDER_CANCELED, subject="Mrs Smith called", state="CANCELED")

    assert b"Smith" not in envelope_of(event)


def test_every_kind_of_event_is_told_under_a_name_of_its_own() -> None:
    assert set(EVENT_TYPES) == set(EventKind)
    assert len({one.name for one in EVENT_TYPES.values()}) == len(EventKind)


@pytest.mark.parametrize("kind", list(EventKind))
def test_the_data_of_each_kind_is_what_its_schema_says(kind: EventKind) -> None:
    schema = schema_of(kind)
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    states = [field["enum"][0] for name, field in schema["properties"].items() if name.endswith("state")]
    subject = "7" if kind.name.startswith("DELAY_") else "A-1/1"
    data = data_of(an_event(5, kind=kind, subject=subject, state=[*states, "ALLOCATED"][0]))

    assert list(validator.iter_errors(data)) == []
    for name in schema["required"]:
        assert not validator.is_valid({key: value for key, value in data.items() if key != name})
