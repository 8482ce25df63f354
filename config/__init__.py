"""What a site is, and the little that the room side and the archive side must both know."""
