"""What the air of a period did to paper: one set of figures for a probe, a box, a report."""
