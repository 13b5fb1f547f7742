"""`tritonclient` gets through the gateway, bit for bit, the tensors that it gets without: binary and JSON, both ways.

usage: check.py DIRECT_PORT GATEWAY_PORT
The gateway serves `echo-small` and `echo-large` as `echo`, and `sum-small` and `sum-large` as `sum`.
"""

from __future__ import annotations

import sys
import unittest
from typing import Any, Iterator

import numpy
import tritonclient.http as triton
from tritonclient.utils import InferenceServerException

DIRECT, GATEWAY = (f"127.0.0.1:{port}" for port in sys.argv[1:3])
KINDS = {"BOOL": numpy.bool_, "UINT8": numpy.uint8, "UINT64": numpy.uint64, "INT8": numpy.int8, "INT16": numpy.int16,
         "INT64": numpy.int64, "FP16": numpy.float16, "FP32": numpy.float32, "FP64": numpy.float64, "BYTES": numpy.object_}


def tensor(kind: str, shape: tuple[int, ...], seed: int = 1) -> numpy.ndarray:
    """Any bits: NaN, infinities and negative zero among them."""
    random = numpy.random.default_rng(seed)
    count = int(numpy.prod(shape))
    if kind == "BYTES":
        return numpy.array([random.bytes(int(size)) for size in random.integers(0, 40, count)], dtype=object).reshape(shape)
    if kind == "BOOL":
        return random.integers(0, 2, shape).astype(bool)
    return numpy.frombuffer(random.bytes(count * numpy.dtype(KINDS[kind]).itemsize), KINDS[kind]).reshape(shape)


def bits(array: numpy.ndarray) -> Any:
    return [array.dtype.str, array.shape, array.tolist() if array.dtype == object else array.tobytes()]


class Unchanged(unittest.TestCase):
    def clients(self) -> Iterator[triton.InferenceServerClient]:
        for address in (DIRECT, GATEWAY):
            client = triton.InferenceServerClient(address, concurrency=4)
            yield client
            client.close()

    @staticmethod
    def request(kind: str, data: numpy.ndarray, binary: bool) -> list[Any]:
        wanted = triton.InferInput("x", list(data.shape), kind)
        wanted.set_data_from_numpy(data, binary_data=binary)
        return [wanted]

    def same(self, model: str, alias: str, request: list[Any], **more: Any) -> list[Any]:
        """The outputs of the variant directly, through the gateway by name, and through it by the alias."""
        seen = []
        for client in self.clients():
            for name in (model, alias) if client._parsed_url.port == int(sys.argv[2]) else (model,):
                result = client.infer(name, request, request_id="7", **more)
                document = result.get_response()
                if name == alias:
                    self.assertIn(document.pop("model_name"), (f"{alias}-small", f"{alias}-large"))
                    document["model_name"] = model
                seen.append((document, {o["name"]: bits(result.as_numpy(o["name"])) for o in document["outputs"]}))
        self.assertEqual(len(seen), 3)
        self.assertEqual(seen[0], seen[1])
        self.assertEqual(seen[0], seen[2])
        return [seen[0][0], seen[0][1]]

    def test_every_kind_there_and_back(self) -> None:
        for kind in KINDS:
            with self.subTest(kind):
                data = tensor(kind, (3, 5))
                outputs = [triton.InferRequestedOutput("x", binary_data=True)]
                document, arrays = self.same("echo-large", "echo", self.request(kind, data, True), outputs=outputs)
                self.assertEqual(arrays["x"], bits(data))
                self.assertGreater(document["parameters"]["bytes_behind_json"], 0)

    def test_json_there_and_binary_back_and_the_other_way(self) -> None:
        data = numpy.array([[1.5, -2.0], [0.1, 1e-30]], numpy.float32)
        for there in (True, False):
            outputs = [triton.InferRequestedOutput("x", binary_data=not there)]
            _, arrays = self.same("echo-small", "echo", self.request("FP32", data, there), outputs=outputs)
            self.assertEqual(arrays["x"], bits(data))

    def test_a_picture_of_600_kilobytes(self) -> None:
        data = numpy.random.default_rng(2).random((1, 3, 224, 224)).astype(numpy.float32)
        _, arrays = self.same("echo-large", "echo", self.request("FP32", data, True))
        self.assertEqual(arrays["x"], bits(data))
        self.same("sum-large", "sum", self.request("FP32", data, False))

    def test_several_tensors_and_none(self) -> None:
        request = []
        for number, shape in enumerate([(4,), (0, 3), (2, 2, 2)]):
            data = tensor("INT64", shape, number)
            one = triton.InferInput(f"x{number}", list(shape), "INT64")
            one.set_data_from_numpy(data, binary_data=True)
            request.append(one)
        self.same("echo-large", "echo", request)

    def test_compressed_both_ways(self) -> None:
        data = tensor("INT16", (64, 64))
        for coding in ("gzip", "deflate"):
            _, arrays = self.same(
                "echo-large", "echo", self.request("INT16", data, True), request_compression_algorithm=coding,
                response_compression_algorithm="gzip")
            self.assertEqual(arrays["x"], bits(data))

    def test_many_at_once(self) -> None:
        for client in self.clients():
            waiting = [(data, client.async_infer("echo-large", self.request("UINT8", data, True)))
                       for data in (tensor("UINT8", (257,), seed) for seed in range(32))]
            for data, answer in waiting:
                self.assertEqual(bits(answer.get_result().as_numpy("x")), bits(data))

    def test_questions_about_models(self) -> None:
        seen = []
        for client in self.clients():
            self.assertTrue(client.is_server_live() and client.is_server_ready())
            self.assertTrue(client.is_model_ready("echo-large"))
            self.assertIn("binary_tensor_data", client.get_server_metadata()["extensions"])
            seen.append([client.get_model_metadata("echo-large"), client.get_model_metadata("echo-large", "1")])
        self.assertEqual(seen[0], seen[1])
        through = triton.InferenceServerClient(GATEWAY)
        self.assertTrue(through.is_model_ready("echo"))
        self.assertFalse(through.is_model_ready("ecoh"))
        self.assertIn(through.get_model_metadata("echo")["name"], ("echo-small", "echo-large"))

    def test_errors(self) -> None:
        told = []
        for client in self.clients():
            wrong = self.request("FP32", tensor("FP32", (2, 2)), True)
            wrong[0]._parameters["binary_data_size"] = 12
            with self.assertRaises(InferenceServerException) as failure:
                client.infer("echo-large", wrong)
            told.append((failure.exception.status(), failure.exception.message()))
        self.assertEqual(told[0], told[1])
        with self.assertRaisesRegex(InferenceServerException, "echo"):
            triton.InferenceServerClient(GATEWAY).infer("ecoh", self.request("FP32", tensor("FP32", (1,)), True))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
