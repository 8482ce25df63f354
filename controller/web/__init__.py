"""The web side of the controller: what serves, guards and feeds the pages, whatever they show."""
