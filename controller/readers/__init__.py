"""The RFID readers of all rooms: how they are, what lies before them, and what passed a door."""
