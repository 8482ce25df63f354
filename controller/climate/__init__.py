"""The climate of the rooms: what the probes measured, and what it means under a room's limits."""
