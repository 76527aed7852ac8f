"""A wave's answer: its progress, its outcomes in chunks, and in the end the sum."""

from collections.abc import Iterator

from router.api.v1 import routing_pb2
from router.app.answers.decided import Routed, WaveRouted
from router.routing.wave.wave import Standing
from router.service.to_proto.plans import gap_ppm
from router.service.to_proto.routing import result_message

RESULTS_PER_MESSAGE = 500


def progress_message(standing: Standing, elapsed_micros: int) -> routing_pb2.RouteWaveResponse:
    return routing_pb2.RouteWaveResponse(
        progress=routing_pb2.WaveProgress(
            phase=standing.phase,
            elapsed_micros=elapsed_micros,
            objective_milli=standing.objective_milli,
            bound_milli=standing.bound_milli,
            gap_ppm=gap_ppm(standing.objective_milli, standing.bound_milli),
        )
    )


def wave_messages(answer: WaveRouted, *, replayed: bool) -> Iterator[routing_pb2.RouteWaveResponse]:
    """Outcomes in the order of the request, then the summary."""
    results = answer.results
    for start in range(0, len(results), RESULTS_PER_MESSAGE):
        chunk = [result_message(result) for result in results[start : start + RESULTS_PER_MESSAGE]]
        yield routing_pb2.RouteWaveResponse(results=routing_pb2.WaveResults(results=chunk))
    yield routing_pb2.RouteWaveResponse(
        summary=routing_pb2.WaveSummary(
            order_count=len(results),
            joint_count=answer.joint_count,
            served_count=sum(isinstance(one, Routed) and not one.plan.unshipped for one in results),
            objective_milli=answer.objective_milli,
            bound_milli=answer.bound_milli,
            gap_ppm=gap_ppm(answer.objective_milli, answer.bound_milli),
            replayed=replayed,
            search_cut=answer.is_cut,
            redecided_count=answer.redecided_count,
            without_substitutes_order_ids=answer.without_substitutes,
            without_transfers_count=answer.without_transfers_count,
        )
    )
