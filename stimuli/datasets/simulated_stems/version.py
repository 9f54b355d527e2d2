"""What names the generator in provenance, and the one rate at which it works."""

from __future__ import annotations

GENERATOR = "simulated stems"
GENERATOR_VERSION = 1  # raise it with every audible change, and run `make weights`
RATE_HZ = 44_100
LICENCE = "CC0-1.0 (simulated here from code alone; no recording was used)"
