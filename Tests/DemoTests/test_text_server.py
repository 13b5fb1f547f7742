"""The server over real connections: its shapes, its refusals, its streams, and clients that leave."""

from __future__ import annotations

import http.client
import json
import signal
import socket
import subprocess
import sys
import threading
import time
import unittest
from typing import Any
from unittest import mock

import support

TEXT = (
    "Solar panels turn sunlight into power. They work best when they are cold. Somebody whistles. Dust on the panels"
    " takes some of the power away. Rain washes most dust off."
)


def body(**changes: Any) -> dict[str, Any]:
    return {"model": "graph", "messages": [{"role": "user", "content": TEXT}]} | changes


@support.needs_numpy
class Served(unittest.TestCase):
    """A server in this process."""

    def setUp(self) -> None:
        from text_server import TextServer

        self.server = TextServer(0)
        self.port = int(self.server.server_address[1])
        thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        self.client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        self.addCleanup(self.client.close)

    def send(self, content: Any, path: str = "/v1/chat/completions") -> tuple[int, Any]:
        data = content if isinstance(content, (bytes, str)) else json.dumps(content)
        self.client.request("POST", path, data)
        answer = self.client.getresponse()
        return answer.status, json.loads(answer.read())

    def get(self, path: str) -> tuple[int, Any]:
        self.client.request("GET", path)
        answer = self.client.getresponse()
        return answer.status, json.loads(answer.read())

    def events(self, content: dict[str, Any]) -> list[str]:
        self.client.request("POST", "/v1/chat/completions", json.dumps(content))
        answer = self.client.getresponse()
        self.assertEqual(answer.status, 200)
        self.assertTrue((answer.getheader("Content-Type") or "").startswith("text/event-stream"))
        self.assertIsNone(answer.getheader("Content-Length"))
        blocks = answer.read().decode().split("\n\n")
        self.assertEqual(blocks.pop(), "")
        return [block.removeprefix("data: ") for block in blocks]

    def wait_for(self, condition: Any) -> None:
        """Waits for what another thread will do; the test fails after a minute of patience."""
        end = time.monotonic() + 60
        while not condition():
            self.assertLess(time.monotonic(), end, "nothing happened")
            time.sleep(0.01)


class Answers(Served):
    def test_an_answer_has_openai_s_shape_and_its_usage_adds_up(self) -> None:
        from text_chat import tokens

        status, answer = self.send(body())
        self.assertEqual(status, 200)
        self.assertEqual((answer["object"], answer["model"]), ("chat.completion", "graph"))
        choice = answer["choices"][0]
        self.assertEqual((choice["index"], choice["finish_reason"]), (0, "stop"))
        self.assertIn(choice["message"]["content"], TEXT)
        usage = answer["usage"]
        self.assertEqual(usage["prompt_tokens"], len(tokens(TEXT)))
        self.assertEqual(usage["completion_tokens"], len(tokens(choice["message"]["content"])))
        self.assertEqual(usage["total_tokens"], usage["prompt_tokens"] + usage["completion_tokens"])

    def test_a_stream_says_the_same_as_the_whole_answer(self) -> None:
        whole = self.send(body())[1]
        events = self.events(body(stream=True, stream_options={"include_usage": True}))
        self.assertEqual(events.pop(), "[DONE]")
        chunks = [json.loads(event) for event in events]
        last = chunks.pop()
        self.assertEqual((last["choices"], last["usage"]), ([], whole["usage"]))
        self.assertEqual({(chunk["object"], chunk["usage"]) for chunk in chunks}, {("chat.completion.chunk", None)})
        self.assertEqual(len({chunk["id"] for chunk in chunks} | {last["id"]}), 1)
        said = [chunk["choices"][0]["delta"].get("content", "") for chunk in chunks]
        self.assertEqual("".join(said), whole["choices"][0]["message"]["content"])
        self.assertEqual(sum(bool(piece) for piece in said), whole["usage"]["completion_tokens"])
        self.assertEqual([c["choices"][0]["finish_reason"] for c in chunks], [None] * (len(chunks) - 1) + ["stop"])

    def test_usage_is_in_a_stream_only_when_asked_for(self) -> None:
        self.assertFalse(any("usage" in event for event in self.events(body(stream=True))))

    def test_tokens_joined_are_the_text(self) -> None:
        from text_chat import tokens

        for text in (TEXT, " a  b\n\nc ", "naïve “quotes” – 3.5 %", "", "\n"):
            self.assertEqual("".join(tokens(text)), text)

    def test_a_limit_of_tokens_cuts_the_answer_and_says_so(self) -> None:
        for name in ("max_tokens", "max_completion_tokens"):
            answer = self.send(body(**{name: 3}))[1]
            self.assertEqual(
                (answer["choices"][0]["finish_reason"], answer["usage"]["completion_tokens"]), ("length", 3)
            )

    def test_the_system_says_how_long_the_answer_may_be(self) -> None:
        def said(instruction: str) -> str:
            messages = [{"role": "system", "content": instruction}, {"role": "user", "content": TEXT}]
            return str(self.send({"model": "lead", "messages": messages})[1]["choices"][0]["message"]["content"])

        self.assertEqual(said("Answer in at most 2 sentences."), TEXT[:73])
        self.assertEqual(len(said("Answer in at most 14 words.").split()), 13)
        self.assertEqual(said("Be very brief.").count("."), 1)

    def test_briefly_is_shorter_than_usual_and_very_briefly_shorter_still(self) -> None:
        from text_chat import budget_of
        from text_document import Document

        document = Document.of("One two three four five six seven eight nine ten. " * 10)
        words = [
            budget_of(asked, document).words for asked in ("Summarise.", "Answer briefly.", "Answer VERY briefly.")
        ]
        self.assertEqual(words, [27, 15, 8])

    def test_an_instruction_above_the_text_is_no_part_of_it(self) -> None:
        asked = "Please summarise the following text:\n\n" + TEXT
        plain, with_instruction = (
            self.send({"model": "lead", "messages": [{"role": "user", "content": content}]})[1]["choices"][0]["message"]
            for content in (TEXT, [{"type": "text", "text": asked}])
        )
        self.assertEqual(plain, with_instruction)

    def test_a_connection_serves_one_request_after_the_other(self) -> None:
        self.send(body())
        first = self.client.sock
        self.events(body(stream=True))
        self.send(body(model="nobody"))
        self.send(body())
        self.assertIs(self.client.sock, first)

    def test_a_body_may_come_in_chunks(self) -> None:
        data = json.dumps(body()).encode()
        self.client.request(
            "POST",
            "/v1/chat/completions",
            iter([data[:7], data[7:]]),
            encode_chunked=True,
            headers={"Transfer-Encoding": "chunked"},
        )
        answer = self.client.getresponse()
        self.assertEqual((answer.status, json.loads(answer.read())["object"]), (200, "chat.completion"))
        self.assertEqual(self.send(body())[0], 200)

    def test_the_models_are_listed(self) -> None:
        from text_family import FAMILY

        status, answer = self.get("/v1/models")
        self.assertEqual((status, [model["id"] for model in answer["data"]]), (200, [one.name for one in FAMILY]))
        self.assertEqual(self.get("/v1/models/search")[1]["id"], "search")
        self.assertEqual(self.get("/v1/models/none")[0], 404)
        self.assertEqual(self.get("/health")[0], 200)
        self.assertEqual(self.get("/nothing")[0], 404)


