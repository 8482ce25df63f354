"""How long a year is: three meanings, each said once."""

from __future__ import annotations

from typing import Final

PI_DAYS_A_YEAR: Final = 365.0
"""The fit of the preservation index gives days and divides by this (see pi.py); with any other
figure it would miss IPI's values."""

WHOLE_YEAR_S: Final = 365 * 86_400.0
"""So much must be known to speak of a whole year: every calendar year has as many days. EN 15757
asks for one year at least and TWPI for about one; that leap days need not be in it is our choice.
"""

MEAN_YEAR_S: Final = 365.25 * 86_400.0
"""For counts per year over long times: the Julian year, 365.25 days of 86 400 s (IAU)."""
