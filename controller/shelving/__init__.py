"""The steel as the archive side sees it: who asked for what, and where everything stands now."""