class Refusals(Served):
    def refused(self, content: Any, status: int, param: str | None, code: str | None = None) -> None:
        answered, answer = self.send(content)
        error = answer["error"]
        self.assertEqual((answered, error["param"], error["code"]), (status, param, code), error["message"])
        self.assertEqual(set(error), {"message", "type", "param", "code"})

    def test_a_wrong_request_names_what_is_wrong(self) -> None:
        user = {"role": "user", "content": TEXT}
        self.refused(body(model="gpt"), 404, "model", "model_not_found")
        self.refused(body(model=3), 400, "model")
        self.refused(body(messages=[]), 400, "messages")
        self.refused(body(messages=[{"role": "system", "content": "x"}]), 400, "messages")
        self.refused(body(messages=[{"role": "user", "content": "  "}]), 400, "messages")
        self.refused(body(messages=[user, {"role": "robot", "content": "x"}]), 400, "messages[1].role")
        self.refused(body(messages=[{"role": "user", "content": [{"type": "image_url"}]}]), 400, "messages[0].content")
        self.refused(body(n=2), 400, "n")
        self.refused(body(tools=[{"type": "function"}]), 400, "tools")
        self.refused(body(response_format={"type": "json_object"}), 400, "response_format")
        self.refused(body(stream="yes"), 400, "stream")
        self.refused(body(stream=True, stream_options={"include_usage": 1}), 400, "stream_options.include_usage")
        self.refused(body(max_tokens=0), 400, "max_tokens")
        self.refused(
            body(messages=[{"role": "user", "content": "word " * 33_000}]), 400, "messages", "context_length_exceeded"
        )

    def test_what_is_no_json_object_is_refused(self) -> None:
        for content in ("", "{", "[]", "null", b"\xff\xfe", "[" * 100_000, "12"):
            self.refused(content, 400, None)

    def test_a_body_too_large_or_of_unknown_length_is_refused_and_the_connection_ends(self) -> None:
        for head, status in (
            (b"Content-Length: 99999999", b"413"),
            (b"Content-Length: nine", b"400"),
            (b"X: y", b"400"),
            (b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", b"400"),
            (b"Transfer-Encoding: chunked\r\n\r\nfffffff\r\n", b"413"),
        ):
            with self.subTest(head=head), socket.create_connection(("127.0.0.1", self.port), 30) as raw:
                raw.sendall(b"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\n" + head + b"\r\n\r\n")
                answer = b""
                try:
                    while part := raw.recv(4096):
                        answer += part
                except ConnectionResetError:
                    pass
                self.assertEqual(answer.split()[1], status)

    def test_an_unknown_path_is_404(self) -> None:
        self.assertEqual(self.send(body(), "/v1/completions")[0], 404)


class Endless:
    """A summariser that works until nobody waits."""

    name = "endless"
    method = "none"

    def summarise(self, document: Any, budget: Any, checkpoint: Any) -> list[str]:
        while True:
            checkpoint()


class Leaving(Served):
    def setUp(self) -> None:
        super().setUp()
        import text_family
        import text_server

        models = mock.patch.multiple(text_server, MODELS=frozenset({"endless", "lead"}))
        models.start()
        self.addCleanup(models.stop)
        family = mock.patch.dict(text_family.BY_NAME, {"endless": Endless()})
        family.start()
        self.addCleanup(family.stop)

    def test_work_ends_when_the_client_leaves_streamed_or_not(self) -> None:
        for count, stream in enumerate((False, True), start=1):
            with self.subTest(stream=stream):
                data = json.dumps(body(model="endless", stream=stream)).encode()
                raw = socket.create_connection(("127.0.0.1", self.port), 30)
                raw.sendall(b"POST /v1/chat/completions HTTP/1.1\r\nContent-Length: %d\r\n\r\n%b" % (len(data), data))
                if stream:
                    self.assertIn(b"200 OK", raw.recv(4096))
                raw.close()
                self.wait_for(lambda: self.server.cancelled == count)
        self.assertEqual(self.server.answered, 0)
        self.assertEqual(self.send(body(model="lead"))[0], 200)

    def test_a_body_that_never_comes_is_given_up_when_the_client_leaves(self) -> None:
        raw = socket.create_connection(("127.0.0.1", self.port), 30)
        raw.sendall(b"POST /v1/chat/completions HTTP/1.1\r\nContent-Length: 100\r\n\r\n{")
        raw.close()
        self.wait_for(lambda: self.server.cancelled == 1)


@support.needs_numpy
class Program(unittest.TestCase):
    def test_says_when_it_is_ready_answers_and_ends_when_told(self) -> None:
        process = subprocess.Popen(
            [sys.executable, str(support.RESOURCES / "text_server.py"), "--port", "0"],
            stdout=subprocess.PIPE,
            text=True,
        )
        self.addCleanup(process.kill)
        assert process.stdout is not None
        ready = json.loads(process.stdout.readline())
        self.assertTrue(ready["ready"])
        client = http.client.HTTPConnection("127.0.0.1", ready["port"], timeout=60)
        for model in ready["models"]:
            client.request("POST", "/v1/chat/completions", json.dumps(body(model=model)))
            answer = client.getresponse()
            self.assertEqual((answer.status, json.loads(answer.read())["model"]), (200, model))
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(60), 0)
        client.close()
        process.stdout.close()


