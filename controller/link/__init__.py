"""The archive's side of the link: what rooms tell goes in once, what rooms are asked goes out."""
