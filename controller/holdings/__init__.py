"""What the boxes mean: shelves, boxes, files, households, dwellings, and where everything is."""
