"""What the air does to paper, as figures: every model by itself, with its source, none merged.

All of it is pure. Temperatures are °C, humidities %RH, times seconds since 1970 (UTC) in rising
order. Suspect readings are left out before; a calibrated humidity may lie a little outside 0 to
100 %, which no function here minds.
"""
