"""The archive side: knows what the boxes mean, and owns the database and the API."""
