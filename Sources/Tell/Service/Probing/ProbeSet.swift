/// A file of probes: JSON lines.
public struct ProbeSet: Hashable, Sendable {
  /// The probes, in the file's order; at least one.
  public let probes: [Probe]

  /// Reads JSON lines; empty ones are passed over.
  ///
  /// - Throws: ``ConfigurationError`` with the line.
  public init(lines text: String, file: String) throws(ConfigurationError) {
    var probes: [Probe] = []
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      guard line.contains(where: { !$0.isWhitespace }) else { continue }
      do throws(ProbeError) { probes.append(try Probe(line: line)) } catch {
        throw ConfigurationError(file: file, line: index + 1, error.description)
      }
    }
    guard !probes.isEmpty else { throw ConfigurationError(file: file, line: 1, "there is no probe in it") }
    self.probes = probes
  }

  /// The `count` probes of a round: each round goes on where the one before ended, so that all are asked in turn.
  func sample(_ count: Int, round: Int) -> [Probe] {
    let count = min(count, probes.count)
    return (0..<count).map { probes[(round * count + $0) % probes.count] }
  }
}
