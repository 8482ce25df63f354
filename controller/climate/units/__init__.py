"""Units that dry, humidify and air: what was decided about them and why, and what people want."""
