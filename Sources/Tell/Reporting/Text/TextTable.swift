/// A table for people: columns as wide as they must be, numbers to the right.
public struct TextTable: Sendable {
  /// One column.
  public struct Column: Sendable {
    /// The heading.
    public let title: String
    /// Whether cells stand at the right edge, as numbers do.
    public let isNumeric: Bool
    /// A column of texts, or of numbers.
    public init(_ title: String, numeric: Bool = false) {
      self.title = title
      self.isNumeric = numeric
    }
  }

  private let columns: [Column]
  private var rows: [[String]] = []

  /// An empty table.
  public init(_ columns: [Column]) { self.columns = columns }

  /// Adds a row; missing cells are empty, extra ones are left out.
  public mutating func add(_ cells: [String]) {
    rows.append((0..<columns.count).map { $0 < cells.count ? cells[$0] : "" })
  }

  /// The table as lines, headings first.
  public func text(style: TextStyle = .plain) -> String {
    let widths = columns.indices.map { index in
      max(columns[index].title.count, rows.map { $0[index].count }.max() ?? 0)
    }
    let line = { (cells: [String]) in
      var parts: [String] = []
      for index in columns.indices {
        let padding = String(repeating: " ", count: widths[index] - cells[index].count)
        parts.append(columns[index].isNumeric ? padding + cells[index] : cells[index] + padding)
      }
      var text = parts.joined(separator: "  ")
      while text.last == " " { text.removeLast() }
      return text
    }
    return ([style.bold(line(columns.map(\.title)))] + rows.map(line)).joined(separator: "\n")
  }
}

/// Emphasis for terminals, and none elsewhere.
public struct TextStyle: Sendable {
  /// Whether escape sequences are written.
  public let isColoured: Bool
  /// No emphasis: pipes, files, NO_COLOR.
  public static let plain = TextStyle(isColoured: false)
  /// With or without colour.
  public init(isColoured: Bool) { self.isColoured = isColoured }

  /// Strong text.
  public func bold(_ text: String) -> String { wrap(text, "1") }
  /// Text that steps back.
  public func dim(_ text: String) -> String { wrap(text, "2") }
  /// Text that says "good".
  public func green(_ text: String) -> String { wrap(text, "32") }
  /// Text that says "look here".
  public func yellow(_ text: String) -> String { wrap(text, "33") }

  private func wrap(_ text: String, _ code: String) -> String { isColoured ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text }
}
