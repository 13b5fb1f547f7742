import Methods
import Quantities

extension FootprintLabel {
  /// The label as a drawing of its own, to put anywhere as an image. It is 340 wide and scales with what holds it; a
  /// screen reader is told all of it in the description, in reading order.
  public var svg: String {
    let card = LabelCard(self)
    let id = "dimmer-\(evidence.hash.prefix(12))"
    return """
      <svg xmlns="http://www.w3.org/2000/svg" class="dimmer-label" role="img" aria-labelledby="\(id)-title \(id)-desc" \
      viewBox="0 0 340 \(Int(card.height))" width="340" height="\(Int(card.height))" style="max-width:100%;height:auto">
      <title id="\(id)-title">\(HTML.portable("\(Self.title): \(subject)"))</title>
      <desc id="\(id)-desc">\(HTML.portable(spoken))</desc>
      <style>\(HTML.escaped(LabelStyle.drawing).replacingQuotes)</style>
      \(card.elements.joined(separator: "\n"))
      </svg>

      """
  }

  /// All of the label in sentences.
  var spoken: String {
    let lines = ([energyField] + fields).map { field in
      "\(field.name): \(field.value)\(field.detail.isEmpty ? "" : " (\(field.detail))")."
    }
    return (["Per \(functionalUnit).", scaleDescription] + lines + [Self.footnote]).joined(separator: " ")
  }
}

extension String {
  /// Quotes inside a style element stand as they are.
  fileprivate var replacingQuotes: String {
    split(separator: "&quot;", omittingEmptySubsequences: false).joined(separator: "\"")
  }
}

/// The drawing of a label, laid out from top to bottom.
private struct LabelCard {
  private(set) var elements: [String] = []
  private(set) var height = 0.0
  private let label: FootprintLabel
  private let left = 16.0
  private let right = 324.0

  init(_ label: FootprintLabel) {
    self.label = label
    var y = heading(from: 26)
    y = grade(from: y + 12)
    if let scale = label.scaleDrawing(left: left, width: right - left, base: y + 62) {
      elements += scale.elements
      y += 104
    }
    for field in label.fields { y = row(field, from: y) }
    for line in wrapped(FootprintLabel.footnote, width: 46) {
      y += 16
      text(line, y: y, style: "soft")
    }
    height = y + 14
    elements.insert(
      "<rect class=\"frame\" x=\"0.5\" y=\"0.5\" width=\"339\" height=\"\(number(height - 1))\" rx=\"9\"/>", at: 0)
  }

  private mutating func heading(from start: Double) -> Double {
    var y = start
    text(FootprintLabel.title, y: y, style: "soft")
    for line in wrapped(label.subject, width: 30).prefix(3) {
      y += 22
      text(line, y: y, style: "head")
    }
    for line in wrapped("per \(label.functionalUnit)" + (label.covers.map { ", \($0)" } ?? ""), width: 46) {
      y += 17
      text(line, y: y, style: "soft")
    }
    return y
  }

  /// The letter in its square with the energy beside it.
  private mutating func grade(from start: Double) -> Double {
    let graded = label.energyGrade.graded
    if let graded {
      elements.append(
        "<rect class=\"own\" x=\"16\" y=\"\(number(start))\" width=\"58\" height=\"58\" rx=\"8\"/>"
          + "<text class=\"grade\" x=\"45\" y=\"\(number(start + 43))\">\(graded.grade.letter)</text>")
    }
    let x = graded == nil ? left : 86
    let field = label.energyField
    text(field.value, x: x, y: start + 22, style: "big")
    var y = start + 22
    for line in wrapped("energy, \(field.detail)", width: graded == nil ? 46 : 35) {
      y += 16
      text(line, x: x, y: y, style: "soft")
    }
    y += 16
    for line in wrapped("Grade: \(label.gradeText)", width: graded == nil ? 46 : 35) {
      text(line, x: x, y: y, style: "soft")
      y += 16
    }
    return max(start + 62, y)
  }

  private mutating func row(_ field: LabelField, from start: Double) -> Double {
    elements.append("<path class=\"rule\" d=\"M16 \(number(start + 4))H324\"/>")
    var names = start + 4
    for line in wrapped(field.name, width: 14) {
      names += 16
      text(line, y: names, style: "soft")
    }
    var values = start + 4
    for line in wrapped(field.value, width: 24) {
      values += 16
      text(line, x: 128, y: values, style: field.isStrong ? "strong" : "plain")
    }
    for line in field.detail.isEmpty ? [] : wrapped(field.detail, width: 26) {
      values += 15
      text(line, x: 128, y: values, style: "soft")
    }
    return max(names, values) + 4
  }

  private mutating func text(_ line: String, x: Double? = nil, y: Double, style: String) {
    elements.append(
      "<text class=\"\(style)\" x=\"\(number(x ?? left))\" y=\"\(number(y))\">\(HTML.portable(line))</text>")
  }

  private func number(_ value: Double) -> String { Decimals.fixed(value, places: 1) }
}
