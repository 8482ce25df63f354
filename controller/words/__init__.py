"""Words in one form, by sound and by pairs of characters. Knows nothing of what they are about."""
