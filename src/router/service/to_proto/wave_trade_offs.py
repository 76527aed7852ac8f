"""What many orders together could have had instead, as an answer."""

import time
from collections.abc import Sequence

from router.api.v1 import wave_trade_offs_pb2 as pb
from router.app.queries import Queries
from router.routing.trade_offs.together import (
    Asking,
    ScarceRow,
    WavePoint,
    WaveTradeOffs,
    find_wave_trade_offs,
)
from router.service.certifying import decided_together
from router.service.from_proto.wave_trade_offs import Effort
from router.service.to_proto.plans import gap_ppm
from router.solver.wave.limits import Saving


def list_wave_trade_offs(
    queries: Queries, order_ids: Sequence[str], effort: Effort
) -> pb.ListWaveTradeOffsResponse:
    """Refuses with ORDER_NOT_FOUND, and orders that were not decided together (INVALID_REQUEST)."""
    decisions = [one.decision for one in decided_together(queries, order_ids, "a front is")]
    end, seconds = time.monotonic() + effort.seconds, effort.seconds
    asking = Asking(
        searches_max=effort.searches,
        rows_max=effort.rows,
        keep_going=lambda percent: time.monotonic() < end - seconds * (100 - percent) / 100,
    )
    found = find_wave_trade_offs(decisions, *queries.documents.versions_of(decisions[0]), asking)
    return wave_trade_offs_message(found)


def wave_trade_offs_message(found: WaveTradeOffs) -> pb.ListWaveTradeOffsResponse:
    return pb.ListWaveTradeOffsResponse(
        trade_offs=[point_message(one) for one in found.points],
        decided=None if found.decided is None else point_message(found.decided),
        limit_prices=[
            pb.WaveLimitPrice(limit=limit, saving=saving_message(saving)) for limit, saving in found.limits
        ],
        scarce_rows=[row_message(row) for row in found.rows],
        order_count=found.order_count,
        unit_count=found.unit_count,
        left_out_order_ids=found.left_out,
        search_count=found.searches,
        services_without_co2e=found.unknown_co2e,
        cut=found.is_cut,
    )


def point_message(point: WavePoint) -> pb.WaveTradeOff:
    return pb.WaveTradeOff(
        cost_milli=point.cost_milli,
        bound_milli=point.bound_milli,
        gap_ppm=gap_ppm(point.cost_milli, point.bound_milli),
        unit_days=point.unit_days,
        shipment_count=point.shipment_count,
        co2e_milligrams=point.co2e_milligrams,
        unshipped_units=point.unshipped_units,
        decided=point.is_decided,
    )


def row_message(row: ScarceRow) -> pb.ScarceRow:
    return pb.ScarceRow(
        node_id=row.node_id,
        sku=row.sku or "",
        limit=row.limit,
        price_milli=row.price.price_milli,
        saving=saving_message(row.price.saving),
    )


def saving_message(saving: Saving) -> pb.WaveSaving:
    return pb.WaveSaving(
        found_milli=saving.found_milli, least_milli=saving.least_milli, most_milli=saving.most_milli
    )
