"""Finds boxes and files by whatever a person remembers of them."""
