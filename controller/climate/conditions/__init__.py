"""What readings mean under limits: pure, the same live and in replay, whole in a small state."""
