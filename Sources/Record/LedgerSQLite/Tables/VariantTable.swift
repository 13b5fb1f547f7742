import GRDB
import Ledger
import Quantities

/// Calibrated variants as rows; they are only ever added.
enum VariantTable {
  private static let insert = SQLText.insert(
    into: "variant",
    [
      "id", "alias", "name", "calibrated_ms", "quality", "quality_low", "samples", "joules_per_unit",
      "joules_per_unit_low", "joules_per_unit_high", "joules_per_request", "joules_per_request_low",
      "joules_per_request_high", "joules_per_input_token", "joules_per_input_token_low", "joules_per_input_token_high",
      "joules_per_output_token", "joules_per_output_token_low", "joules_per_output_token_high",
      "directive_of", "receipt", "quality_receipt",
    ], key: ["id"], .keep)

  static func put(_ variant: VariantRecord, _ db: Database) throws {
    let values: [Value] = [
      variant.id.description, variant.alias, variant.name, variant.calibrated.milliseconds, variant.quality,
      variant.qualityLow, variant.samples, variant.joulesPerUnit, variant.joulesPerUnitLow, variant.joulesPerUnitHigh,
      variant.joulesPerRequest, variant.joulesPerRequestLow, variant.joulesPerRequestHigh,
      variant.perInputToken?.joules, variant.perInputToken?.low, variant.perInputToken?.high,
      variant.perOutputToken?.joules, variant.perOutputToken?.low, variant.perOutputToken?.high,
      variant.directiveOf, try Column.json(variant.receipt), try variant.qualityReceipt.map { try Column.json($0) },
    ]
    try db.cachedStatement(sql: insert).execute(arguments: StatementArguments(values))
  }

  static func list(_ conditions: Conditions, _ db: Database) throws -> [VariantRecord] {
    let sql = "SELECT * FROM variant\(conditions.clause) ORDER BY calibrated_ms, id"
    return try Row.fetchAll(db, sql: sql, arguments: conditions.arguments).map { row in
      VariantRecord(
        id: try row.identifier("id"), alias: try row.text("alias"), name: try row.text("name"),
        calibrated: try row.moment("calibrated_ms"), quality: try row.optionalReal("quality"),
        qualityLow: try row.optionalReal("quality_low"), samples: try row.optionalInteger("samples").map(Int.init),
        perUnit: (
          try row.real("joules_per_unit"), try row.real("joules_per_unit_low"), try row.real("joules_per_unit_high")
        ),
        perRequest: (
          try row.real("joules_per_request"), try row.real("joules_per_request_low"),
          try row.real("joules_per_request_high")
        ), perInputToken: try coefficient(row, "joules_per_input_token"),
        perOutputToken: try coefficient(row, "joules_per_output_token"),
        directiveOf: try row.optionalText("directive_of"), receipt: try row.json("receipt"),
        qualityReceipt: try row.optionalJSON("quality_receipt"))
    }
  }

  private static func coefficient(_ row: Row, _ column: String) throws -> EnergyCoefficient? {
    try row.optionalReal(column).map { joules in
      EnergyCoefficient(
        joules, low: try row.optionalReal("\(column)_low"), high: try row.optionalReal("\(column)_high"))
    }
  }
}
