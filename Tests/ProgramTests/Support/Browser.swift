import Foundation
import Glibc

/// Chromium without a window, driven over its debugging pipe: pages are opened, keys pressed and what is there read as
/// a person with a keyboard would find it.
final class Browser {
  /// A key with its code and what it types.
  enum Key: String {
    case tab = "Tab"
    case enter = "Enter"
    case escape = "Escape"
    case space = "Space"

    var code: Int { [.tab: 9, .enter: 13, .escape: 27, .space: 32][self] ?? 0 }
    var text: String { [.enter: "\r", .space: " "][self] ?? "" }
    var name: String { self == .space ? " " : rawValue }
  }

  /// What the browser refused.
  struct Refused: Error, CustomStringConvertible {
    let description: String
  }

  private let program: StartedProgram
  private let commands: Int32
  private let answers: Int32
  private var received: [UInt8] = []
  private var number = 0
  private var session = ""

  /// Starts it in a test's folder, on an empty page.
  init(_ space: Workspace) async throws {
    guard let chromium = Programs.system("chromium") else {
      throw Programs.Missing(description: "chromium is not on the PATH")
    }
    let folder = space.file("browser-\(UUID().uuidString)")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let pipes = ["commands", "answers"].map { "\(folder)/\($0)" }
    for pipe in pipes {
      guard mkfifo(pipe, 0o600) == 0 else { throw Refused(description: "\(pipe): \(String(cString: strerror(errno)))") }
    }
    // Both ends are held here, so that nobody waits for the other side to open.
    commands = Glibc.open(pipes[0], O_RDWR | O_CLOEXEC)
    answers = Glibc.open(pipes[1], O_RDWR | O_NONBLOCK | O_CLOEXEC)
    program = try space.start(program: [
      "sh", "-c", "exec \"$@\" 3<'\(pipes[0])' 4>'\(pipes[1])'", "sh", chromium, "--headless=new", "--no-sandbox",
      "--disable-gpu", "--remote-debugging-pipe", "--user-data-dir=\(folder)/profile", "about:blank",
    ])
    let target = try await eventually("the browser has a page") {
      try await call("Target.getTargets")["targetInfos"].array.first { $0["type"].string == "page" }
    }
    session = try await call("Target.attachToTarget", ["targetId": try target["targetId"].text(), "flatten": true])[
      "sessionId"
    ].text()
  }

  deinit {
    _ = Glibc.close(commands)
    _ = Glibc.close(answers)
  }

  /// Ends it.
  func end() async throws {
    session = ""
    send("Browser.close", [:])
    _ = try await program.end(within: .seconds(30))
  }

  /// One command of the protocol.
  @discardableResult
  func call(_ method: String, _ parameters: [String: Any] = [:]) async throws -> JSON {
    let id = send(method, parameters)
    return try await eventually("the browser answers \(method)", within: .seconds(60)) {
      while let message = try next() {
        if message["id"].int == id {
          if message["error"].isPresent { throw Refused(description: "\(method): \(message["error"])") }
          return message["result"]
        }
      }
      guard program.isRunning else { throw Refused(description: "the browser ended: \(program.errorText)") }
      return nil
    }
  }

  /// The size of its window in pixels of the page, the colours that its user likes, and what it draws for.
  func look(_ width: Int, _ height: Int, scheme: String, medium: String = "") async throws {
    try await call(
      "Emulation.setDeviceMetricsOverride",
      ["width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500])
    try await call(
      "Emulation.setEmulatedMedia",
      ["media": medium, "features": [["name": "prefers-color-scheme", "value": scheme]]])
  }

  /// Opens an address and waits until it is there.
  func open(_ address: String) async throws {
    try await loading { try await call("Page.navigate", ["url": address]) }
  }

  /// Does what leads to another page, and waits until that is there.
  func loading(_ body: () async throws -> Void) async throws {
    _ = try await value("window.isLeft=true")
    try await body()
    try await eventually("the page is there", within: .seconds(60)) {
      // While one page goes and the next comes there is nothing to ask.
      let state = try? await value("window.isLeft?'':document.readyState")
      return state?.string == "complete"
    }
  }

  /// Presses a key, where the focus is.
  func press(_ key: Key) async throws {
    var down: [String: Any] = ["key": key.name, "code": key.rawValue, "windowsVirtualKeyCode": key.code]
    if !key.text.isEmpty { down["text"] = key.text }
    try await call(
      "Input.dispatchKeyEvent", down.merging(["type": key.text.isEmpty ? "rawKeyDown" : "keyDown"]) { $1 })
    down["text"] = nil
    try await call("Input.dispatchKeyEvent", down.merging(["type": "keyUp"]) { $1 })
  }

  /// Types a text, where the focus is.
  func type(_ text: String) async throws { try await call("Input.insertText", ["text": text]) }

  /// The value of an expression on the page.
  func value(_ expression: String) async throws -> JSON {
    let answer = try await call("Runtime.evaluate", ["expression": expression, "returnByValue": true])
    guard !answer["exceptionDetails"].isPresent else { throw Refused(description: "\(answer["exceptionDetails"])") }
    return answer["result"]["value"]
  }

  /// The page as a picture, to its end.
  func picture() async throws -> Data {
    let answer = try await call("Page.captureScreenshot", ["format": "png", "captureBeyondViewport": true])
    guard let data = Data(base64Encoded: try answer["data"].text()) else {
      throw Refused(description: "the picture is not in base 64")
    }
    return data
  }

  @discardableResult
  private func send(_ method: String, _ parameters: [String: Any]) -> Int {
    number += 1
    var message: [String: Any] = ["id": number, "method": method, "params": parameters]
    if !session.isEmpty { message["sessionId"] = session }
    var bytes = [UInt8]((try? JSONSerialization.data(withJSONObject: message)) ?? Data()) + [0]
    while !bytes.isEmpty {
      let written = write(commands, bytes, bytes.count)
      guard written > 0 else { break }
      bytes.removeFirst(written)
    }
    return number
  }

  /// The next message that has come, if one has.
  private func next() throws -> JSON? {
    while true {
      if let end = received.firstIndex(of: 0) {
        let text = String(decoding: received[..<end], as: UTF8.self)
        received.removeSubrange(...end)
        return try JSON(text)
      }
      var buffer = [UInt8](repeating: 0, count: 65_536)
      let count = read(answers, &buffer, buffer.count)
      guard count > 0 else { return nil }
      received += buffer[..<count]
    }
  }
}
