"""Who may use the program, and what for: accounts, posts, signing in, the gate of every route."""
