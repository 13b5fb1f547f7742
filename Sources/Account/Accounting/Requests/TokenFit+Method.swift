import Methods
public import Quantities

extension TokenFit {
  /// Its name and version.
  public static let id: MethodID = "token-fit@1"

  /// The entry for the registry: all observations at once, in the order given.
  static let method = Method(
    id, "What a request costs by itself, by token read, by token written and by unit, fitted to metered requests",
    formula: "least squares, no coefficient below 0, of energy = a + b_in x in + b_out x out + b_unit x units;"
      + " an observation's weight is multiplied by 'forgetting' with each later one",
    citation: Source(
      "L. Ljung, System Identification (1999), recursive least squares with forgetting;"
        + " C. Lawson and R. Hanson, Solving Least Squares Problems (1974), non-negative least squares"),
    inputs: [
      MethodParameter("energies_joules", unit: "J", "metered energy, one for each request"),
      MethodParameter("uncached_tokens_in", "tokens read and not cached, in the same order", default: .numbers([])),
      MethodParameter("tokens_out", "tokens written, in the same order", default: .numbers([])),
      MethodParameter("units", "units of work, in the same order", default: .numbers([])),
      MethodParameter("forgetting", "0 to 1", default: .number(Settings().forgetting), in: 0.5...1),
    ],
    outputs: ["request", "input_token", "output_token", "unit"].map {
      MethodParameter("per_\($0)_joules", unit: "J", "for each \($0.replacing("_", with: " "))")
    }
  ) { arguments throws(MethodError) in
    let energies = try arguments.numbers("energies_joules")
    func column(_ key: String) throws(MethodError) -> [Double] {
      let given = try arguments.numbers(key)
      guard given.isEmpty || given.count == energies.count else {
        throw .noAnswer("\(energies.count) energies and \(given.count) of \(key); give as many of each")
      }
      return given.isEmpty ? energies.map { _ in 0 } : given
    }
    let (read, written) = (try column("uncached_tokens_in"), try column("tokens_out"))
    let units = try column("units")
    var settings = Settings()
    settings.forgetting = try arguments.number("forgetting")
    settings.least = 1
    var fit = TokenFit(settings)
    for (index, joules) in energies.enumerated() {
      let size = RequestSize(uncachedTokensIn: read[index], tokensOut: written[index], units: units[index])
      fit.take(size, .joules(joules))
    }
    guard let found = fit.coefficients else { throw .noAnswer("\(energies.count) requests are too few for a fit") }
    return [
      "per_request_joules": .number(found.perRequest.joules),
      "per_input_token_joules": .number(found.perInputToken?.joules ?? 0),
      "per_output_token_joules": .number(found.perOutputToken?.joules ?? 0),
      "per_unit_joules": .number(found.perUnit?.joules ?? 0),
    ]
  }
}
