import NIOHTTP1
import Testing

@testable import Gateway

@Suite("Who may call, and where backends are")
struct RulesTests {
  @Test(
    "this machine's names and addresses, and configured names, are the gateway's",
    arguments: [
      "localhost", "LOCALHOST:8080", "chat.localhost:1", "127.0.0.1", "127.0.0.1:8080", "127.1.2.3", "[::1]",
      "[::1]:80", "localhost.", "Gate.example:443",
    ])
  func ownHosts(host: String) { #expect(HostRule(names: ["gate.EXAMPLE"]).allows(host: host)) }

  @Test(
    "no other name is",
    arguments: [
      "evil.example", "evil.example:8080", "127.0.0.1.evil.example", "localhost.evil.example", "", ":80", "127.0.0.1:x",
      "128.0.0.1", "127.0.0", "127.0.0.256", "127.0.0.1@evil.example", "[::2]", "[::1]x", "2130706433", "xlocalhost",
    ])
  func foreignHosts(host: String) { #expect(!HostRule(names: ["gate.example"]).allows(host: host)) }

  @Test("pages of this machine and programs that are no pages may call, strangers' and hidden ones may not")
  func origins() {
    let rule = HostRule(names: ["gate.example"])
    for origin in ["http://localhost:3000", "https://gate.example", "http://[::1]", "tauri://localhost", "app://x"] {
      #expect(rule.allows(origin: origin))
    }
    for origin in ["null", "", "http://evil.example", "https://localhost.evil.example", "http:localhost", "http://"] {
      #expect(!rule.allows(origin: origin))
    }
  }

  @Test("a backend is read from its URL, with the scheme's own port and a path as prefix")
  func urls() throws {
    let plain = try Backend(parsing: "http://models:8000")
    #expect(plain == Backend(host: "models", port: 8000))
    let secure = try Backend(parsing: "HTTPS://api.example.com/openai/")
    #expect(secure == Backend(host: "api.example.com", port: 443, pathPrefix: "/openai", tls: BackendTLS()))
    #expect(secure.usesTLS)
    #expect(secure.hostField == "api.example.com")
    for (url, text, field) in [
      ("http://[::1]:8000/x", "[::1]:8000", "[::1]:8000"), ("http://[::1]", "[::1]:80", "[::1]"),
      ("https://h:80", "h:80", "h:80"),
    ] {
      let backend = try Backend(parsing: url)
      #expect(backend.description == text)
      #expect(backend.hostField == field)
    }
  }

  @Test(
    "what is no backend's URL is told",
    arguments: [
      "", "models:8000", "ftp://h", "http://", "http://:80", "http://h:0", "http://h:99999", "http://h:x", "http://h?a",
      "http://[::1", "http://[x]:1", "http://a b",
    ])
  func badURLs(url: String) { #expect(throws: BackendURLError.self) { _ = try Backend(parsing: url) } }

  @Test("a password in a URL is refused and not repeated")
  func password() {
    let error = #expect(throws: BackendURLError.self) { _ = try Backend(parsing: "https://me:hunter2@h/") }
    #expect(error?.description.contains("hunter2") == false)
  }

  static func metadata(_ inputs: String, _ outputs: String = "") -> [UInt8] {
    Array(#"{"name":"m","versions":["1"],"platform":"x","inputs":[\#(inputs)],"outputs":[\#(outputs)]}"#.utf8)
  }
  static func image(_ shape: String, _ type: String = "FP32") -> String {
    #"{"name":"image","datatype":"\#(type)","shape":[\#(shape)],"parameters":{"shape":[9]}}"#
  }

  @Test("variants agree when names, datatypes and shapes do; -1 stands for any size")
  func agree() {
    let fixed = Self.metadata(Self.image("1,3,240,240"), Self.image("1,1000"))
    let open = Self.metadata(Self.image("-1,3,-1, -1"), Self.image("-1,1000"))
    #expect(ContractCheck.differences(["b1": fixed, "b3": open, "b7": fixed]) == [])
    #expect(ContractCheck.differences(["b1": fixed]) == [])
  }

  @Test("each difference is one sentence that names the tensor and both variants")
  func differ() {
    let small = Self.metadata(Self.image("-1,3,240,240"), Self.image("-1,1000"))
    let large = Self.metadata(Self.image("-1,3,600,600"), Self.image("-1,1000", "FP16"))
    #expect(
      ContractCheck.differences(["b1": small, "b7": large]) == [
        "The input 'image' is FP32 [-1,3,240,240] for 'b1' but FP32 [-1,3,600,600] for 'b7'.",
        "The output 'image' is FP32 [-1,1000] for 'b1' but FP16 [-1,1000] for 'b7'.",
      ])
    let other = Self.metadata(#"{"shape":[1],"datatype":"BYTES","name":"file"}"#, Self.image("-1,1000"))
    #expect(
      ContractCheck.differences(["b1": small, "c": other]) == [
        "'b1' has the input 'image', 'c' does not.", "'c' has the input 'file', 'b1' does not.",
      ])
  }

  @Test(
    "metadata that cannot be read is said to be so",
    arguments: [
      "", "{}", "[]", #"{"inputs":[],"outputs":[{}]}"#, #"{"inputs":[[]],"outputs":[]}"#,
      #"{"inputs":[{"name":"x","datatype":"FP32","shape":[1.5]}],"outputs":[]}"#,
      #"{"inputs":[{"name":"x","datatype":"FP32","shape":[-2]}],"outputs":[]}"#, #"{"inputs":[],"outputs":[]"#,
    ])
  func unreadable(text: String) {
    #expect(
      ContractCheck.differences(["m": Array(text.utf8)]) == [
        "The metadata of 'm' cannot be read; it must list inputs and outputs as KServe v2 has them."
      ])
  }

  @Test("each variant's first backend is asked for its metadata, and one that does not tell is named")
  func fetch() async throws {
    let text = Self.metadata(Self.image("1"))
    let server = try await ModelServer { request, reply in
      reply.answer(request.head.uri == "/v2/models/a%2Fb/versions/2" ? 200 : 404, text)
    }
    let dead = try DeadPort()
    let route = AliasRoute(
      alias: "vision",
      variants: [
        VariantTarget(name: "good", modelName: "a/b", version: "2", backends: [server.backend]),
        VariantTarget(name: "unknown", backends: [server.backend]), variant("dead", dead.port),
      ])
    let (metadata, silent) = try await ContractFetch.metadata(of: route)
    #expect(metadata == ["good": text])
    #expect(
      silent == [
        "'dead' did not tell what it takes: no connection to 127.0.0.1:\(dead.port).",
        "'unknown' did not tell what it takes: status 404.",
      ])
    dead.release()
    await server.stop()
  }
}
