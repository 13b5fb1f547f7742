/// One ridge regression for each hour ahead, kept as normal equations so that learning one hour is cheap and exact.
///
///     b_h = (A_h + r diag(A_h) + e I)^-1 B_h,  A_h = sum w^age x x',  B_h = sum w^age x y
///
/// The ridge is relative to each explaining variable's own size, so units do not matter, and keeps the matrix positive
/// definite; it is solved anew from the sums by Cholesky's method, so errors of rounding cannot build up as they do in
/// recursive least squares. Source: Hoerl and Kennard (1970), Technometrics 12(1).
struct LeadRegression: Hashable, Sendable, Codable {
  /// How many explaining variables there are.
  let width: Int
  /// What an hour counts against the one after it.
  private let fading: Double
  private let ridge: Double
  private var squares: Reals
  private var products: Reals
  private var coefficients: Reals
  private var samples: [Int]
  private var solved: [Bool]

  /// How many hours a distance must have learned from before its forecast counts: five days.
  private static var enough: Int { 120 }

  init(width: Int, fading: Double = 0.9998, ridge: Double = 0.01) {
    self.width = width
    self.fading = fading
    self.ridge = ridge
    let leads = LeadBand.farthest
    squares = Reals(repeating: 0, count: leads * Self.packed(width))
    products = Reals(repeating: 0, count: leads * width)
    coefficients = Reals(repeating: 0, count: leads * width)
    samples = [Int](repeating: 0, count: leads)
    solved = [Bool](repeating: false, count: leads)
  }

  private static func packed(_ width: Int) -> Int { width * (width + 1) / 2 }

  /// Takes in one truth for the distance `lead`, from 1.
  mutating func learn(_ row: UnsafeBufferPointer<Double>, truth: Double, lead: Int) {
    let width = width
    let fading = fading
    samples[lead - 1] += 1
    let first = (lead - 1) * Self.packed(width)
    squares.values.withUnsafeMutableBufferPointer { squares in
      var place = first
      for i in 0..<width {
        let x = row[i]
        for j in 0...i {
          squares[place] = squares[place] * fading + x * row[j]
          place += 1
        }
      }
    }
    products.values.withUnsafeMutableBufferPointer { products in
      for i in 0..<width {
        let place = (lead - 1) * width + i
        products[place] = products[place] * fading + row[i] * truth
      }
    }
  }

  /// The value for one distance; `nan` before there is enough to go by.
  func value(_ row: UnsafeBufferPointer<Double>, lead: Int) -> Double {
    guard solved[lead - 1] else { return .nan }
    return coefficients.values.withUnsafeBufferPointer { coefficients in
      var sum = 0.0
      for i in 0..<width { sum += row[i] * coefficients[(lead - 1) * width + i] }
      return sum
    }
  }

  /// Solves for the coefficients. A distance whose matrix cannot be solved keeps the ones it had.
  mutating func solve() {
    var factor = [Double](repeating: 0, count: Self.packed(width))
    var solution = [Double](repeating: 0, count: width)
    for lead in 0..<LeadBand.farthest where samples[lead] >= Self.enough {
      guard cholesky(lead, into: &factor) else { continue }
      substitute(lead, factor, into: &solution)
      guard solution.allSatisfy(\.isFinite) else { continue }
      for i in 0..<width { coefficients[lead * width + i] = solution[i] }
      solved[lead] = true
    }
  }

  private func cholesky(_ lead: Int, into factor: inout [Double]) -> Bool {
    let first = lead * Self.packed(width)
    return squares.values.withUnsafeBufferPointer { squares in
      factor.withUnsafeMutableBufferPointer { factor in
        var mean = 0.0
        for i in 0..<width { mean += squares[first + Self.packed(i + 1) - 1] }
        // The floor keeps a variable that has always been zero from making the matrix singular.
        let floor = max(mean / Double(width) * 1e-9, 1e-12)
        for i in 0..<width {
          let row = Self.packed(i)
          for j in 0...i {
            let column = Self.packed(j)
            var sum = squares[first + row + j]
            if i == j { sum += ridge * sum + floor }
            for k in 0..<j { sum -= factor[row + k] * factor[column + k] }
            if i == j {
              guard sum > 0, sum.isFinite else { return false }
              factor[row + j] = sum.squareRoot()
            } else {
              factor[row + j] = sum / factor[column + j]
            }
          }
        }
        return true
      }
    }
  }

  private func substitute(_ lead: Int, _ factor: [Double], into solution: inout [Double]) {
    for i in 0..<width {
      var sum = products[lead * width + i]
      for k in 0..<i { sum -= factor[Self.packed(i) + k] * solution[k] }
      solution[i] = sum / factor[Self.packed(i + 1) - 1]
    }
    for i in stride(from: width - 1, through: 0, by: -1) {
      var sum = solution[i]
      for k in stride(from: i + 1, to: width, by: 1) { sum -= factor[Self.packed(k) + i] * solution[k] }
      solution[i] = sum / factor[Self.packed(i + 1) - 1]
    }
  }
}
