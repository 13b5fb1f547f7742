import Foundation

/// `dimmer serve` with a small real model server behind it.
struct Serving: Sendable {
  let space: Workspace
  let program: StartedProgram
  let gateway: Int
  let control: Int
  let activity: String

  /// Two days of grid values, an hour each, from which the configuration takes a replay.
  static let series = MarchTrace.csv()

  /// A configuration of two variants at `port`, the gateway and the page on ports that the system chooses.
  static func configuration(upstream port: Int, policy: String = "receding-horizon", floor: Double = 80) -> String {
    """
    gateway: {listen: "127.0.0.1:0"}
    control: {listen: "127.0.0.1:0"}
    grid: {region: US-CAL-CISO, series: s.csv, column: intensity_g_per_kwh, replay: {start: 2021-03-20T12:00:00Z, speed: 1}}
    pue: 1.2
    models:
      - alias: chat
        floor: \(floor)
        policy: \(policy)
        variants:
          - {name: small, url: "http://127.0.0.1:\(port)", quality: 74, energy_per_unit: 2 J}
          - {name: large, url: "http://127.0.0.1:\(port)", quality: 83, energy_per_unit: 9 J}

    """
  }

  /// Starts the model server.
  ///
  /// - Returns: its port.
  static func startUpstream(_ space: Workspace) async throws -> (program: StartedProgram, port: Int) {
    guard let python = Programs.system("python3") else {
      throw Programs.Missing(description: "python3 is not on the PATH")
    }
    try space.write("upstream.py", upstream)
    try? FileManager.default.removeItem(atPath: space.file("upstream.port"))
    let program = try space.start(program: [python, "upstream.py"])
    return (program, try await space.port(of: program, in: "upstream.port"))
  }

  /// Starts `dimmer serve` with `configuration` and waits until both ports listen.
  static func start(
    _ space: Workspace, configuration: String, environment: [String: String] = [:]
  ) async throws -> Serving {
    try space.write("s.csv", series)
    try space.write("dimmer.yaml", configuration)
    try? FileManager.default.removeItem(atPath: space.file("ready.json"))
    let program = try space.start(["serve", "--ready", space.file("ready.json")], environment: environment)
    let ready = try await eventually("dimmer serve listens") { () -> JSON? in
      guard program.isRunning else { throw TookTooLong(description: "dimmer serve ended: \(program.errorText)") }
      return space.text("ready.json").flatMap { try? JSON($0) }
    }
    return Serving(
      space: space, program: program, gateway: Int(try ready["gateway_port"].number()),
      control: Int(try ready["control_port"].number()), activity: try ready["activity"].text())
  }

  /// Gives a test a model server with `dimmer serve` before it.
  static func use(
    policy: String = "receding-horizon", floor: Double = 80, _ body: (Serving) async throws -> Void
  ) async throws {
    try await Workspace.use { space in
      let (_, port) = try await startUpstream(space)
      try await body(try await start(space, configuration: configuration(upstream: port, policy: policy, floor: floor)))
    }
  }

  /// A KServe request of two numbers under `model`.
  func infer(_ model: String) async throws -> HTTPExchange {
    let body = #"{"inputs":[{"name":"x","shape":[1,2],"datatype":"FP32","data":[1.5,2.5]}]}"#
    return try await HTTPExchange.ask("POST", port: gateway, "/v2/models/\(model)/infer", json: body)
  }

  /// An OpenAI chat request under `model`.
  func chat(_ model: String, more: String = "") async throws -> HTTPExchange {
    let body = "{\"messages\":[{\"role\":\"user\",\"content\":\"\\u0068i\"}],\"model\":\"\(model)\"\(more)}"
    return try await HTTPExchange.ask("POST", port: gateway, "/v1/chat/completions", json: body)
  }

  /// A request's record once it is written.
  func record(of id: String) async throws -> JSON {
    try await eventually("request \(id) is recorded") {
      let answer = try await HTTPExchange.ask(port: control, "/dimmer/v1/requests/\(id)")
      return answer.status == 200 ? try answer.document() : nil
    }
  }

  /// Speaks KServe v2 and OpenAI chat, plain and streamed, under any model's name, and writes down what it was asked.
  private static let upstream = #"""
    import http.server, json, os

    class Model(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_): pass

        def answer(self, body, kind="application/json"):
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self):
            self.answer(b'{"ready": true}')

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            with open("asked.jsonl", "a") as log:
                log.write(json.dumps({"path": self.path, "body": body.decode()}) + "\n")
            asked = json.loads(body)
            if self.path.startswith("/v2/models/"):
                name = self.path.split("/")[3]
                data = asked["inputs"][0]["data"]
                # The small model gets sums wrong that are called hard.
                if name == "small" and asked.get("parameters", {}).get("hard"): data = data + [1]
                self.answer(json.dumps({"model_name": name, "outputs": [
                    {"name": "y", "shape": [1], "datatype": "FP32", "data": [sum(data)]}]}).encode())
                return
            model = asked["model"]
            if not asked.get("stream"):
                self.answer(json.dumps({"id": "c1", "object": "chat.completion", "model": model, "choices": [
                    {"index": 0, "message": {"role": "assistant", "content": "hello"}, "finish_reason": "stop"}],
                    "usage": {"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10}}).encode())
                return
            events = [{"id": "c2", "model": model, "choices": [{"index": 0, "delta": {"content": word}}]}
                      for word in ("na\u00efve ", "words")]
            events.append({"id": "c2", "model": model, "choices": [],
                           "usage": {"prompt_tokens": 7, "completion_tokens": 2, "total_tokens": 9}})
            stream = b"".join(b"data: " + json.dumps(event).encode() + b"\n\n" for event in events)
            self.answer(stream + b"data: [DONE]\n\n", "text/event-stream")

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Model)
    with open("upstream.part", "w") as file: file.write(str(server.server_port))
    os.rename("upstream.part", "upstream.port")
    server.serve_forever()
    """#
}
