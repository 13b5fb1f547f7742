import Foundation
import Testing

/// Clients and servers of the Open Inference Protocol that know nothing of Dimmer.
@Suite("KServe's clients and servers")
struct KServeClientTests {
  /// `scripts/setup.sh test` brings tritonclient and numpy.
  private static let python = Programs.testPython(with: "tritonclient")

  private static func configuration(_ aliases: [String], port: Int) -> String {
    let models = aliases.map { alias in
      """
        - alias: \(alias)
          floor: 80
          variants:
            - {name: \(alias)-small, url: "http://127.0.0.1:\(port)", quality: 74, energy_per_unit: 2 J}
            - {name: \(alias)-large, url: "http://127.0.0.1:\(port)", quality: 83, energy_per_unit: 9 J}
      """
    }
    return """
      gateway: {listen: "127.0.0.1:0"}
      control: {listen: "127.0.0.1:0"}
      grid: {region: US-CAL-CISO, series: s.csv, column: intensity_g_per_kwh, replay: {start: 2021-03-20T12:00:00Z, speed: 1}}
      models:
      \(models.joined(separator: "\n"))

      """
  }

  @Test(
    "tritonclient has through the gateway, bit for bit, the tensors that it has without",
    .enabled(if: python != nil, "no tritonclient: 'scripts/setup.sh test' brings it"))
  func tensors() async throws {
    let python = try #require(Self.python)
    try await Workspace.use { space in
      let port = try await space.startPeer([python, "\(Programs.root)/Tests/KServeClient/peer.py"])
      let serving = try await Serving.start(space, configuration: Self.configuration(["echo", "sum"], port: port))
      let check = "\(Programs.root)/Tests/KServeClient/check.py"
      let ending = try await space.start(program: [python, check, "\(port)", "\(serving.gateway)"]).end()
      #expect(ending.status == 0, "\(ending.error.suffix(6000))")
      #expect(ending.error.contains("\nOK\n"), "\(ending.error.suffix(600))")
    }
  }

  // MARK: MLServer

  /// The demo's environment has MLServer once the demo has run.
  private static let mlserver: String? = {
    let path = "\(Programs.root)/.venv/bin/mlserver"
    return FileManager.default.isExecutableFile(atPath: path) ? path : nil
  }()

  /// A model of two inputs that MLServer runs: their sum.
  private static let runtime = """
    from mlserver import MLModel
    from mlserver.codecs import NumpyCodec
    from mlserver.types import InferenceRequest, InferenceResponse, MetadataTensor

    class Sum(MLModel):
        async def load(self) -> bool:
            self.inputs = [MetadataTensor(name="x", datatype="FP64", shape=[-1, 3])]
            self.outputs = [MetadataTensor(name="y", datatype="FP64", shape=[-1, 1])]
            return True

        async def predict(self, payload: InferenceRequest) -> InferenceResponse:
            x = NumpyCodec.decode_input(payload.inputs[0])
            return InferenceResponse(id=payload.id, model_name=self.name, model_version=self.version, outputs=[
                NumpyCodec.encode_output("y", x.sum(axis=1, keepdims=True))])

    """

  private static func startMLServer(_ space: Workspace, _ program: String) async throws -> Int {
    try space.write("runtime.py", runtime)
    for name in ["ladder-small", "ladder-large"] {
      let folder = space.file("models/\(name)")
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try space.write(
        "models/\(name)/model-settings.json", "{\"name\": \"\(name)\", \"implementation\": \"runtime.Sum\"}")
    }
    let port = try freePort()
    try space.write(
      "models/settings.json",
      "{\"host\": \"127.0.0.1\", \"http_port\": \(port), \"grpc_port\": \(try freePort()), \"metrics_port\": \(try freePort()), \"parallel_workers\": 0}"
    )
    let server = try space.start(
      program: [program, "start", space.file("models")], environment: ["PYTHONPATH": space.folder])
    try await eventually("MLServer is ready") {
      guard server.isRunning else { throw TookTooLong(description: "MLServer ended: \(server.errorText.suffix(2000))") }
      let answer = try? await HTTPExchange.ask(port: port, "/v2/models/ladder-large/ready")
      return answer?.status == 200
    }
    return port
  }

  @Test(
    "a real MLServer answers through the gateway as it answers without: ready, metadata, infer and its errors",
    .enabled(if: mlserver != nil, "no MLServer: 'make demo' brings it"))
  func realServer() async throws {
    let program = try #require(Self.mlserver)
    try await Workspace.use { space in
      let port = try await Self.startMLServer(space, program)
      let serving = try await Serving.start(space, configuration: Self.configuration(["ladder"], port: port))
      for path in ["", "/ready"] {
        let direct = try await HTTPExchange.ask(port: port, "/v2/models/ladder-large\(path)")
        let through = try await HTTPExchange.ask(port: serving.gateway, "/v2/models/ladder-large\(path)")
        #expect(direct.status == 200 && through.status == 200, "\(path)")
        #expect(direct.body == through.body, "\(path)")
      }
      let good = #"{"id":"7","inputs":[{"name":"x","shape":[2,3],"datatype":"FP64","data":[1.10,2e0,3,4,5,6.5]}]}"#
      for body in [
        good, #"{"inputs":[]}"#, "{", #"{"inputs":[{"name":"x","shape":[9],"datatype":"FP64","data":[1]}]}"#,
      ] {
        let direct = try await HTTPExchange.ask("POST", port: port, "/v2/models/ladder-large/infer", json: body)
        let through = try await HTTPExchange.ask(
          "POST", port: serving.gateway, "/v2/models/ladder-large/infer", json: body)
        #expect(direct.status == through.status, "\(body)")
        #expect(direct.body == through.body, "\(body)")
      }
      let answer = try await HTTPExchange.ask("POST", port: serving.gateway, "/v2/models/ladder/infer", json: good)
      #expect(try answer.document()["outputs"][0]["data"][1].double == 15.5, "\(answer.body)")
      #expect(try answer.document()["model_name"].string == answer.headers["dimmer-variant"])
      #expect(try answer.document()["id"].string == "7")
      let ready = try await HTTPExchange.ask(port: serving.gateway, "/v2/models/ladder/ready")
      #expect(ready.status == 200)
    }
  }
}
