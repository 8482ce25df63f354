"""The room's own page: stop, open, find a box, confirm after a reset; needs nobody's network.

It listens on loopback, for the screen that is fixed to the bank. STACKROOM_ROOM_PAGE_HOST may name
another address for a panel on a wire of its own; PINs then cross that wire unencrypted.
"""
