"""A site's data folder: the tables of all subjects in two databases, opened and kept up to date."""
