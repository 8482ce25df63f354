"""Commands about the archive and its broker: a file each, its arguments and what it runs."""
