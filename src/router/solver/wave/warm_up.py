"""The compiled kernels of waves, loaded before the first wave needs them."""

from dataclasses import replace

import numpy as np

from router.solver.problem import concatenate
from router.solver.solve import smallest_problem
from router.solver.wave.joint import solve_joint
from router.solver.wave.problem import DEFAULT_WAVE_EFFORT, NO_ROW, JointProblem

ORDERS = 3


def warm_up_waves() -> None:
    """Load the kernels of waves, or compile them where no cache exists yet (a minute or more, once).

    Three orders want six units of which there are five. Cuts prove that two orders at most are served; without cuts
    a gap stays, so that the later phases have something to do.
    """
    orders = concatenate([smallest_problem()] * ORDERS)
    wave = JointProblem(
        orders=orders,
        draw_start=np.arange(ORDERS + 1),
        draw_row=np.zeros(ORDERS, np.int64),
        draw_units=np.ones(ORDERS, np.int64),
        slot_row=np.full(ORDERS, NO_ROW),
        limit=np.array([5]),
    )
    solve_joint(wave)
    solve_joint(wave, replace(DEFAULT_WAVE_EFFORT, cut_rounds=0))
