import Methods
import Quantities

/// The scale as a drawing: seven steps that rise from A to G, the own one dark and framed by its letter, the interval as
/// a line over them with the value as a point.
struct ScaleDrawing {
  /// Where the steps begin and how wide they are together.
  let left: Double
  let width: Double
  /// The base line of the steps.
  let base: Double
  let label: FootprintLabel
  let task: LabelTask
  let graded: FootprintLabel.Graded

  private var step: Double { width / 7 }

  /// The elements.
  var elements: [String] {
    var parts: [String] = []
    for grade in LabelGrade.allCases {
      let height = 12 + 4 * Double(grade.rawValue)
      let x = left + step * Double(grade.rawValue)
      let isOwn = grade == graded.grade
      let style = isOwn ? "own" : (graded.best...graded.worst).contains(grade) ? "reach" : "step"
      parts.append(
        "<rect class=\"\(style)\" x=\"\(number(x + 1.5))\" y=\"\(number(base - height))\" "
          + "width=\"\(number(step - 3))\" height=\"\(number(height))\" rx=\"2\"/>")
      parts.append(
        "<text class=\"letter\(isOwn ? "" : " soft")\" x=\"\(number(x + step / 2))\" y=\"\(number(base + 15))\">"
          + "\(isOwn ? "[\(grade.letter)]" : grade.letter)</text>")
    }
    return parts + interval + ends
  }

  /// The interval with the value, on the logarithm, above the steps.
  private var interval: [String] {
    let energy = label.perUnit(label.figures.energy)
    guard let value = energy.value else { return [] }
    let cuts = LabelScale.energyCuts(of: task)
    let place = { (amount: Double) in left + step * LabelScale.position(Energy.joules(amount), cuts: cuts) }
    let y = number(base - 46)
    let (low, high) = (place(energy.low ?? value), place(energy.high ?? value))
    let bar =
      "<path class=\"span\" d=\"M\(number(low)) \(number(base - 50))v8M\(number(low)) \(y)H\(number(high))"
      + "M\(number(high)) \(number(base - 50))v8\"/>"
    let x = place(value)
    let point =
      "<path class=\"point\" d=\"M\(number(x)) \(number(base - 52))l5 6l-5 6l-5 -6z\"/>"
    return [bar, point]
  }

  private var ends: [String] {
    let cuts = LabelScale.energyCuts(of: task)
    guard let first = cuts.first, let last = cuts.last else { return [] }
    let y = number(base + 31)
    return [
      "<text class=\"soft\" x=\"\(number(left))\" y=\"\(y)\">A: to \(LabelScale.text(first))</text>",
      "<text class=\"soft end\" x=\"\(number(left + width))\" y=\"\(y)\">G: above \(LabelScale.text(last))</text>",
    ]
  }

  private func number(_ value: Double) -> String { Decimals.fixed(value, places: 1) }
}

extension FootprintLabel {
  /// The scale of this label between two ends; `nil` without a grade.
  func scaleDrawing(left: Double, width: Double, base: Double) -> ScaleDrawing? {
    guard let graded = energyGrade.graded, let task = work?.task else { return nil }
    return ScaleDrawing(left: left, width: width, base: base, label: self, task: task, graded: graded)
  }

  /// The scale in a sentence, for those who do not see it.
  var scaleDescription: String {
    guard let task = work?.task, energyGrade.graded != nil else { return "No grade: \(gradeText)." }
    let cuts = LabelScale.energyCuts(of: task)
    let steps = zip(LabelGrade.allCases, cuts).map { "\($0.letter) to \(LabelScale.text($1))" }.joined(separator: ", ")
    let last = cuts.last.map { "G above \(LabelScale.text($0))" } ?? ""
    return "Grade \(gradeText). Scale of energy per \(task.unit): \(steps), \(last)."
  }
}
