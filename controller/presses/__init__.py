"""Presses: processes of their own that print, so that live pages wait for no printer.

apart.py starts a press, feeds it and ends it; inside.py is how a press talks back. What it prints
is its subject's own module: controller/labels/press.py, controller/climate/printed/press.py.
"""
