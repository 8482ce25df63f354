"""Which limits a zone keeps, in which version, and since when that is so."""
