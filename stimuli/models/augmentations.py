"""Changes of training snippets that leave their mix right, by the plan; nothing of it is in the paper.

- Gain: each microphone of a snippet gets a gain of its own, uniform in decibels; the mix that is asked
  for stays, so that the network learns to undo how far a preamplifier was opened.
- Drop-out: a microphone of a snippet is silent; the mix stays, and is to be made of the others.
- Polarity: all microphones of a snippet and its mix are inverted together.

What is drawn has a stream of its own: the same snippets are cut with and without.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from stimuli.models.training_plan import TrainingPlan

Factors = npt.NDArray[np.float32]


def augments(plan: TrainingPlan) -> bool:
    """Tell whether a plan changes snippets at all."""
    return bool(plan.microphone_gain_db or plan.microphone_dropout or plan.polarity_inversion)


def draw_factors(plan: TrainingPlan, batch: int, inputs: int, rng: np.random.Generator) -> tuple[Factors, Factors]:
    """Draw what a batch of snippets is multiplied by.

    Returns
    -------
    factors of the microphones : (batch, inputs, 1); 0 for one that is dropped
    factors of the mixes : (batch, 1, 1), 1 or -1
    """
    decibels = rng.uniform(-plan.microphone_gain_db, plan.microphone_gain_db, (batch, inputs, 1))
    kept = rng.random((batch, inputs, 1)) >= plan.microphone_dropout
    signs = np.where(rng.random((batch, 1, 1)) < plan.polarity_inversion, -1.0, 1.0)
    return (signs * kept * 10 ** (decibels / 20)).astype(np.float32), signs.astype(np.float32)
