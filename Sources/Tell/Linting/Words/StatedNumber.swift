import Quantities

/// A number as somebody wrote it, with the place it was rounded to.
struct StatedNumber: Hashable, Sendable {
  /// The number.
  var value: Double
  /// Half a unit of the last place that was written.
  var rounding: Double
  /// The text of the number itself.
  var text: String
  /// The half-width behind "±", if there is one.
  var plusMinus: Double?
  /// The ends of a range "10-20", whose middle ``value`` is.
  var range: ClosedRange<Double>?

  /// How far the rounding may have moved it, as a share of the value.
  var relativeRounding: Double { value == 0 ? 0 : min(1, rounding / abs(value)) }

  /// A number given as such.
  init(_ value: Double, text: String) {
    self.value = value
    self.text = text
    rounding = 0
  }

  /// A number at the beginning of `text`, and what stands behind it.
  ///
  /// Reads `1,287`, `0.43`, `1.2e-3`, `39.3M`, `1 287`, `3 x 10^5` and words before it such as "about" are the caller's.
  static func reading(_ text: Substring) -> (number: StatedNumber, rest: Substring)? {
    guard var (number, rest) = single(text) else { return nil }
    let behind = rest.drop { $0 == " " }
    if let sign = behind.first, sign == "±", let (half, after) = single(behind.dropFirst().drop { $0 == " " }) {
      number.plusMinus = half.value
      rest = after
    } else if behind.hasPrefix("+/-"), let (half, after) = single(behind.dropFirst(3).drop { $0 == " " }) {
      number.plusMinus = half.value
      rest = after
    } else if let dash = rest.first, dash == "-" || dash == "–", rest.dropFirst().first?.isNumber == true,
      let (upper, after) = single(rest.dropFirst()), upper.value > number.value
    {
      number.range = number.value...upper.value
      number.rounding = (upper.value - number.value) / 2
      number.value = (upper.value + number.value) / 2
      rest = after
    }
    return (number, rest)
  }

  /// The whole of `text` as a number with what may stand around one in a table; `nil` when more stands there.
  static func whole(_ text: some StringProtocol) -> StatedNumber? {
    let stripped = StatedNumber.bare(text)
    guard let (number, rest) = reading(stripped), rest.allSatisfy({ $0 == " " || $0 == "*" }) else { return nil }
    return number
  }

  /// The text without bold, "about" and the like in front.
  static func bare(_ text: some StringProtocol) -> Substring {
    var rest = Substring(text.trimmedOfSpace)
    while let first = rest.first {
      if "*_`~≈<>≤≥=\"'".contains(first) || first.isWhitespace {
        rest.removeFirst()
      } else if let word = [
        "about ", "approx. ", "approximately ", "around ", "ca. ", "c. ", "circa ", "roughly ", "est. ",
      ]
      .first(where: { rest.lowercased().hasPrefix($0) }) {
        rest.removeFirst(word.count)
      } else {
        break
      }
    }
    return rest
  }

  private static func single(_ text: Substring) -> (StatedNumber, Substring)? {
    var rest = text
    var digits = ""
    var places: Int?
    var isNegative = false
    if let sign = rest.first, sign == "-" || sign == "+" || sign == "−" {
      isNegative = sign != "+"
      rest.removeFirst()
    }
    guard rest.first?.isASCIIDigit == true || rest.first == "." && rest.dropFirst().first?.isASCIIDigit == true else {
      return nil
    }
    while let character = rest.first, digits.count < 40 {
      if character.isASCIIDigit {
        digits.append(character)
        places = places.map { $0 + 1 }
      } else if character == ".", places == nil, rest.dropFirst().first?.isASCIIDigit == true {
        // 1.287.000 has no place for a second point; it is then no number this reads.
        digits.append(".")
        places = 0
      } else if (character == "," || character == " " || character == "_" || character == "\u{202F}"
        || character == "\u{A0}"
        || character == "'"), places == nil, isThousands(rest.dropFirst()), !digits.isEmpty, digits != "0",
        character != " " || digits.count <= 3
      {
        // A group of three digits follows.
      } else if character == ",", places == nil, rest.dropFirst().first?.isASCIIDigit == true {
        digits.append(".")
        places = 0
      } else {
        break
      }
      rest.removeFirst()
    }
    var exponent = 0
    if let e = rest.first, e == "e" || e == "E" {
      var after = rest.dropFirst()
      var sign = 1
      if let character = after.first, character == "-" || character == "+" {
        sign = character == "-" ? -1 : 1
        after.removeFirst()
      }
      let power = after.prefix { $0.isASCIIDigit }
      if !power.isEmpty, power.count <= 3, let number = Int(power) {
        exponent = sign * number
        rest = after[power.endIndex...]
      }
    } else if let match = powerOfTen(rest) {
      (exponent, rest) = match
    }
    guard let value = Double(exponent == 0 ? digits : digits + "e\(exponent)"), value.isFinite else { return nil }
    var number = StatedNumber(isNegative ? -value : value, text: String(text[..<rest.startIndex]))
    number.rounding = 0.5 * power(of: exponent - (places ?? trailingZeros(digits)))
    // 39.3M GPU hours: the letter must stand at the number and before nothing else.
    if let letter = rest.first, let scale = ["k": 1e3, "K": 1e3, "M": 1e6, "B": 1e9][String(letter)] {
      let next = rest.dropFirst().first
      if next == nil || next == " " || next == "|" {
        number.value *= scale
        number.rounding *= scale
        rest.removeFirst()
      }
    } else {
      let word = rest.drop { $0 == " " }
      for (name, scale) in [("million ", 1e6), ("billion ", 1e9), ("thousand ", 1e3)] where word.hasPrefix(name) {
        number.value *= scale
        number.rounding *= scale
        rest = word.dropFirst(name.count)
      }
    }
    return (number, rest)
  }

  /// Half of the zeros at the end of a whole number may be rounding: 83000 is known to the hundred, not to the one.
  private static func trailingZeros(_ digits: String) -> Int {
    let zeros = digits.reversed().prefix { $0 == "0" }.count
    return -min(zeros, max(0, digits.count - 2))
  }

  private static func power(of ten: Int) -> Double { Double("1e\(max(-300, min(300, ten)))") ?? 0 }

  private static func isThousands(_ text: Substring) -> Bool {
    let group = text.prefix { $0.isASCIIDigit }
    return group.count == 3
  }

  /// "x 10^5", "×10⁻³" is read only with a caret.
  private static func powerOfTen(_ text: Substring) -> (Int, Substring)? {
    var rest = text.drop { $0 == " " }
    guard let times = rest.first, times == "×" || times == "x" || times == "*" else { return nil }
    rest = rest.dropFirst().drop { $0 == " " }
    guard rest.hasPrefix("10^") else { return nil }
    rest = rest.dropFirst(3).drop { $0 == "{" }
    let sign = rest.first == "-" ? -1 : 1
    if sign < 0 { rest.removeFirst() }
    let digits = rest.prefix { $0.isASCIIDigit }
    guard digits.count <= 3, let power = Int(digits) else { return nil }
    return (sign * power, rest[digits.endIndex...].drop { $0 == "}" })
  }
}

extension Character {
  var isASCIIDigit: Bool { isASCII && isNumber }
}
