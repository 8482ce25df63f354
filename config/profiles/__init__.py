"""Climate limits and register maps of devices, as data with its source."""
