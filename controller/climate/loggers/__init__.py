"""Files of data loggers: read in whatever dialect they are, checked row by row, and taken in."""
