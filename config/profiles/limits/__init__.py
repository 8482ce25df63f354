"""Limits of the air, each with its source."""
