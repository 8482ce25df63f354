"""What the archive prints: labels of boxes, files, shelves and column ends, and location plans."""
