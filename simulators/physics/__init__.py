"""How steel, radio and air behave, as pure functions over frozen values."""
