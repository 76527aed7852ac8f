"""Bugs in what an order is charged: its amounts, shipping and taxes, its payment on account, its carriers."""

from collections.abc import Mapping

from tests.proof.bug import Bug

CHARGES = ("tests/app/test_charges.py",)
INTAKE = ("tests/connectors/test_intake.py",)
UNPAID = ("tests/app/test_on_account.py",)
CARRIERS = ("tests/app/test_carrier_charges.py",)

MONEY_BUGS: Mapping[str, Bug] = {
    "the share of each unit is rounded by itself": Bug(
        "domain/charges.py",
        "    return share(total, upto, whole) - share(total, after, whole)\n",
        "    return share(total, upto - after, whole)\n",
        CHARGES,
    ),
    "an order owes its shipping only with its last unit": Bug(
        "domain/charges.py",
        "if any(units.values()) else 0)",
        "if sum(units.values()) == sum(line.quantity for line in order.lines) else 0)",
        CHARGES,
    ),
    "a shop's line that lost units comes in with its whole amount": Bug(
        "domain/charges.py",
        "    charge = share(amount, line.quantity, units)\n",
        "    charge = amount\n",
        INTAKE,
    ),
    "units given back are shared as if none were before": Bug(
        "app/returns/refund_parts.py",
        "        first, last = after[line_id], after[line_id] + quantity\n",
        "        first, last = 0, quantity\n",
        CHARGES,
    ),
    "every shipment is sold with the shipping of the order": Bug(
        "app/accounting/sold_order.py",
        "shipping = 0 if any(before.values()) else order.shipping_minor or 0",
        "shipping = order.shipping_minor or 0",
        CHARGES,
    ),
    "an order decided before rules were asked leaves unpaid whatever its payments cover": Bug(
        "app/payments/coverage.py",
        "        return not books.payments.of_order(filed.account.order_id)\n",
        "        return True\n",
        UNPAID,
    ),
    "a carrier is owed what was planned, whatever was booked": Bug(
        "app/accounting/sold_order.py",
        "self.charges.get(number, freight_of(self.history.plan.shipments[number - 1]))",
        "freight_of(self.history.plan.shipments[number - 1])",
        CARRIERS,
    ),
    "what leaves keeps no charge of its booking": Bug(
        "app/fulfillment/dispatch_shipment.py",
        "dispatch_time=at, charge_minor=charge)",
        "dispatch_time=at)",
        CARRIERS,
    ),
    "an order costs its planned freight and the charge of its booking": Bug(
        "app/metrics/facts.py",
        "PAID if charge_minor is None else PAID - {CostKind.FREIGHT}",
        "PAID",
        CARRIERS,
    ),
}
