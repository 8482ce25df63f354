"""Who has what: handing over to a person, and taking back."""
