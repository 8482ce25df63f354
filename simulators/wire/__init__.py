"""The wires a room speaks over, each restated from its manual and shared with no driver."""
