"""`stackroom calibrate`: what a known tag on the shelves tells about each antenna."""
