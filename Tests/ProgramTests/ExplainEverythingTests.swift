import Accounting
import Comparing
import Estimation
import Factors
import Foundation
import Gateway
import Grid
import Ledger
import Metering
import Methods
import MethodsConformance
import Quantities
import Reporting
import Service
import Switching
import Telemetry
import Testing

/// What `dimmer explain` says of everything that commands write, held to the law of receipts.
@Suite("dimmer explain reaches a cited source on every leaf")
struct ExplainEverythingTests {
  /// What is explained, and how much of it there was.
  private struct Walk {
    var ids = 0
    var leaves = 0
    var methods: Set<String> = []

    /// Asks `dimmer explain ID --json` and holds every receipt in the answer to the law.
    mutating func explain(_ id: String, in space: Workspace, by law: ReceiptLaw) async throws {
      let ending = try await space.dimmer("explain", id, "--json")
      #expect(ending.status == 0, "\(id): \(ending.error)")
      let document = try JSON(ending.output)
      #expect(document["id"].string == id)
      let receipts = try document.receipts()
      #expect(law.breaches(in: receipts) == [], "\(id)")
      ids += 1
      for receipt in receipts.flatMap(\.flattened) {
        if receipt.inputs.isEmpty { leaves += 1 }
        if let method = receipt.method { methods.insert(method.name) }
      }
    }
  }

  private func law(_ space: Workspace) async throws -> ReceiptLaw {
    var citations: [MethodID: String] = [:]
    for method in try JSON(try await space.dimmer("methods", "--json").output)["methods"].array {
      let id = try #require(MethodID(parsing: try method["id"].text()))
      citations[id] = method["citation"].string ?? method["citation"]["citation"].string ?? ""
    }
    return ReceiptLaw(citations: citations)
  }

  @Test("A run, a run inside it, imported rows and their figures")
  func runs() async throws {
    try await Workspace.use { space in
      let law = try await law(space)
      _ = try await space.measure(
        "\(try Programs.path("dimmer")) run --region SE -- true",
        options: ["--region", "DE", "--pue", "1.3", "--wue", "1"])
      _ = try await space.measure("exit 3")
      try space.write(
        "emissions.csv",
        """
        timestamp,project_name,run_id,duration,emissions,cpu_energy,gpu_energy,ram_energy,energy_consumed,country_name,\
        country_iso_code,codecarbon_version,gpu_count,tracking_mode,pue
        2025-01-02T03:04:05,first,8f2c,60,2.6e-05,0.0001,0,0.0003,0.0004,France,FRA,3.3.2,0,machine,1.0
        2025-01-03T03:04:05,second,91ab,3600,0.5,1,0,0.5,1.5,Germany,DEU,3.3.2,0,machine,1.5

        """)
      _ = try await space.dimmer("import", "codecarbon", "emissions.csv", "--time-zone", "UTC")
      let listed = try JSON(try await space.dimmer("runs", "list", "--json").output)["runs"].array
      #expect(listed.count >= 4)
      var walk = Walk()
      for run in listed {
        let id = try run["run_id"].text()
        try await walk.explain(id, in: space, by: law)
        let shown = try JSON(try await space.dimmer("runs", "show", id, "--json").output)
        let figures = Set(shown.figures().compactMap { $0.figure["id"].string })
        for figure in figures.sorted().prefix(4) { try await walk.explain(figure, in: space, by: law) }
      }
      #expect(walk.ids > 12 && walk.leaves > 60, "\(walk.ids) ids, \(walk.leaves) leaves")
      #expect(walk.methods.isSuperset(of: ["operational-carbon", "sum", "codecarbon-energy", "declared-value"]))
    }
  }

  @Test("Requests, decisions, variants, grid values and the service itself, after a server has answered")
  func serving() async throws {
    try await Serving.use { serving in
      let law = try await law(serving.space)
      var ids = [serving.activity]
      for index in 0..<6 {
        let answer = try await (index % 2 == 0 ? serving.infer("chat") : serving.chat("small"))
        let id = try #require(answer.headers["dimmer-request-id"])
        let record = try await serving.record(of: id)
        ids += [id, "\(id).energy", "\(id).carbon", "\(id).embodied", "\(id).intensity"]
        if let decision = record["decision_id"].string { ids.append(decision) }
      }
      var walk = Walk()
      for id in Set(ids).sorted() { try await walk.explain(id, in: serving.space, by: law) }
      // What a decision, a variant and a grid value are called stands in the receipts and contexts that name them.
      let named = try await named(in: ids, of: serving.space)
      #expect(named.contains { $0.hasPrefix("var_") } && named.contains { $0.hasPrefix("sig_") })
      for id in named.subtracting(ids).sorted() { try await walk.explain(id, in: serving.space, by: law) }
      #expect(walk.ids > 25 && walk.leaves > 80, "\(walk.ids) ids, \(walk.leaves) leaves")
      #expect(walk.methods.isSuperset(of: ["request-energy", "operational-carbon", "grid-signal", "declared-value"]))
    }
  }

  /// All ids that the explanations of `ids` name.
  private func named(in ids: [String], of space: Workspace) async throws -> Set<String> {
    var named: Set<String> = []
    for id in ids.prefix(8) {
      let text = try await space.dimmer("explain", id, "--json").output
      for match in text.matches(of: /"((?:var|sig|dec)_[0-9a-z]{26})"/) { named.insert(String(match.output.1)) }
    }
    return named
  }

  @Test("The program's methods are those of its rooms, each of which walks its own: nobody adds one that no test knows")
  func registry() async throws {
    try await Workspace.use { space in
      let rooms =
        MeteringMethods.all + FactorsMethods.all + GridMethods.all + AccountingMethods.all + EstimationMethods.all
        + ComparingMethods.all + SwitchingMethods.all + GatewayMethods.all + ServiceMethods.all + TelemetryMethods.all
        + ReportingMethods.all + RequestEnergy.methods
      let known = Set(MethodRegistry(rooms).methods.map(\.id.description))
      let listed = try await space.methods()
      #expect(listed == known)
    }
  }
}

extension JSON {
  /// The receipts of an explanation and of everything it rests on, each a whole tree.
  fileprivate func receipts() throws -> [Receipt] {
    try self["receipts"].array.map { try $0.receipt() } + self["rests_on"].array.flatMap { try $0.receipts() }
  }

  /// A receipt as the commands print it.
  private func receipt() throws -> Receipt {
    let value = self["value"].double
    let source = self["source"]
    return Receipt(
      id: self["id"].string, label: try self["label"].text(), value: value, low: self["low"].double,
      high: self["high"].double, unit: try self["unit"].text(),
      origin: try #require(Origin(rawValue: try self["origin"].text())),
      method: try self["method"].string.map { text in try #require(MethodID(parsing: text)) },
      source: source["citation"].string.map { Source($0, year: source["year"].int, licence: source["licence"].string) },
      note: self[value == nil ? "reason" : "note"].string, inputs: try self["inputs"].array.map { try $0.receipt() })
  }
}
