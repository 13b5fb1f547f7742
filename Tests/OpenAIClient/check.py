"""The `openai` client sees through the gateway what it sees without: every object, event, byte and error.

usage: check.py DIRECT_PORT GATEWAY_PORT GROUP...     groups: those of `GROUPS` below
The gateway serves the variants `small` and `large` and their alias `chat`, all in front of the server at DIRECT_PORT.
"""

from __future__ import annotations

import asyncio
import io
import json
import sys
import unittest
from typing import Any, Callable

import openai
import pydantic

DIRECT, GATEWAY = sys.argv[1:3]
ASK: list[Any] = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": 'say "model":"x" \u2026'}]
TOOLS: list[Any] = [{"type": "function", "function": {"name": "weather", "parameters": {
    "type": "object", "properties": {"city": {"type": "string"}, "model": {"type": "string"}}}}}]


class Weather(pydantic.BaseModel):
    city: str
    degrees: float


def plain(value: Any) -> Any:
    """What a client has in its hands, as plain data; fields that were not sent stay absent."""
    if isinstance(value, pydantic.BaseModel):
        return {key: plain(item) for key, item in {**{k: getattr(value, k) for k in value.model_fields_set},
                                                   **(value.model_extra or {})}.items()} | {"__class__": type(value).__name__}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return value


# Each gets a client and a model's name; the synchronous and the asynchronous client take the same words. What streams
# is iterated by the caller, what pages is a page.
def chat(**more: Any) -> Callable[[Any, str], Any]:
    return lambda client, model: client.chat.completions.create(model=model, messages=ASK, **more)


def upload() -> tuple[str, io.BytesIO, str]:
    return ("a \u00e9.wav", io.BytesIO(bytes(range(256)) * 300), "audio/wav")


GROUPS: dict[str, dict[str, Callable[[Any, str], Any]]] = {
    "chat": {
        "plain": chat(temperature=1.0, seed=1234567890123456789),
        "two answers": chat(n=2),
        "tools": chat(tools=TOOLS, tool_choice="auto"),
        "log probabilities": chat(logprobs=True, top_logprobs=1),
        "a form": lambda client, model: client.chat.completions.parse(model=model, messages=ASK, response_format=Weather),
        "unknown fields": chat(extra_body={"x_model": {"model": "m"}, "min_p": 0.10}),
        "completion": lambda client, model: client.completions.create(model=model, prompt=["a", "b"], max_tokens=5),
    },
    "streams": {
        "stream": chat(stream=True),
        "stream with usage": chat(stream=True, stream_options={"include_usage": True}),
        "stream without usage, said": chat(stream=True, stream_options={"include_usage": False}),
        "stream of two answers": chat(stream=True, n=2),
        "stream of tool calls": chat(stream=True, tools=TOOLS),
        "stream of a completion": lambda client, model: client.completions.create(model=model, prompt="a", stream=True),
    },
    "embeddings": {
        "as the client likes it": lambda client, model: client.embeddings.create(model=model, input=["a", "na\u00efve"]),
        "floats": lambda client, model: client.embeddings.create(model=model, input="a", encoding_format="float"),
        "base64": lambda client, model: client.embeddings.create(model=model, input="a", encoding_format="base64"),
    },
    "errors": {
        **{f"status {status}": chat(user=f"status:{status}") for status in (400, 401, 403, 404, 409, 422, 429, 500, 503)},
        "status 400 of a stream": chat(user="status:400", stream=True),
        "an error within a stream": chat(user="error-in-stream", stream=True),
    },
    "responses": {
        "plain": lambda client, model: client.responses.create(model=model, input="hi", instructions="Be brief."),
        "stream": lambda client, model: client.responses.create(model=model, input=ASK, stream=True),
        "got again": lambda client, _: client.responses.retrieve("resp_1"),
        "its input": lambda client, _: client.responses.input_items.list("resp_1", limit=3),
        "cancelled": lambda client, _: client.responses.cancel("resp_1"),
        "deleted": lambda client, _: client.responses.delete("resp_1"),
    },
    "others": {
        "image": lambda client, model: client.images.generate(model=model, prompt="a leaf", size="1024x1024"),
        "moderation": lambda client, model: client.moderations.create(model=model, input=["a", "b"]),
        "speech": lambda client, model: client.audio.speech.create(model=model, input="hi", voice="alloy"),
        "transcription": lambda client, model: client.audio.transcriptions.create(model=model, file=upload(), language="fr"),
        "translation": lambda client, model: client.audio.translations.create(model=model, file=upload()),
        "file sent": lambda client, _: client.files.create(file=upload(), purpose="batch"),
        "files": lambda client, _: client.files.list(limit=2),
        "file": lambda client, _: client.files.retrieve("file-1"),
        "file's bytes": lambda client, _: client.files.content("file-1"),
        "file deleted": lambda client, _: client.files.delete("file-1"),
        "batch": lambda client, _: client.batches.create(
            input_file_id="file-1", endpoint="/v1/chat/completions", completion_window="24h"),
        "batches": lambda client, _: client.batches.list(),
        "batch got again": lambda client, _: client.batches.retrieve("batch_1"),
        "batch cancelled": lambda client, _: client.batches.cancel("batch_1"),
    },
}


