"""Work that a wall clock starts: clean-up, checkpoints. Nothing here moves anything."""
