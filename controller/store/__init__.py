"""How things are kept, whatever they are: sessions and commits, keys, migrations."""
