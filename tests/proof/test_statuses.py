"""The classification of statuses: what is documented passes, everything else is seen."""

from concurrent.futures import ThreadPoolExecutor

import grpc
import pytest

from router.domain.reasons import Reason, RouterError
from router.service.errors import DETAILS_KEY, wire_error
from router.service.status import STATUS_OF
from tests.proof.statuses import WATCHED, fault_of


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_passes_with_its_own_status_and_with_no_other(reason: Reason) -> None:
    trailers = ((DETAILS_KEY, wire_error(RouterError(reason, "no")).details),)
    codes = [code for code in grpc.StatusCode if not fault_of(code, trailers)]

    assert codes == [STATUS_OF[reason].code]


@pytest.mark.parametrize("code", [grpc.StatusCode.UNKNOWN, grpc.StatusCode.INTERNAL, grpc.StatusCode.ABORTED])
def test_a_status_that_only_a_fault_can_cause_is_seen(code: grpc.StatusCode) -> None:
    assert fault_of(code, ()) == f"{code.name} without a reason"


def test_a_channel_that_a_test_opens_is_watched() -> None:
    server = grpc.server(ThreadPoolExecutor(1))
    handler = grpc.unary_unary_rpc_method_handler(lambda payload, context: 1 / 0)
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("odd.Odd", {"Do": handler}),))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel, pytest.raises(grpc.RpcError):
        channel.unary_unary("/odd.Odd/Do")(b"")
    server.stop(None)
    seen = list(WATCHED)
    WATCHED.clear()

    assert seen == ["UNKNOWN without a reason"]
