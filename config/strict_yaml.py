"""YAML as a person writes it: no tags, no aliases, no key twice, no more than a file of this size.

Everything else is an error that names its line, whatever the file holds.
"""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml

LONGEST_FILE = 256 * 1024
"""In bytes; sixty times the reference room. Reading as much takes a few seconds."""
_NO_VALUE = (ValueError, OverflowError, AttributeError, TypeError)
"""What the library raises for a date that does not exist or a number without end."""


class Unreadable(Exception):
    """A file that holds no such YAML; the text says where and why."""

    def __init__(self, why: str, needed: str) -> None:
        super().__init__(why)
        self.why = why
        self.needed = needed


def read_text(path: Path) -> str:
    """Read a file that a person wrote; raise Unreadable."""
    try:
        with path.open("rb") as file:
            raw = file.read(LONGEST_FILE + 1)
        if len(raw) > LONGEST_FILE:
            raise Unreadable("longer", f"at most {LONGEST_FILE} bytes")
        return raw.decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Unreadable(str(error), "a readable UTF-8 file is needed") from error


def parse_yaml(text: str) -> tuple[yaml.Node | None, Any]:
    """Parse a text into its nodes, which know their lines, and its values; raise Unreadable."""
    try:
        loader = _StrictLoader(text)
        try:
            root = loader.get_single_node()
            return root, loader.construct_document(root) if root is not None else None
        finally:
            loader.dispose()
    except (yaml.YAMLError, RecursionError) as error:
        raise Unreadable(" ".join(str(error).split()), "valid YAML is needed") from error


class _StrictLoader(yaml.SafeLoader):
    """YAML without its traps: keys that stand twice, aliases that grow without bound, tags.

    A date or a time of day is the text that stands there: 23:00 is not 1380.
    """

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[object] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if isinstance(key, Hashable):
                if key in seen:
                    raise yaml.constructor.ConstructorError(
                        None, None, f"the key {key!r} stands twice", key_node.start_mark
                    )
                seen.add(key)
        return super().construct_mapping(node, deep)

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        if isinstance(node, yaml.ScalarNode) and _is_text(node):
            return node.value
        try:
            return super().construct_object(node, deep)
        except _NO_VALUE as error:
            kind = node.tag.rpartition(":")[2]
            raise yaml.constructor.ConstructorError(
                None,
                None,
                f"this is no {kind}: {error}; if it is a text, quote it",
                node.start_mark,
            ) from error

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]  # PyYAML: no types
        mark = event.start_mark
        if self.check_event(yaml.AliasEvent):
            raise yaml.composer.ComposerError(
                None, None, "aliases are not allowed; write it out", mark
            )
        if getattr(event, "tag", None) is not None:
            raise yaml.composer.ComposerError(
                None, None, "tags are not allowed; write the value alone", mark
            )
        return super().compose_node(parent, index)


def _is_text(node: yaml.ScalarNode) -> bool:
    kind = node.tag.rpartition(":")[2]
    return kind == "timestamp" or (kind in ("int", "float") and ":" in node.value)
