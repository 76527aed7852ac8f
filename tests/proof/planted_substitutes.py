"""Bugs in what stands in for what was asked for: its price, its consent, what is seen of it, what waits instead."""

from collections.abc import Mapping

from tests.proof.bug import Bug

PLANS = ("tests/routing/test_substitutes.py", "-k", "not decides_like and not no_choice")
MOVES = ("tests/routing/test_substitutes_that_move.py", "-k", "not batch_of_both and not no_choice")
CERTIFICATES = ("tests/routing/test_certificates_of_substitutes.py", "-k", "not random")
LOST = ("tests/app/test_planned_transfers.py", "-k", "substitute")
WAVES = ("tests/routing/test_wave_as_asked.py",)

SUBSTITUTE_BUGS: Mapping[str, Bug] = {
    "nobody pays for a substitute": Bug(
        "routing/batch/substituted.py",
        "amount[number] = substitution.unit_milli",
        "amount[number] = 0",
        PLANS,
    ),
    "every customer takes every substitute": Bug(
        "routing/offers.py",
        "(takes_any or one.consent_assumed) and",
        "",
        PLANS,
    ),
    "of equal plans the first found is taken, replaced or not": Bug(
        "routing/substitutes.py",
        "best = min(variants, key=lambda one: (one.rank, one.replaced))",
        "best = min(reversed(variants), key=lambda one: one.rank)",
        PLANS,
    ),
    "what is left out waits as the substitute": Bug(
        "routing/plan/plans.py", "sku = line.wanted.sku", "sku = line.sku", PLANS
    ),
    "nobody looks at the days of hubs of variants": Bug(
        "routing/substitutes.py", "if gathers(one.solved)),", "if False),", MOVES
    ),
    "what is moved is named as if it had been asked for": Bug(
        "routing/plan/gathered.py", "quantity=count, asked_sku=asked_sku", "quantity=count", MOVES
    ),
    "a substitute that is lost on the way waits as itself": Bug(
        "app/transfers/arrive_for_shipment.py",
        "credit=outside(Bucket.DEMAND_OPEN, asked[part.line_id])",
        "credit=outside(Bucket.DEMAND_OPEN, part.account.sku)",
        LOST,
    ),
    "a certificate hides what a substitute costs": Bug(
        "routing/certificates/alone.py",
        "solved.problem.money_weight * line.substitution.unit_milli * units",
        "0 * units",
        CERTIFICATES,
    ),
    "the referee believes every product": Bug(
        "referee/certificate.py", "not in f\"+{lines[one['line']]['name']}+\":", "== '':", CERTIFICATES
    ),
    "a wave does not say whom it offers nothing": Bug(
        "routing/wave/wave.py", "if order_id in self.offered)", "if False)", WAVES
    ),
}
