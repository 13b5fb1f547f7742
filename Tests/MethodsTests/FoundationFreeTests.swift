import Foundation
import Testing

@Suite("The meter stays small")
struct FoundationFreeTests {
  /// The repository's root, from this file's own place in it.
  private static let root = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  @Test(
    "What the meter links, and the tables that Core carries, import no Foundation",
    arguments: [
      "Sources/Core/Quantities", "Sources/Core/Methods", "Sources/Core/Factors", "Sources/Measure/Metering",
      "Sources/Programs/dimmer-meter",
    ])
  func noFoundation(_ folder: String) throws {
    let place = FoundationFreeTests.root.appending(path: folder)
    let files = try #require(FileManager.default.enumerator(at: place, includingPropertiesForKeys: nil))
    var seen = 0
    for case let file as URL in files where file.pathExtension == "swift" {
      seen += 1
      let text = try String(contentsOf: file, encoding: .utf8)
      for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
        let words = line.split { $0 == " " || $0 == "." }
        guard let keyword = words.firstIndex(of: "import") else { continue }
        // "import Foundation", "public import FoundationEssentials", "import struct Foundation.Data"
        let names = words[(keyword + 1)...].prefix(2)
        #expect(
          !names.contains { $0.hasPrefix("Foundation") }, "\(file.lastPathComponent), line \(number + 1): \(line)")
      }
    }
    #expect(seen > 0, "no Swift file in \(folder)")
  }
}
