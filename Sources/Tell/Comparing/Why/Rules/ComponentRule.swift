import Accounting
import Methods
import Quantities
import Reporting

/// What each part of the machine makes of the difference, where both claims are runs whose energy is known by part.
///
/// A sum has no factors, so each part takes its share of the difference, on the logarithm: the parts multiply to the
/// ratio of the sums, and the way back is the inverse. A part that only one of them lists is not counted by the other.
struct ComponentRule {
  let pair: ClaimPair

  /// A step for each part, in the order of their names; none where one of the claims does not list its parts.
  var steps: [WaterfallStep] {
    let (first, second) = (pair.first.components, pair.second.components)
    guard pair.quantity != .water, !first.isEmpty, !second.isEmpty, let from = sum(first), let to = sum(second) else {
      return []
    }
    return Set(first.keys).union(second.keys).sorted().compactMap { part in
      let parts = (from: first[part] ?? absent(part), to: second[part] ?? absent(part))
      guard
        let ratio: Figure<Ratio> = WhyMethods.component.figure(
          "change by \(part)", of: [to, from, parts.to, parts.from])
      else { return nil }
      return WaterfallStep(
        group: .hardware, key: "component-\(part)", name: part, from: text(first[part]), to: text(second[part]),
        ratio: ratio, basis: .computed, reason: reason(first[part], second[part]),
        sources: pair.first.sources + pair.second.sources)
    }
  }

  private func sum(_ parts: [String: Receipt]) -> Receipt? {
    let estimates = parts.sorted { $0.key < $1.key }.compactMap { part in
      part.value.value.map {
        Estimate(
          Energy.joules($0), origin: part.value.origin, method: part.value.method ?? "declared-value@1",
          deviations: part.value.deviations)
      }
    }
    let total: Estimate<Energy> = estimates.total(method: "sum@2")
    guard total.value > .zero else { return nil }
    return Figure("energy of all parts", total, inputs: parts.sorted { $0.key < $1.key }.map(\.value)).receipt
  }

  private func absent(_ part: String) -> Receipt {
    .stated("\(part), not counted", 0, unit: Energy.baseUnit, source: nil, note: "the record lists no such part")
  }

  private func text(_ part: Receipt?) -> String {
    part?.value.map { UnitText.plain($0, unit: Energy.baseUnit) } ?? "not counted"
  }

  private func reason(_ from: Receipt?, _ to: Receipt?) -> String {
    let how = { (part: Receipt?, claim: Claim) in
      "\(claim.name): "
        + (part.map { [$0.origin.rawValue, $0.note].compactMap(\.self).joined(separator: ", ") } ?? "not counted")
    }
    return "\(how(from, pair.first)); \(how(to, pair.second))"
  }
}

extension WhyMethods {
  /// A part's share of the difference of two sums.
  static let component = Formula(
    id: "component-change@1",
    summary: "By how much a sum changes with one of its parts: the part's share of the difference, on the logarithm",
    formula: "exp((part_to_joules - part_from_joules) / L), "
      + "L = (sum_to_joules - sum_from_joules) / ln(sum_to_joules / sum_from_joules), or the sum where both are alike",
    citation: Source(
      "B. W. Ang, The LMDI approach to decomposition analysis: a practical guide, Energy Policy 33 (2005): the "
        + "logarithmic mean as weight", year: 2005),
    inputs: [
      MethodParameter("sum_to_joules", unit: "J", "all parts in the second", in: positive),
      MethodParameter("sum_from_joules", unit: "J", "all parts in the first", in: positive),
      MethodParameter("part_to_joules", unit: "J", "the part in the second", in: 0...positive.upperBound),
      MethodParameter("part_from_joules", unit: "J", "the part in the first", in: 0...positive.upperBound),
    ],
    output: MethodParameter("ratio", "the change as a factor"),
    evaluate: {
      let ratio = Logarithm.natural($0[0] / $0[1])
      let mean = abs(ratio) < 1e-9 ? $0[0] : ($0[0] - $0[1]) / ratio
      return Logarithm.exponential(($0[2] - $0[3]) / mean)
    })

  private static let positive = Double.leastNormalMagnitude...Double.greatestFiniteMagnitude
}
