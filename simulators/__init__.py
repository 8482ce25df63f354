"""A believable room on the far side of every wire; no shipped code knows it exists."""