def settings(port: str) -> dict[str, Any]:
    return {"base_url": f"http://127.0.0.1:{port}/v1", "api_key": "sk-test-only", "max_retries": 0, "timeout": 60}


def failure(error: openai.APIError) -> Any:
    status = getattr(error, "status_code", None)
    fields = {name: error.response.headers.get(name) for name in ("retry-after", "content-type")} if status else None
    return [type(error).__name__, status, error.message, error.body, error.code, error.param, error.type, fields]


def outcome(port: str, call: Callable[[Any, str], Any], model: str) -> Any:
    with openai.OpenAI(**settings(port)) as client:
        try:
            result = call(client, model)
            if isinstance(result, openai.Stream):
                return [plain(event) for event in result]
            return result.read() if hasattr(result, "read") else plain(result)
        except openai.APIError as error:
            return failure(error)


def outcome_async(port: str, call: Callable[[Any, str], Any], model: str) -> Any:
    async def run() -> Any:
        async with openai.AsyncOpenAI(**settings(port)) as client:
            try:
                result = call(client, model)
                result = await result if hasattr(result, "__await__") else result
                if isinstance(result, openai.AsyncStream):
                    return [plain(event) async for event in result]
                return result.read() if hasattr(result, "read") else plain(result)
            except openai.APIError as error:
                return failure(error)

    return asyncio.run(run())


def without_null_usage(value: Any) -> Any:
    """The same events without `usage: null`: where the gateway and not the caller wished for the usage of a stream, it keeps
    the event that carries it to itself, and the others bear the null that such streams have."""
    if isinstance(value, list):
        return [{key: item for key, item in event.items() if key != "usage" or item is not None}
                if isinstance(event, dict) else event for event in value]
    return value


def without_model(value: Any) -> Any:
    """The same data with each outermost or enclosed answer's model out of the comparison."""
    if isinstance(value, dict):
        return {key: "?" if key == "model" and isinstance(item, str) else without_model(item) for key, item in value.items()}
    return [without_model(item) for item in value] if isinstance(value, list) else value


class Unchanged(unittest.TestCase):
    maxDiff = 4000

    def each(self, run: Callable[..., Any]) -> None:
        for group in sys.argv[3:]:
            for name, call in GROUPS[group].items():
                with self.subTest(f"{group}: {name}"):
                    direct = run(DIRECT, call, "large")
                    is_failure = isinstance(direct, list) and str(direct[0]).endswith("Error")
                    self.assertEqual(is_failure, group == "errors", direct)
                    through = run(GATEWAY, call, "large")
                    if group == "streams" and name != "stream with usage":
                        through = without_null_usage(through)
                    self.assertEqual(direct, through)
                    if group != "errors":
                        # Under the alias a variant answers, and says so; all else is the same.
                        through = without_model(run(GATEWAY, call, "chat"))
                        if group == "streams" and name != "stream with usage":
                            through = without_null_usage(through)
                        self.assertEqual(without_model(direct), through)

    def test_synchronous(self) -> None:
        self.each(outcome)

    def test_asynchronous(self) -> None:
        self.each(outcome_async)

    def test_bytes(self) -> None:
        """Below the objects: the bodies of plain answers, byte for byte, and the fields that callers live by."""
        if "chat" not in sys.argv[3:]:
            self.skipTest("not asked for")
        answers = []
        for port in (DIRECT, GATEWAY):
            with openai.OpenAI(**settings(port)) as client:
                answers.append(client.chat.completions.with_raw_response.create(model="large", messages=ASK, n=2))
        direct, through = answers
        self.assertEqual(direct.http_response.content, through.http_response.content)
        self.assertIn(b"12345678901234567890", through.http_response.content)
        for name in ("openai-processing-ms", "x-ratelimit-remaining-requests", "content-type"):
            self.assertEqual(direct.headers[name], through.headers[name])
        self.assertEqual(through.headers["dimmer-variant"], "large")
        self.assertTrue(through.headers["dimmer-request-id"].startswith("req_"))

    def test_helper_of_streams(self) -> None:
        if "streams" not in sys.argv[3:]:
            self.skipTest("not asked for")

        def events(port: str) -> Any:
            with openai.OpenAI(**settings(port)) as client, client.chat.completions.stream(
                    model="large", messages=ASK, tools=TOOLS) as stream:
                seen = [event.type for event in stream]
                return seen, plain(stream.get_final_completion())

        self.assertEqual(events(DIRECT), events(GATEWAY))

    def test_names(self) -> None:
        if "chat" not in sys.argv[3:]:
            self.skipTest("not asked for")
        with openai.OpenAI(**settings(GATEWAY)) as client:
            self.assertLessEqual({"chat", "small", "large"}, {card.id for card in client.models.list()})
            self.assertEqual(client.models.retrieve("chat").id, "chat")
            with self.assertRaises(openai.NotFoundError) as told:
                client.chat.completions.create(model="chta", messages=ASK)
            self.assertEqual(told.exception.code, "model_not_found")
            self.assertIn("chat", json.dumps(told.exception.body))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
