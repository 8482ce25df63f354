"""The controller as one process: everything of the archive side, put together and served."""

from __future__ import annotations

from controller.compose.serving import CannotStart, serve

__all__ = ["CannotStart", "serve"]
