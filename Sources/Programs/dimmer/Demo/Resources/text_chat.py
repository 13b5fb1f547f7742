"""OpenAI's chat completions as far as a summariser can honour them: what was asked, and what is answered.

The text to shorten is the last user message; a first paragraph that ends with a colon ("Summarise this:") is not part
of it. Messages of the system say how long the answer may be: "in at most 60 words", "in at most 2 sentences",
"briefly", "very briefly". What cannot be honoured is refused rather than ignored, apart from sampling (temperature,
seed and the like), since nothing is sampled.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from text_document import Document
from text_selection import Budget

MOST_TOKENS = 32_768
"""Tokens of all messages together."""
BRIEF_SHARE, VERY_BRIEF_SHARE = 0.15, 0.08
"""Words of the summary over words of the text when asked to be brief."""

_TOKEN = re.compile(r"\s*(?:\w+|[^\w\s])|\s+")
_AT_MOST = re.compile(r"\bat most (\d{1,6}) (word|sentence)s?\b", re.IGNORECASE)
_BRIEF = re.compile(r"\b(very )?(?:brief|briefly|short|shortly|concise|concisely)\b", re.IGNORECASE)
_INSTRUCTION = re.compile(r"\A[^\n]{1,300}:\s*\n\s*\n")
_ROLES = ("system", "developer", "user", "assistant")


class RequestError(Exception):
    """A request that is answered with an error, in OpenAI's shape."""

    def __init__(self, status: int, message: str, param: str | None = None, code: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.body: dict[str, Any] = {
            "error": {
                "message": message,
                "type": "server_error" if status >= 500 else "invalid_request_error",
                "param": param,
                "code": code,
            }
        }


@dataclass(frozen=True)
class ChatRequest:
    """A request that can be answered."""

    model: str
    document: Document
    budget: Budget
    prompt_tokens: int
    most_tokens: int | None
    stream: bool
    usage_in_stream: bool


def tokens(text: str) -> list[str]:
    """The tokens of a text: words and single signs, each with the white space before it. Joined they are the text."""
    return _TOKEN.findall(text)


def parse_chat(body: Any, models: frozenset[str]) -> ChatRequest:
    """Reads a decoded request; raises `RequestError` naming the parameter that is wrong."""
    if not isinstance(body, dict):
        raise RequestError(400, "the body must be a JSON object")
    model = body.get("model")
    if not isinstance(model, str):
        raise RequestError(400, "model must be a string", "model")
    if model not in models:
        raise RequestError(404, f"the model '{model}' does not exist", "model", "model_not_found")
    _refuse(body)
    messages = _messages(body.get("messages"))
    prompt_tokens = sum(len(tokens(text)) for _, text in messages)
    if prompt_tokens > MOST_TOKENS:
        raise RequestError(
            400, f"{prompt_tokens} tokens are more than {MOST_TOKENS}", "messages", "context_length_exceeded"
        )
    text = next((text for role, text in reversed(messages) if role == "user"), None)
    if text is None:
        raise RequestError(400, "a user message with the text to summarise is missing", "messages")
    document = Document.of(_INSTRUCTION.sub("", text, count=1))
    if not document.sentences:
        raise RequestError(400, "there is no text to summarise", "messages")
    instructions = " ".join(text for role, text in messages if role in ("system", "developer"))
    stream = _boolean(body, "stream")
    return ChatRequest(
        model,
        document,
        budget_of(instructions, document),
        prompt_tokens,
        _most_tokens(body),
        stream,
        stream and _boolean(_object(body, "stream_options"), "include_usage", "stream_options"),
    )


def budget_of(instructions: str, document: Document) -> Budget:
    """How long the instructions allow the summary to be."""
    limits = {unit.lower(): int(count) for count, unit in _AT_MOST.findall(instructions)}
    words = limits.get("word")
    if not limits and (brief := _BRIEF.search(instructions)):
        words = round(document.words * (VERY_BRIEF_SHARE if brief.group(1) else BRIEF_SHARE))
    return Budget.of(document, words, limits.get("sentence"))


def _messages(value: Any) -> list[tuple[str, str]]:
    if not isinstance(value, list) or not value:
        raise RequestError(400, "messages must be a list with at least one message", "messages")
    found = []
    for index, message in enumerate(value):
        where = f"messages[{index}]"
        role = message.get("role") if isinstance(message, dict) else None
        if role not in _ROLES:
            raise RequestError(400, f"{where}.role must be one of {', '.join(_ROLES)}", f"{where}.role")
        found.append((str(role), _text(message.get("content"), f"{where}.content")))
    return found


def _text(content: Any, where: str) -> str:
    """A message's content: a string, or a list of parts of type text."""
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        raise RequestError(400, f"{where} must be a string or a list of text parts", where)
    parts = []
    for part in content:
        if not isinstance(part, dict) or part.get("type") != "text" or not isinstance(part.get("text"), str):
            raise RequestError(400, f"{where} may hold parts of type text only", where)
        parts.append(part["text"])
    return "\n\n".join(parts)


def _refuse(body: dict[str, Any]) -> None:
    """Refuses what would change the answer's shape in a way that is not supported."""
    if body.get("n") not in (None, 1):
        raise RequestError(400, "n must be 1: there is only one summary", "n")
    for name in ("tools", "functions", "audio", "stop", "logprobs"):
        if body.get(name):
            raise RequestError(400, f"{name} is not supported by a summariser", name)
    form = _object(body, "response_format").get("type", "text")
    if form != "text":
        raise RequestError(400, "response_format must be text", "response_format")


def _object(body: dict[str, Any], name: str) -> dict[str, Any]:
    value = body.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise RequestError(400, f"{name} must be an object", name)
    return value


def _boolean(body: dict[str, Any], name: str, within: str | None = None) -> bool:
    value = body.get(name)
    if value is not None and not isinstance(value, bool):
        param = f"{within}.{name}" if within else name
        raise RequestError(400, f"{param} must be true or false", param)
    return bool(value)


def _most_tokens(body: dict[str, Any]) -> int | None:
    for name in ("max_completion_tokens", "max_tokens"):
        value = body.get(name)
        if value is None:
            continue
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise RequestError(400, f"{name} must be a whole number of at least 1", name)
        return value
    return None


@dataclass(frozen=True)
class Completion:
    """The answer to one request, in the shapes that go over the wire."""

    id: str
    created: int
    request: ChatRequest

    def cut(self, summary: str) -> tuple[list[str], str]:
        """The tokens to send and why they end: `stop`, or `length` where the caller's limit cut them."""
        pieces = tokens(summary)
        most = self.request.most_tokens
        return (pieces, "stop") if most is None or len(pieces) <= most else (pieces[:most], "length")

    def whole(self, pieces: list[str], reason: str) -> dict[str, Any]:
        """The answer in one piece."""
        message = {"role": "assistant", "content": "".join(pieces), "refusal": None}
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": reason}
        return self._shape("chat.completion") | {"choices": [choice], "usage": self.usage(len(pieces))}

    def chunk(self, delta: dict[str, str], reason: str | None = None) -> dict[str, Any]:
        """One event of a stream."""
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": reason}
        shape = self._shape("chat.completion.chunk") | {"choices": [choice]}
        return shape | {"usage": None} if self.request.usage_in_stream else shape

    def usage_chunk(self, completion_tokens: int) -> dict[str, Any]:
        """The last event before the end, for callers who asked for it."""
        return self._shape("chat.completion.chunk") | {"choices": [], "usage": self.usage(completion_tokens)}

    def usage(self, completion_tokens: int) -> dict[str, int]:
        """Tokens of the messages and of the answer."""
        prompt = self.request.prompt_tokens
        return {
            "prompt_tokens": prompt,
            "completion_tokens": completion_tokens,
            "total_tokens": prompt + completion_tokens,
        }

    def _shape(self, kind: str) -> dict[str, Any]:
        return {"id": self.id, "object": kind, "created": self.created, "model": self.request.model}
