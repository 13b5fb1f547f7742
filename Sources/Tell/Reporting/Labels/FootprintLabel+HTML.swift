import Methods
import Quantities

extension FootprintLabel {
  /// The label as a piece of a page: put it into any element. It brings its own style, which touches nothing else, and
  /// reads from top to bottom as it looks.
  public var html: String {
    let field = energyField
    let graded = energyGrade.graded
    let badge =
      graded.map { "<div class=\"badge\" aria-hidden=\"true\">\($0.grade.letter)</div>" }
      ?? "<div class=\"badge none\" aria-hidden=\"true\">none</div>"
    let rows = fields.map { field in
      "<dt>\(HTML.portable(field.name))</dt><dd>\(HTML.weighted(field))"
        + (field.detail.isEmpty ? "" : "<span>\(HTML.portable(field.detail))</span>") + "</dd>"
    }
    return """
      <article class="dimmer-label" aria-label="\(HTML.portable("\(Self.title): \(subject)"))">
      <style>\(LabelStyle.drawing)
      \(LabelStyle.page)</style>
      <p class="quiet">\(HTML.portable(Self.title))</p>
      <p class="subject">\(HTML.portable(subject))</p>
      <p class="quiet">\(HTML.portable("per \(functionalUnit)" + (covers.map { ", \($0)" } ?? "")))</p>
      <div class="top">\(badge)
      <div><p class="energy">\(HTML.portable(field.value))</p>
      <p class="quiet">\(HTML.portable("energy, \(field.detail)"))</p></div></div>
      <p class="quiet">\(HTML.portable("Grade: \(gradeText)"))</p>
      \(scale)<dl>
      \(rows.joined(separator: "\n"))
      </dl>
      <p class="quiet">\(HTML.portable(Self.footnote))</p>
      </article>

      """
  }

  private var scale: String {
    guard let drawing = scaleDrawing(left: 7, width: 294, base: 60) else { return "" }
    let id = "dimmer-\(evidence.hash.prefix(12))"
    return """
      <svg role="img" aria-labelledby="\(id)-title \(id)-desc" viewBox="0 0 308 96">
      <title id="\(id)-title">Scale from A to G</title>
      <desc id="\(id)-desc">\(HTML.portable(scaleDescription))</desc>
      \(drawing.elements.joined(separator: "\n"))
      </svg>

      """
  }
}
