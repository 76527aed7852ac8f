"""What `+ ~ -` say: meanings are compared, not spellings."""

from router.planning.effects.difference import Edit, difference
from tests.planning.recorded import a_pack

BOX = "  - {id: box, when: order.total > eur(20), per: shipment, amount: eur(1)}"


def edits(base, candidate) -> list[str]:
    return [f"{edit.mark.value} {edit.name} {edit.short}" for edit in difference(base, candidate)]


def test_names_added_changed_and_removed_rules():
    base = a_pack("costs:", BOX, "  - {id: old, per: parcel, amount: eur(2)}")
    candidate = a_pack(
        "costs:",
        BOX.replace("eur(1)", "eur(3)"),
        '  - {id: new, when: order.tier == "GOLD", per: unit, amount: eur(4)}',
    )

    assert edits(base, candidate) == [
        "~ shop/box amount: eur(1) → eur(3)",
        '+ shop/new when: order.tier == "GOLD", per: unit, amount: eur(4)',
        "- shop/old per: parcel, amount: eur(2)",
    ]


def test_another_spelling_of_the_same_is_no_edit():
    spelled = "  - {id: box, when: eur(20.00) < order.total, because: it is, per: shipment, amount: eur(1.0)}  # dear"

    assert difference(a_pack("costs:", BOX), a_pack("costs:", spelled, owner="somebody")) == ()


def test_a_change_inside_a_condition_names_its_key():
    assert edits(a_pack("costs:", BOX), a_pack("costs:", BOX.replace("eur(20)", "eur(30)"))) == [
        "~ shop/box when: … eur(20) → eur(30)"
    ]


def test_headers_are_compared_key_by_key():
    base = a_pack("costs:", BOX)
    candidate = a_pack(
        "costs:", BOX, priority="20", applies='dest.country == "DE"', objective="{ties: [distance]}"
    )

    assert [(edit.name, edit.before, edit.after) for edit in difference(base, candidate)] == [
        ("shop/applies", 'applies: dest.country == "FR"', 'applies: dest.country == "DE"'),
        ("shop/priority", "priority: 10", "priority: 20"),
        ("shop/ties", "ties: none", "ties: distance"),
    ]


def test_a_rule_that_overtakes_others_is_named_where_the_first_match_decides():
    gold = '  - {id: gold, when: order.tier == "GOLD", max_shipments: 2}'
    web = '  - {id: web, when: order.channel == "web", max_shipments: 3}'
    last = "  - {id: default, max_shipments: 1}"

    assert difference(a_pack("splits:", gold, web, last), a_pack("splits:", web, gold, last)) == (
        Edit(mark="~", name="shop/web", block="splits", before="place 2", after="place 1"),
    )


def test_the_sequence_of_prices_means_nothing():
    late = "  - {id: late, per: late_day, amount: eur(2)}"

    assert difference(a_pack("costs:", BOX, late), a_pack("costs:", late, BOX)) == ()
