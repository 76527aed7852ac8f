"""What is wrong with an address, in codes; and the rules that read them."""

import re
from pathlib import Path

import pytest

from router.connectors.intake.addresses import check_address
from router.connectors.intake.captured import Terms
from router.connectors.intake.formats import FORMATS
from router.domain.recipient import Recipient
from router.rules.ruleset import compile_rules

PAGE = Path(__file__).resolve().parents[2] / "docs/intake.md"


def a_recipient(*street: str, city: str = "Lyon", email: str = "", phone: str = "") -> Recipient:
    return Recipient(street_lines=street, city=city, email=email, phone=phone)


@pytest.mark.parametrize(
    ("to", "country", "region", "postal_code", "text"),
    [
        (a_recipient("12 rue de la Paix"), "FR", "", "69001", "ok"),
        (a_recipient("12 rue de la Paix"), "FR", "", "6900", "POSTAL_CODE_INVALID"),
        (a_recipient("12 rue de la Paix", city=""), "FR", "", "", "CITY_MISSING,POSTAL_CODE_MISSING"),
        (a_recipient("1 Main St", city="Reno"), "US", "NV", "89501", "ok"),
        (a_recipient("1 Main St", city="Reno"), "US", "Nevada", "89501", "ok"),
        (a_recipient("1 Main St", city="Reno"), "US", "XX", "89501", "REGION_INVALID"),
        (a_recipient("1 Main St", city="Reno"), "US", "NV", "10001", "POSTAL_CODE_INVALID"),
        (
            a_recipient("1 Main St", email="ada@", phone="123"),
            "FR",
            "",
            "69001",
            "EMAIL_INVALID,PHONE_INVALID",
        ),
        (a_recipient("1 Main St", email="a@b.example", phone="04 72 10 30 30"), "FR", "", "69001", "ok"),
        (Recipient(), "FR", "", "", "ok"),
    ],
)
def test_every_fault_of_an_address_has_a_code(
    to: Recipient, country: str, region: str, postal_code: str, text: str
) -> None:
    assert check_address(to, country, region, postal_code).text == text


@pytest.mark.parametrize(
    ("street", "country", "region", "kind"),
    [
        ("12 Boxer Street", "US", "NV", "street"),
        ("P.O. Box 12", "US", "NV", "po_box"),
        ("PO Box 12", "AU", "NSW", "po_box"),
        ("Postfach 10 01", "DE", "", "po_box"),
        ("BP 123", "FR", "", "po_box"),
        ("Packstation 145", "DE", "", "parcel_locker"),
        ("PSC 3 Box 9", "US", "AE", "military"),
    ],
)
def test_where_a_parcel_would_go_is_known(street: str, country: str, region: str, kind: str) -> None:
    assert check_address(a_recipient(street), country, region, "").kind == kind


def test_what_is_found_is_an_attribute_that_says_nothing_of_the_person() -> None:
    table = (
        "order_number,place_time,country,postal_code,street,city,email,sku,quantity\n"
        "1,2026-03-02T09:00Z,FR,6900,BP 12,Lyon,ada.quux,PEN,1\n"
    )

    (captured,) = FORMATS["csv"](table.encode(), Terms(channel="web", currency="EUR")).orders

    assert captured.order.attributes == {
        "address_check": "EMAIL_INVALID,POSTAL_CODE_INVALID",
        "address_kind": "po_box",
    }


def test_the_rules_of_the_page_compile() -> None:
    counts = []
    for number, rules in enumerate(
        re.findall(r"^```yaml\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.M | re.S)
    ):
        compilation = compile_rules({f"page-{number}.yaml": rules.encode()})
        assert [str(one) for one in compilation.diagnostics] == []
        assert compilation.rules is not None
        counts.append(compilation.rules.rule_count)

    assert counts == [1, 2, 1]
