import Quantities

/// A document of the transparency platform: series of points, each with its interval.
struct MarketDocument {
  /// One time series.
  struct TimeSeries {
    /// The production type, where the document is by type.
    let productionType: String?
    /// The area it is about.
    let domain: String?
    /// Whether it is what plants take instead of give.
    let isConsumption: Bool
    /// The unit: `MAW`, or a currency.
    let unit: String
    /// The unit that a price is for: `MWH`.
    let priceUnit: String?
    /// The points with their intervals.
    let points: [(validity: Range<Timestamp>, value: Double)]
  }

  let series: [TimeSeries]

  /// Reads a document.
  ///
  /// - Throws: ``ProviderError/noValues(_:)`` for the acknowledgement that says so, which comes with status 200 or 400.
  init(parsing body: [UInt8]) throws(ProviderError) {
    let root: XMLElement
    do throws(XMLSyntaxError) {
      root = try XMLElement(parsing: body)
    } catch {
      if let other = BodyKind.of(body).unexpected(where: .xml) { throw .notData(expected: "XML", got: other) }
      throw .malformed(place: "byte \(error.position)", problem: error.problem)
    }
    if root.name == "Acknowledgement_MarketDocument" {
      let text = root.child("Reason")?.child("text")?.text ?? ""
      let said = Redaction.excerpt(text)
      throw said.lowercased().contains("no matching data")
        ? .noValues("is published for the time") : .status(200, said: said)
    }
    guard root.name.hasSuffix("_MarketDocument") else {
      throw .notData(
        expected: "a market document",
        got: BodyKind.of(body) == .html ? "a web page" : "<\(Redaction.excerpt(root.name))>")
    }
    var series: [TimeSeries] = []
    for (index, element) in root.all("TimeSeries").enumerated() {
      series.append(try MarketDocument.timeSeries(element, place: "TimeSeries \(index + 1)"))
    }
    self.series = series
  }

  private static func timeSeries(_ element: XMLElement, place: String) throws(ProviderError) -> TimeSeries {
    let curve = element.child("curveType")?.text.trimmed ?? "A01"
    guard curve == "A01" || curve == "A03" else {
      throw .malformed(place: place, problem: "curve type \(Redaction.excerpt(curve)) is not read")
    }
    var points: [(Range<Timestamp>, Double)] = []
    for (index, period) in element.all("Period").enumerated() {
      points += try MarketDocument.points(
        period, isFilledForward: curve == "A03", place: "\(place), period \(index + 1)")
    }
    let incoming = element.child("inBiddingZone_Domain.mRID") ?? element.child("in_Domain.mRID")
    let outgoing = element.child("outBiddingZone_Domain.mRID") ?? element.child("out_Domain.mRID")
    return TimeSeries(
      productionType: element.child("MktPSRType")?.child("psrType")?.text.trimmed,
      domain: (incoming ?? outgoing)?.text.trimmed, isConsumption: incoming == nil && outgoing != nil,
      unit: (element.child("quantity_Measure_Unit.name") ?? element.child("currency_Unit.name"))?.text.trimmed ?? "",
      priceUnit: element.child("price_Measure_Unit.name")?.text.trimmed, points: points)
  }

  /// The points of a period. Positions count from 1 at the period's start; where the curve says so (A03), a position
  /// that is left out has the value of the one before it, up to the period's end.
  private static func points(
    _ period: XMLElement, isFilledForward: Bool, place: String
  ) throws(ProviderError) -> [(Range<Timestamp>, Double)] {
    func malformed(_ problem: String) -> ProviderError { .malformed(place: place, problem: problem) }
    guard let interval = period.child("timeInterval"),
      let start = interval.child("start").flatMap({ Timestamp(iso8601: $0.text.trimmed) }),
      let end = interval.child("end").flatMap({ Timestamp(iso8601: $0.text.trimmed) }), start < end, start.isPlausible,
      end.isPlausible
    else { throw malformed("its interval is missing or not one") }
    let resolution = period.child("resolution")?.text.trimmed ?? ""
    let steps: [String: Double] = ["PT15M": 900, "PT30M": 1800, "PT60M": 3600, "PT1H": 3600, "P1D": 86_400]
    guard let step = steps[resolution].map({ Span.seconds($0) }) else {
      throw malformed("resolution '\(Redaction.excerpt(resolution))' is not read")
    }
    let count = Int(((end - start).seconds / step.seconds).rounded(.up))
    guard count <= 40_000 else { throw malformed("it has \(count) intervals") }
    func moment(_ position: Int) -> Timestamp { min(start + .seconds(step.seconds * Double(position - 1)), end) }
    var known: [(position: Int, value: Double)] = []
    for point in period.all("Point") {
      guard let position = point.child("position").flatMap({ Int($0.text.trimmed) }),
        (1...max(count, 1)).contains(position)
      else { throw malformed("a point's position is not between 1 and \(count)") }
      guard position > known.last?.position ?? 0 else { throw malformed("position \(position) is there twice or late") }
      let text = (point.child("quantity") ?? point.child("price.amount"))?.text.trimmed ?? ""
      guard let value = Double(strict: text) else { throw malformed("position \(position) has no number") }
      known.append((position, value))
    }
    return known.enumerated().map { index, point in
      let next = index + 1 < known.count ? known[index + 1].position : count + 1
      return (moment(point.position)..<moment(isFilledForward ? next : point.position + 1), point.value)
    }
  }
}

extension String {
  /// Without space at both ends.
  var trimmed: String { String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed()) }
}
