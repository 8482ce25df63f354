"""What an installer does before a room works: look at every device, and try the steel with care."""
