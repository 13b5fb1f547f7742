public import Quantities

/// The frame around every page: head, header, main part, footer.
public enum PageFrame {
  /// A whole document.
  ///
  /// - Parameters:
  ///   - title: the page's name.
  ///   - subtitle: one line under it.
  ///   - home: a link back to the first page, or `nil` on the first page itself and in reports.
  ///   - main: the content as HTML.
  ///   - script: the address of a script that keeps the page live, or `nil`.
  ///   - style: rules of this page beside those of all.
  public static func document(
    title: String, subtitle: String, home: String?, main: String, script: String? = nil, style: String = ""
  ) -> String {
    """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>\(HTML.escaped(title))</title>
    <link rel="icon" href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Ccircle cx='8' cy='8' r='7' fill='%231f7a4d'/%3E%3Cpath d='M8 1a7 7 0 0 1 0 14z' fill='%23cfe8d6'/%3E%3C/svg%3E">
    <style>\(PageStyle.css)\(style)</style>
    </head>
    <body>
    <a class="skip" href="#main">Skip to content</a>
    <header class="top">\(home.map { "<a class=\"home\" href=\"\(HTML.escaped($0))\">Dimmer</a> " } ?? "")<h1>\(HTML.escaped(title))</h1>
    <p>\(HTML.escaped(subtitle))</p></header>
    <main id="main" tabindex="-1">
    \(main)
    </main>
    <footer>Intervals are 95 %. Modelled is not measured: each figure links to how it came about.</footer>
    \(script.map { "<script src=\"\(HTML.escaped($0))\" defer></script>" } ?? "")
    </body>
    </html>

    """
  }
}

/// A table of a page, with a caption for screen readers and links in its cells.
public struct PageTable: Sendable {
  /// A cell: text, where it leads, and whether it is a number.
  public struct Cell: Sendable {
    let text: String
    let link: String?
    let isNumeric: Bool
    let isWhole: Bool
    let title: String?
    /// A text.
    public init(_ text: String, link: String? = nil, title: String? = nil) {
      self.text = text
      self.link = link
      self.isNumeric = false
      isWhole = link != nil
      self.title = title
    }
    /// A name or day, which is not broken over lines.
    public init(name text: String) {
      self.text = text
      link = nil
      isNumeric = false
      isWhole = true
      title = nil
    }
    /// A moment, as `2021-03-20 23:29` UTC, whole when pointed at.
    public init(time: Timestamp, link: String? = nil) {
      let text = time.description
      self.text = "\(text.prefix(10)) \(text.dropFirst(11).prefix(5))"
      self.link = link
      self.isNumeric = false
      isWhole = true
      self.title = text
    }
    /// A number with its unit.
    public init(number text: String, link: String? = nil, title: String? = nil) {
      self.text = text
      self.link = link
      self.isNumeric = true
      isWhole = true
      self.title = title
    }
  }

  private let caption: String
  private let columns: [(title: String, isNumeric: Bool)]
  private var rows: [[Cell]] = []

  /// An empty table.
  public init(_ caption: String, columns: [(title: String, isNumeric: Bool)]) {
    self.caption = caption
    self.columns = columns
  }

  /// Adds a row.
  public mutating func add(_ cells: [Cell]) { rows.append(cells) }

  /// The table as HTML, scrolling sideways by itself on narrow screens.
  public func html(empty: String) -> String {
    guard !rows.isEmpty else { return "<p class=\"soft\">\(HTML.escaped(empty))</p>" }
    let head = columns.map { "<th scope=\"col\"\($0.isNumeric ? " class=\"n\"" : "")>\(HTML.escaped($0.title))</th>" }
    let body = rows.map { row in
      "<tr>" + row.map(Self.html).joined() + "</tr>"
    }
    return """
      <div class="scroll" role="region" tabindex="0" aria-label="\(HTML.escaped(caption))"><table>
      <thead><tr>\(head.joined())</tr></thead>
      <tbody>
      \(body.joined(separator: "\n"))
      </tbody></table></div>
      """
  }

  private static func html(_ cell: Cell) -> String {
    var text = HTML.escaped(cell.text)
    if let link = cell.link { text = "<a href=\"\(HTML.escaped(link))\">\(text)</a>" }
    let title = cell.title.map { " title=\"\(HTML.escaped($0))\"" } ?? ""
    let style = cell.isNumeric ? " class=\"n nowrap\"" : cell.isWhole ? " class=\"nowrap\"" : ""
    return "<td\(style)\(title)>\(text)</td>"
  }
}