@support.needs_openai
class OpenAIClient(Served):
    def setUp(self) -> None:
        super().setUp()
        import openai

        self.openai: Any = openai
        self.api: Any = openai.OpenAI(base_url=f"http://127.0.0.1:{self.port}/v1", api_key="none", max_retries=0)
        self.addCleanup(self.api.close)

    def test_the_real_client_asks_streams_and_lists(self) -> None:
        messages = [{"role": "system", "content": "In at most 20 words."}, {"role": "user", "content": TEXT}]
        whole = self.api.chat.completions.create(model="search", messages=messages)
        streamed = list(
            self.api.chat.completions.create(
                model="search", messages=messages, stream=True, stream_options={"include_usage": True}
            )
        )
        said = "".join(chunk.choices[0].delta.content or "" for chunk in streamed if chunk.choices)
        self.assertEqual(said, whole.choices[0].message.content)
        self.assertEqual(streamed[-1].usage, whole.usage)
        self.assertIn("search", [model.id for model in self.api.models.list()])
        self.assertEqual(self.api.models.retrieve("lead").id, "lead")

    def test_the_real_client_knows_the_errors(self) -> None:
        messages = [{"role": "user", "content": TEXT}]
        with self.assertRaises(self.openai.NotFoundError) as caught:
            self.api.chat.completions.create(model="gpt", messages=messages)
        self.assertEqual(caught.exception.code, "model_not_found")
        with self.assertRaises(self.openai.BadRequestError):
            self.api.chat.completions.create(model="lead", messages=messages, n=3)

    def test_closing_the_real_client_s_stream_leaves_the_server_well(self) -> None:
        messages = [{"role": "user", "content": TEXT * 50}]
        stream = self.api.chat.completions.create(model="restarts-20", messages=messages, stream=True)
        next(iter(stream))
        stream.close()
        self.wait_for(lambda: self.server.cancelled + self.server.answered == 1)
        self.assertEqual(self.api.chat.completions.create(model="lead", messages=messages).object, "chat.completion")


del Served  # it has no tests of its own
if __name__ == "__main__":
    unittest.main()
