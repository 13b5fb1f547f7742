import Quantities

extension LoadProfile {
  private static let heading = "dimmer-load-profile 2"
  /// More bytes than any profile has.
  static let mostBytes = 65_536

  /// The profile as text that a person can read; reading it gives the same profile. Its last line is a checksum of the
  /// others.
  public var text: String {
    let percent = { (part: Double) in Decimals.significant(part * 100, digits: 3) }
    var lines = [
      Self.heading,
      "# Power of this machine model by its load, learned from a counter. Dimmer writes and reads it; do not edit.",
      "vendor \(model.vendor)", "processor \(model.name)", "sockets \(model.sockets)", "cores \(model.cores)",
      "threads \(model.threads)", "memory-gib \(model.memoryClass)", "virtual \(model.isVirtual)", "made \(made)",
      "source \(source)", "source-error \(sourceError)",
      "# Ranges of load; of each half: count, mean load, mean watts, squares load-load, load-watts, watts-watts, lowest,"
        + " highest load",
    ]
    if let fit {
      let points = zip(LoadCurveFit.loads, fit.powers).map { "\(percent($0)) %: \($1.formatted())" }
      let seen = fit.seen.map { "\(percent($0.loads.lowerBound))-\(percent($0.loads.upperBound)) %" }
      lines.insert(
        contentsOf: [
          "# The curve: \(points.joined(separator: ", "))",
          "# Held-out readings: root mean square \(percent(fit.rootMeanSquare)) %, 95 in 100 within "
            + "\(percent(fit.relativeError)) %",
          "# Loads seen: \(seen.joined(separator: ", "))",
        ], at: 2)
    }
    for (index, bin) in readings.bins.enumerated() {
      for (half, moments) in [("fit", bin.fit), ("test", bin.test)] where moments.count > 0 {
        lines.append("\(half) \(index) \(moments.numbers.map { "\($0)" }.joined(separator: " "))")
      }
    }
    let body = lines.joined(separator: "\n") + "\n"
    let sum = String(decoding: CRC32C.hexadecimal(CRC32C.checksum(body.utf8)), as: UTF8.self)
    return body + "crc32c \(sum)\n"
  }

  /// Reads a profile's text.
  ///
  /// - Throws: ``MeteringError`` with what is wrong.
  public init(text: String) throws(MeteringError) {
    guard text.utf8.count <= Self.mostBytes else { throw MeteringError("this is no load profile: it is too long") }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.first == Substring(Self.heading) else {
      throw MeteringError("this is no load profile: its first line is not '\(Self.heading)'")
    }
    guard lines.count > 2, lines.last == "", let last = lines.dropLast().last, last.hasPrefix("crc32c "),
      CRC32C.hexadecimal(CRC32C.checksum(text.utf8.dropLast(last.utf8.count + 1))).elementsEqual(last.utf8.dropFirst(7))
    else { throw MeteringError("the load profile is damaged: its checksum is not that of its lines") }
    var fields: [Substring: Substring] = [:]
    var bins = LoadBins()
    for line in lines.dropLast(2).dropFirst() where !line.hasPrefix("#") {
      guard let space = line.firstIndex(of: " ") else { throw MeteringError("load profile: '\(line)' has no value") }
      let (key, value) = (line[..<space], line[line.index(after: space)...])
      if key == "fit" || key == "test" {
        guard bins.read(value, isTest: key == "test") else {
          throw MeteringError("load profile: these are no readings: '\(line)'")
        }
      } else {
        fields[key] = value
      }
    }
    func field<T>(_ key: Substring, _ read: (Substring) -> T?) throws(MeteringError) -> T {
      guard let value = fields[key].flatMap(read) else { throw MeteringError("load profile: no usable '\(key)'") }
      return value
    }
    let string = { (value: Substring) in value.isEmpty ? nil : String(value) }
    let number = { (value: Substring) in Int(value).flatMap { $0 >= 0 ? $0 : nil } }
    try self.init(
      model: MachineModel(
        vendor: try field("vendor", string), name: try field("processor", string),
        sockets: try field("sockets", number),
        cores: try field("cores", number), threads: try field("threads", number),
        memoryClass: try field("memory-gib", number), isVirtual: try field("virtual") { Bool(String($0)) }),
      made: try field("made") { Timestamp(iso8601: $0) }, source: try field("source", string),
      sourceError: try field("source-error") { Double($0) }, readings: bins)
  }
}

extension LoadBins {
  /// Takes the value of a `fit` or `test` line; false when it makes no sense or came before.
  fileprivate mutating func read(_ value: Substring, isTest: Bool) -> Bool {
    let words = value.split(separator: " ", omittingEmptySubsequences: false)
    guard let index = words.first.flatMap({ Int($0) }), bins.indices.contains(index) else { return false }
    let numbers = words.dropFirst().map { Double($0) ?? .nan }
    let bin = bins[index]
    guard let moments = LoadMoments(numbers, within: Self.range(index)), (isTest ? bin.test : bin.fit).count == 0 else {
      return false
    }
    set(index, fit: isTest ? bin.fit : moments, test: isTest ? moments : bin.test)
    return true
  }
}
