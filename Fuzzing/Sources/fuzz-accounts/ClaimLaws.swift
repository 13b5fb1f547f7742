import Comparing
import Factors
import FuzzLoop
import Methods
import Reporting

/// What two lines of words may do: errors with words, or claims whose waterfall multiplies from one to the other.
enum ClaimLaws {
  private static let tables = try? FactorTables.embedded()

  static func check(_ bytes: [UInt8]) {
    guard let tables else { return }
    let lines = String(decoding: bytes, as: UTF8.self).split(
      separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
    let claims = lines.compactMap { claim(String($0), tables) }
    guard claims.count == 2, let waterfall = try? Waterfall(from: claims[0], to: claims[1], in: nil, bounds: tables)
    else {
      return
    }
    law(!waterfall.text(style: .plain).isEmpty, "a waterfall says nothing")
    let json = waterfall.json.text()
    law(!json.contains(":nan") && !json.contains(":inf"), "a waterfall tells no numbers: \(json)")
  }

  private static func claim(_ text: String, _ tables: FactorTables) -> Claim? {
    do throws(WhyError) {
      let claim = try Claim(parsing: text, regions: tables.regions)
      for receipt in claim.amounts.values {
        guard let value = receipt.value, let low = receipt.low, let high = receipt.high else { continue }
        law(0 < low && low <= value && value <= high && high.isFinite, "\(low) to \(value) to \(high) of '\(text)'")
      }
      return claim
    } catch {
      law(!error.description.isEmpty, "an error says nothing")
      return nil
    }
  }
}
