"""Which papers of a shipment are wanted, and who draws them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from router.api.v1 import fulfillment_pb2 as pb
from router.app.fulfillment.labels import Label
from router.connectors.labels.pdf import pdf_label, pdf_packing_list
from router.connectors.labels.zpl import zpl_label
from router.service.faults import Faults
from router.service.from_proto.keys import shipment_id_of


@dataclass(frozen=True, slots=True)
class Paper:
    """A kind of paper and what draws it."""

    media_type: str
    draw: Callable[[tuple[Label, ...]], bytes]


PAPERS: Mapping[pb.LabelFormat.ValueType, Paper] = {
    pb.LABEL_FORMAT_ZPL: Paper("text/plain; charset=utf-8", zpl_label),
    pb.LABEL_FORMAT_PDF: Paper("application/pdf", pdf_label),
    pb.LABEL_FORMAT_PACKING_LIST_PDF: Paper("application/pdf", pdf_packing_list),
}


def label_request(request: pb.GetLabelRequest) -> tuple[str, Paper]:
    """The shipment and the paper."""
    faults = Faults()
    shipment_id_of(request.shipment_id, "shipment_id", faults)
    paper = PAPERS.get(request.format)
    if paper is None:
        names = ", ".join(pb.LabelFormat.keys()[1:])
        faults.add("format", "UNKNOWN_VALUE", f"format is {request.format}, must be one of {names}")
    faults.raise_if_any()
    assert paper is not None, "refused above"
    return request.shipment_id, paper
