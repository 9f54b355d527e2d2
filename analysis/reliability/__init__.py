"""How well assessors agree: with each other, and with themselves in a second rating.

Every coefficient reads a *cell matrix*: a row per cell (an item in a condition), a column per
assessor, NaN where nobody rated (see :mod:`analysis.reliability.cells`). Coefficients of different
kinds, and of different levels of measurement, are no competitors: each says what it takes for agreement.
"""
