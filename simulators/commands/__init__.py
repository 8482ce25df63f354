"""Commands about simulated rooms and archives: a file each, its arguments and what it runs."""
