"""Tags at work: their numbers, pairing and writing them, what is heard, and what lies wrong."""
