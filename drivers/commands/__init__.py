"""Commands about a room and its hardware: a file each, its arguments and what it runs."""
