"""Lines of the meter's socket: a verb, then ``key=value`` pairs, percent-encoded as in the journal."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Dict, List, Mapping, Sequence, Union

_RESERVED = re.compile(rb"[\x00-\x20\x7f%=]")
_WORD_RESERVED = re.compile(rb"[ %]")
_ESCAPE = re.compile(rb"%(..?)?", re.DOTALL)
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.:-]*\Z")

#: The longest line that a meter may send, bytes. A longer one is not this protocol.
LONGEST_LINE = 65536


class WireError(ValueError):
    """Bytes that are not a line of this protocol."""


def _escaped(match: "re.Match[bytes]") -> bytes:
    return b"%%%02x" % match.group(0)[0]


def _plain(match: "re.Match[bytes]") -> bytes:
    digits = match.group(1) or b""
    if len(digits) != 2:
        raise WireError("a '%' without two digits behind it")
    try:
        return bytes([int(digits.decode("ascii"), 16)])
    except ValueError:
        raise WireError("a '%' without two digits behind it") from None


def encode(text: str) -> str:
    """``text`` for use as a value: what would end a value or a line is written as ``%`` and two hexadecimal digits."""
    return _RESERVED.sub(_escaped, text.encode("utf-8", "replace")).decode("utf-8")


def decode(value: str) -> str:
    """The text behind a value."""
    return _ESCAPE.sub(_plain, value.encode("utf-8")).decode("utf-8", "replace")


def join(words: Sequence[str]) -> str:
    """Several words as one text; spaces inside a word are encoded, so that the words come back whole."""
    encoded = (_WORD_RESERVED.sub(_escaped, word.encode("utf-8", "replace")) for word in words)
    return b" ".join(encoded).decode("utf-8")


@dataclass(frozen=True)
class Message:
    """One line."""

    verb: str
    fields: Mapping[str, str] = field(default_factory=dict)

    def get(self, key: str, default: str = "") -> str:
        """The value of ``key``."""
        return self.fields.get(key, default)

    def line(self) -> bytes:
        """The line's bytes, with its end."""
        parts: List[str] = [self.verb]
        parts += [f"{key}={encode(value)}" for key, value in self.fields.items()]
        return (" ".join(parts) + "\n").encode("utf-8")


def message(verb: str, fields: Mapping[str, Union[str, int, None]]) -> Message:
    """A message of the fields that are known."""
    return Message(verb, {key: str(value) for key, value in fields.items() if value is not None})


def parse(line: bytes) -> Message:
    """The message of a line without its end.

    Raises:
        WireError: when it is not one.
    """
    try:
        words = line.decode("utf-8").split(" ")
    except UnicodeDecodeError:
        raise WireError("a line that is not UTF-8") from None
    if not _NAME.match(words[0]):
        raise WireError("a line that does not begin with a word")
    fields: Dict[str, str] = {}
    for word in words[1:]:
        key, equals, value = word.partition("=")
        if not equals or not key:
            raise WireError("a field that is not key=value")
        fields[key] = decode(value)
    return Message(words[0], fields)
