/// Where a secret is; it never stands in the configuration itself.
public enum SecretPlace: Hashable, Sendable, CustomStringConvertible {
  /// An environment variable.
  case variable(String)
  /// A file that holds nothing else.
  case file(String)

  /// The place in words, for errors.
  public var description: String {
    switch self {
    case .variable(let name): "environment variable \(name)"
    case .file(let path): "file \(path)"
    }
  }

  /// Reads a place from one of two keys of a mapping; `nil` when neither is there.
  init?(
    variable: ConfigurationNode?, file: ConfigurationNode?, named: String
  ) throws(ConfigurationError) {
    switch (variable, file) {
    case (nil, nil): return nil
    case (let variable?, nil): self = .variable(try variable.text())
    case (nil, let file?): self = .file(try file.text())
    case (let variable?, _?): throw variable.failure("give '\(named)_env' or '\(named)_file', not both")
    }
  }
}

/// Reads secrets from where a configuration says they are. What it reads goes to the request that needs it and nowhere
/// else: errors name the place, never what is there.
public struct SecretReader: Sendable {
  private let environment: [String: String]
  private let readFile: @Sendable (String) throws -> [UInt8]

  /// A reader.
  ///
  /// - Parameter readFile: reads a whole file.
  public init(environment: [String: String], readFile: @escaping @Sendable (String) throws -> [UInt8]) {
    self.environment = environment
    self.readFile = readFile
  }

  /// A reader that finds nothing, where no secret is configured.
  public static let none = SecretReader(environment: [:]) { path in
    throw ConfigurationError(file: path, line: 0, "no files are read here")
  }

  /// The secret at a place; space around it, as the line end of a file, is no part of it.
  ///
  /// - Parameter purpose: whose it is, for errors.
  /// - Throws: ``ConfigurationError`` when nothing is there, or something that no header may hold.
  public func secret(at place: SecretPlace, of purpose: String) throws(ConfigurationError) -> String {
    let text: String
    switch place {
    case .variable(let name): text = environment[name] ?? ""
    case .file(let path):
      do { text = String(decoding: try readFile(path), as: UTF8.self) } catch {
        throw ConfigurationError(file: path, line: 0, "the key of \(purpose) cannot be read: \(error)")
      }
    }
    let trimmed = String(text.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
    guard !trimmed.isEmpty else {
      throw ConfigurationError(file: "keys", line: 0, "the key of \(purpose) is missing: the \(place) is empty")
    }
    guard trimmed.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      throw ConfigurationError(
        file: "keys", line: 0, "the key of \(purpose) in the \(place) has characters that no key has")
    }
    return trimmed
  }
}
