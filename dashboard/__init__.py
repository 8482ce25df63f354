"""The web client (web/), its build hook, and the built page (static/)."""
