"""A decision stored before there were kits, levels and waiting days is still read, replayed and explained."""

import zlib
from base64 import b85decode

from msgspec.structs import replace

from router.routing.explain.explain import explain
from router.routing.replay import replay, unpack_decision
from tests.routing.builders import a_world

STORED = (
    "c-qBPzjGT!7?qM4TmTI;l$oKS@o*>INxF&{qYw?U<+0Vm&ED>()1tfGV|UL+6pW)}U`QI<9aKuJpE<?22@OqpCWeX`dJ5?M2e5ZC"
    "vYjCiXt-*BzWLtU_rB|mD2rkx?+&>jAnrb(WSotb%`t8x#vnM{0WZO^R6GRXQqmtN3ZkD7kcu*-C}(%Zn8!?s?t>efBLTi%>L(GG"
    "3I#6a1cqhXFw9}ZDO0`2fxe?+0&YmL(7V0>kSAAu|NM>b0?z!u*vq~7>&;<68OVb#bcOfLL)nR^o7MN0SL=<{4<?_)h-u7j{y1h-"
    "xsjkaMPOV!UHWO%(M!7QL~$Qfd(I()DWouyW^H}BzOuHlK)Le5C=a6m=`)Ik@MG?!`qIdKE0;uqhg5<~Q1>MFa_yssNGU<RSb@AX"
    "@M%jOc0nFR6nEmtWtwA(^oRhaQtNgZY@)$PjFmjNcbW2lp%D5Lj1>4>bo;X%pnhAqzCfXTnm?Tez<kwq!;nmND4CC@?fD@+9JSGB"
    "AyS$Sgb@g&VgciowRdaP_2z|wcM|~tpgEf-_b%!6zmzc4HpHFYxe&LsFM<H_i?VuW3j?N~FMllCGzx(!>3W=Zfb7mh9DsBQ^|gP0"
    "xei6oz?M~TDlKec({fPDYgxGBIHi{76s$rSfn|bKvK-GTS{PZ5?Kq}auGj^yV%tXy)D9P&1)yP8isd3|8K~&kr4lYxydtS!g0SIK"
    "z$hCU*03$)ITgopNYTU=!r1o8rd={B1$&hFPWF<FsrFwG(A^`9B80U!&*md&wYX5dM-o)#A?b$b)05oQSFe8`>S^E-P$0B<sSYW2"
    "C1B2o{NbJH*Xj4ol(V3lU3@ao9%f&SbXHX?$Bm6<ZEdAK3bn^MnKm}6>+V*yx%DmgJ_fAlHq0wH$-VybwZzk@Cl?k5sS>YE7n&b@"
    "IX*M^{85f2i0w300c`6UDM>aOTg~d*tBrbXYaAhgA&~ob5)=d+XPreJ+#aXFcmFQ+=SQBC==^1GUj6N{r^`WJ0PZszGu`xrzaY7E"
    "|Jo#F^JkbpoM~;f2%@`)_f)sD%$qVd#Jc6l{o8{MWn_F~vs!!qW^;zZv^QQr9Hb8HFQmzg`X7|p|F^XBr_Z6CKYfPwD|YT5XuIdM"
    "^DjbMBhG10W0oREK=zXCN8@I<_eL3Ux%UUD*0?A"
)
"""A clock and two lamps, gift-wrapped: the clock and one lamp from Lille, the other lamp from Nice."""


def test_an_old_decision_is_read_and_replayed_to_the_same_plan() -> None:
    world = a_world()
    decision = unpack_decision(zlib.decompress(b85decode(STORED)))

    assert decision.plan.objective_milli == 1_300_000
    assert decision.plan.levels == ()
    assert [line.kit_id for line in decision.inputs.order.lines] == ["", ""]
    replayed = replay(decision, world.network, world.rules)
    # How much work was counted tells which version decided; the plan does not.
    assert replace(replayed, planned=replace(replayed.plan, work=decision.plan.work)) == decision


def test_an_old_decision_is_explained() -> None:
    decision = unpack_decision(zlib.decompress(b85decode(STORED)))

    assert [node.node_id for node in explain(decision, a_world()).nodes] == ["lille", "nice"]
