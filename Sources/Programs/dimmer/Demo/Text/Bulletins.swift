import Foundation

/// A text to summarise, with the articles it is made of.
struct Bulletin: Decodable, Sendable {
  let text: String
  let articles: [String]

  /// How long a summary may be: as long in proportion as the summaries written by hand, 27 % of the words.
  var mostWords: Int { Int((0.27 * Double(text.split(whereSeparator: \.isWhitespace).count)).rounded()) }
}

/// The bulletins of one part, as `text_prepare.py` wrote them.
struct Bulletins: Sendable {
  /// Where they stand.
  let path: String
  let all: [Bulletin]

  /// Reads the bulletins at `path`.
  init(path: String) throws {
    self.path = path
    let lines = String(decoding: try Files.read(path), as: UTF8.self).split(separator: "\n")
    do { all = try lines.map { try JSONDecoder().decode(Bulletin.self, from: Data($0.utf8)) } } catch {
      throw Failure(.data, "\(path) does not hold bulletins: \(error); remove it and try again")
    }
    guard !all.isEmpty else { throw Failure(.data, "\(path) holds no bulletin; remove it and try again") }
  }
}
