"""Calibration of probes: certificates on record, and what they correct."""
