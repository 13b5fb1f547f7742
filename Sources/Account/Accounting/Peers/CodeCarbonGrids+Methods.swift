import Factors
import Methods
import Quantities

extension CodeCarbonGrids {
  static let methods: [Method] = [
    method(
      "codecarbon-country@1", "CodeCarbon's carbon of electricity used in a country",
      [MethodParameter("iso", "ISO code of three capital letters")]
    ) { arguments, table throws(FactorError) in try country(arguments["iso"] ?? "", in: table) },
    method(
      "codecarbon-region@1", "CodeCarbon's carbon of electricity used in a part of a country",
      [
        MethodParameter("iso", "ISO code of three letters: USA, CAN, CHN, SWE, NOR or FIN"),
        MethodParameter("region", "state, province or bidding zone, for example california or NO1"),
      ]
    ) { arguments, table throws(FactorError) in
      try region(arguments["region"] ?? "", in: arguments["iso"] ?? "", table: table)
    },
    method(
      "codecarbon-cloud@1", "CodeCarbon's carbon of electricity used in a cloud region",
      [MethodParameter("provider", "gcp, aws or azure"), MethodParameter("region", "for example us-central1")]
    ) { arguments, table throws(FactorError) in
      try cloud(arguments["region"] ?? "", of: arguments["provider"] ?? "", table: table)
    },
  ]

  /// One of the methods: a choice of grid by names, and the carbon of energy on it.
  private static func method(
    _ id: MethodID, _ summary: String, _ names: [MethodParameter],
    choose: @escaping @Sendable ([String: String], CodeCarbonTable) throws(FactorError) -> Choice
  ) -> Method {
    Method(
      id, summary, formula: "kWh x g_per_kwh / 1000",
      citation: Source("CodeCarbon 3.3.2, core/emissions.py", year: 2026, licence: "MIT"),
      inputs: names + [
        MethodParameter("kWh", unit: "kWh", "electricity, with whatever overhead is meant", in: 0...1e15)
      ],
      outputs: [
        MethodParameter("kgco2e", unit: "kg", "carbon, CO2e"),
        MethodParameter("g_per_kwh", unit: "g/kWh", "the intensity it took"),
        MethodParameter("source", "where that stands"), MethodParameter("note", "what stands in for what"),
      ]
    ) { arguments throws(MethodError) in
      var texts: [String: String] = [:]
      for name in names { texts[name.key] = try arguments.text(name.key) }
      let energy = 3.6e6 * (try arguments.number("kWh"))
      do throws(FactorError) {
        let choice = try choose(texts, try CodeCarbonTable.embedded())
        guard let grams = choice.grid.gramsPerKilowattHour else {
          throw .noValue(of: choice.grid.name, reason: choice.note ?? "the table has none")
        }
        var outputs: [String: MethodValue] = [
          "kgco2e": .number(OperationalCarbon.once.evaluate([energy, grams]) / 1000), "g_per_kwh": .number(grams),
          "source": .text(choice.grid.source.citation),
        ]
        outputs["note"] = choice.note.map(MethodValue.text)
        return outputs
      } catch {
        throw .noAnswer(error.description)
      }
    }
  }
}
