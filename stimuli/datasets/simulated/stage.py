"""Where drums and microphones stand, before each drummer's own shifts.

Coordinates in metres from the drummer's stool: x to the drummer's right, y to the front, z up.
"""

from __future__ import annotations

from collections.abc import Mapping

from stimuli.datasets.simulated.room import Microphone, Point, Radiation

INSTRUMENTS_AT: dict[str, Point] = {
    "kick": (0.10, 0.75, 0.30),
    "snare": (-0.08, 0.30, 0.68),
    "hi_hat": (-0.52, 0.42, 0.90),
    "tom_1": (-0.04, 0.70, 0.86),
    "tom_2": (0.64, 0.22, 0.62),
    "tom_3": (0.32, 0.70, 0.84),
    "ride": (0.66, 0.66, 1.08),
    "crash": (-0.46, 0.86, 1.28),
}
RADIATION: dict[str, Radiation] = {
    "kick": Radiation(extent_m=0.20, far_low_shelf_db=-9.0, shelf_hz=180.0, isolation_db=7.0),
    "snare": Radiation(extent_m=0.12, far_low_shelf_db=-2.0),
    "hi_hat": Radiation(extent_m=0.15),
    "tom_1": Radiation(extent_m=0.14, far_low_shelf_db=-4.0),
    "tom_2": Radiation(extent_m=0.16, far_low_shelf_db=-4.0),
    "tom_3": Radiation(extent_m=0.14, far_low_shelf_db=-4.0),
    "ride": Radiation(extent_m=0.20),
    "crash": Radiation(extent_m=0.20),
}
# role: (from its instrument, pattern, highs lost behind it in dB, shade in dB)
_CLOSE: dict[str, tuple[Point, float, float, float]] = {
    "kick": ((0.02, 0.16, 0.02), 0.45, 10.0, 6.0),
    "snare": ((-0.05, 0.17, 0.09), 0.45, 8.0, 2.0),
    "hi_hat": ((-0.10, 0.10, 0.17), 0.5, 6.0, 0.0),
    "tom_1": ((0.03, 0.13, 0.08), 0.40, 12.0, 9.0),
    "tom_2": ((0.10, 0.10, 0.08), 0.40, 12.0, 7.0),
    "tom_3": ((0.03, 0.13, 0.08), 0.40, 12.0, 9.0),
}
_OVERHEADS: dict[str, tuple[Point, Point]] = {
    "overhead_left": ((-0.48, 0.30, 1.95), (-0.30, 0.45, 0.7)),
    "overhead_right": ((0.58, 0.34, 1.95), (0.35, 0.45, 0.7)),
}


def sources(shift_m: Mapping[str, Point]) -> dict[str, tuple[Point, Radiation]]:
    """Return place and radiation of every instrument, shifted as given."""
    return {name: (_moved(at, shift_m.get(name)), RADIATION[name]) for name, at in INSTRUMENTS_AT.items()}


def microphones(
    roles: tuple[str, ...],
    *,
    shift_m: Mapping[str, Point],
    trim_db: Mapping[str, float],
    noise_dbfs: float,
) -> dict[str, Microphone]:
    """Return the microphones of a session: close ones follow their instrument, overheads stand."""
    stand = sources(shift_m)
    placed = {}
    for role in roles:
        if role in _CLOSE:
            offset, omni, off_axis_db, shade_db = _CLOSE[role]
            aim = stand[role][0]
            at = _moved(aim, offset)
        else:
            at, aim = _OVERHEADS[role]
            at = _moved(at, shift_m.get(role))
            omni, off_axis_db, shade_db = 0.5, 4.0, 0.0
        placed[role] = Microphone(
            at_m=at,
            aim_m=aim,
            omni=omni,
            trim_db=trim_db[role],
            noise_dbfs=noise_dbfs,
            off_axis_db=off_axis_db,
            shade_db=shade_db,
        )
    return placed


def _moved(point: Point, shift: Point | None) -> Point:
    dx, dy, dz = shift or (0.0, 0.0, 0.0)
    return (round(point[0] + dx, 4), round(point[1] + dy, 4), round(point[2] + dz, 4))
