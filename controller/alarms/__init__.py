"""What somebody must know of now: raised, acknowledged, cleared, and told to those who asked."""
