import Methods

extension Series: Hashable {
  public static func == (left: Series, right: Series) -> Bool {
    left.region == right.region && left.kind == right.kind && left.unit == right.unit
      && left.provider == right.provider && left.source == right.source && left.receipt == right.receipt
      && left.slots == right.slots
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(region)
    hasher.combine(kind)
    hasher.combine(slots.count)
    hasher.combine(slots.first)
    hasher.combine(slots.last)
  }
}

extension Series: Codable {
  private enum CodingKeys: String, CodingKey {
    case region, kind, unit, provider, source, receipt, slots
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(region, forKey: .region)
    try container.encode(kind, forKey: .kind)
    try container.encode(unit, forKey: .unit)
    try container.encode(provider, forKey: .provider)
    try container.encode(source, forKey: .source)
    try container.encodeIfPresent(receipt, forKey: .receipt)
    try container.encode(Array(slots), forKey: .slots)
  }

  /// Reads a series and checks it as if it were made anew.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let region = try container.decode(Region.self, forKey: .region)
    let kind = try container.decode(SignalKind.self, forKey: .kind)
    let unit = try container.decode(String.self, forKey: .unit)
    let provider = try container.decode(String.self, forKey: .provider)
    let source = try container.decode(Source.self, forKey: .source)
    let receipt = try container.decodeIfPresent(Receipt.self, forKey: .receipt)
    let slots = try container.decode([Slot].self, forKey: .slots)
    do throws(SeriesError) {
      try self.init(
        region: region, kind: kind, unit: unit, provider: provider, source: source, receipt: receipt, slots: slots)
    } catch {
      throw DecodingError.dataCorruptedError(forKey: .slots, in: container, debugDescription: error.description)
    }
  }
}
