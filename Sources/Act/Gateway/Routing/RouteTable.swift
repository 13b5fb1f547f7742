import Methods
import Quantities
import Synchronization

/// What a request was given by the table.
public struct Choice: Sendable, Hashable {
  /// Index in the alias's variants.
  public let variant: Int
  /// The decision in force, when one was published.
  public let decisionID: String?
  /// Why this variant.
  public let why: RoutingReason
}

/// The names callers may use and the shares in force: written by the control loop, read by each request.
///
/// The names are fixed; shares change with ``publish(alias:shares:decisionID:grid:grids:price:why:floor:)``. A lock is held
/// only for the few additions of one pick.
public final class RouteTable: Sendable {
  /// The aliases, as given.
  public let routes: [AliasRoute]
  /// All backends, each once; a backend's place here is its number in the data plane.
  let backends: [Backend]
  private let entries: [String: Entry]

  /// A name that can be asked for.
  enum Entry: Sendable {
    case alias(AliasEntry)
    /// A variant, by its place in an alias that has it.
    case variant(Int, of: AliasEntry)
  }

  /// - Throws: ``RouteTableError`` when a name is empty or used for two things, or a variant has no backend.
  public init(routes: [AliasRoute]) throws(RouteTableError) {
    var entries: [String: Entry] = [:]
    var targets: [String: VariantTarget] = [:]
    var backends: [Backend] = []
    for route in routes {
      guard Self.isPlain(route.alias) else {
        throw RouteTableError("alias '\(route.alias)' must have a name of plain ASCII characters")
      }
      guard !route.variants.isEmpty else {
        throw RouteTableError("alias '\(route.alias)' has no variants; name at least one")
      }
      var members: [VariantEntry] = []
      for target in route.variants {
        if let problem = Self.problem(of: target, in: route, known: targets[target.name]) {
          throw RouteTableError(problem)
        }
        targets[target.name] = target
        let slots = target.backends.map { backend in
          if let slot = backends.firstIndex(of: backend) { return slot }
          backends.append(backend)
          return backends.count - 1
        }
        members.append(VariantEntry(target: target, slots: slots))
      }
      let entry = AliasEntry(route: route, variants: members)
      guard entries.updateValue(.alias(entry), forKey: route.alias) == nil else {
        throw RouteTableError("the name '\(route.alias)' is used twice; names of aliases and variants must differ")
      }
      for (index, member) in members.enumerated() where entries[member.target.name] == nil {
        entries[member.target.name] = .variant(index, of: entry)
      }
    }
    if let clash = routes.first(where: { targets[$0.alias] != nil }) {
      throw RouteTableError("'\(clash.alias)' is both an alias and a variant; rename one of them")
    }
    self.routes = routes
    self.entries = entries
    self.backends = backends
  }

  private static func problem(of target: VariantTarget, in route: AliasRoute, known: VariantTarget?) -> String? {
    if !isPlain(target.name) {
      return "variant '\(target.name)' of alias '\(route.alias)' must have a name of plain ASCII characters"
    }
    if target.backends.isEmpty { return "variant '\(target.name)' has no backend; give it a host and a port" }
    if route.variants.count(where: { $0.name == target.name }) > 1 {
      return "alias '\(route.alias)' lists variant '\(target.name)' twice; once is enough"
    }
    if let backend = target.backends.first(where: { !isSound($0) }) {
      return "the host, port, path prefix or key of backend \(backend) of variant '\(target.name)' cannot be used"
    }
    if let known, known != target { return "variant '\(target.name)' is described in two ways; keep one" }
    return nil
  }

  /// Whether a text can stand in a header field: printable ASCII, no space at either end.
  private static func isPlain(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { (0x20...0x7E).contains($0) } && text.first != " " && text.last != " "
  }

  private static func isSound(_ backend: Backend) -> Bool {
    let hasPlainKey = if case .key(let key) = backend.authorization { isPlain(key.headerValue) } else { true }
    let places = backend.host + backend.pathPrefix
    return hasPlainKey && !backend.host.isEmpty && isPlain(places) && !places.contains(" ")
      && (1...65_535).contains(backend.port)
  }

  /// Puts new shares in force for an alias.
  ///
  /// - Parameters:
  ///   - shares: one for each variant in the alias's order, none negative, summing to 1 within a millionth.
  ///   - decisionID: the decision they rest on, for the record of each request.
  ///   - grid: what is known of the grid; callers are told its text as `Dimmer-Grid`. Nil for nothing.
  ///   - grids: what is known of the grids of variants that stand elsewhere, by variant; their requests are charged and
  ///     told by these.
  ///   - price: the price of quality in force (mu), in g/kWh J a point; nil when the policy has none.
  ///   - why: the decision's kind of reason.
  ///   - floor: the mean quality that the deal has to keep whatever the shares are; nil for none.
  /// - Throws: ``RouteTableError`` when the alias is unknown or the shares do not fit.
  public func publish(
    alias: String, shares: [Double], decisionID: String, grid: GridFact? = nil, grids: [String: GridFact] = [:],
    price: Double? = nil, why: RoutingReason = .price, floor: QualityFloor? = nil
  ) throws(RouteTableError) {
    let entry = try self.alias(alias)
    guard shares.count == entry.variants.count else {
      throw RouteTableError("alias '\(alias)' has \(entry.variants.count) variants, not \(shares.count)")
    }
    guard shares.allSatisfy({ $0 >= 0 && $0.isFinite }), abs(shares.reduce(0, +) - 1) <= 1e-6 else {
      throw RouteTableError("the shares of alias '\(alias)' must be 0 or more and sum to 1")
    }
    let names = entry.variants.map(\.target.name)
    if let stranger = grids.keys.sorted().first(where: { !names.contains($0) }) {
      throw RouteTableError("alias '\(alias)' has no variant '\(stranger)' to publish a grid for")
    }
    for grid in [grid].compactMap(\.self) + grids.values {
      guard Self.isPlain(grid.text) else {
        throw RouteTableError("the grid text of alias '\(alias)' must be plain ASCII on one line")
      }
      guard grid.pue >= 1, grid.pue.isFinite, grid.intensity.map({ $0.gramsPerKilowattHour.isFinite }) ?? true else {
        throw RouteTableError("the grid value of alias '\(alias)' must be a number, and its PUE 1 or more")
      }
    }
    if let floor, !floor.isSound(for: entry.variants.count) {
      throw RouteTableError("the floor of alias '\(alias)' needs a quality or nil for each of its variants, in numbers")
    }
    entry.publish(
      shares: shares, decisionID: decisionID, grid: grid, grids: names.map { grids[$0] }, price: price, why: why,
      floor: floor)
  }

  /// Puts new tariffs and qualities in force for an alias: what requests are charged by, and what callers' limits are
  /// held against. Variants that are not named are not known any more.
  ///
  /// - Parameters:
  ///   - tariffs: by variant.
  ///   - qualities: mean quality in points, by variant.
  /// - Throws: ``RouteTableError`` when the alias or a variant is unknown, or a figure is none.
  public func publish(alias: String, tariffs: [String: Tariff], qualities: [String: Double]) throws(RouteTableError) {
    let entry = try self.alias(alias)
    let names = entry.variants.map(\.target.name)
    if let stranger = (Array(tariffs.keys) + qualities.keys).sorted().first(where: { !names.contains($0) }) {
      throw RouteTableError("alias '\(alias)' has no variant '\(stranger)' to publish a tariff or quality for")
    }
    if let broken = names.first(where: { tariffs[$0]?.isSound == false || qualities[$0]?.isFinite == false }) {
      throw RouteTableError(
        "the tariff or quality of variant '\(broken)' must have numbers only, and no energy below 0")
    }
    entry.publish(tariffs: names.map { tariffs[$0] }, qualities: names.map { qualities[$0] })
  }

  private func alias(_ alias: String) throws(RouteTableError) -> AliasEntry {
    guard case .alias(let entry)? = entries[alias] else {
      throw RouteTableError("there is no alias '\(alias)' to publish for")
    }
    return entry
  }

  /// The variant for the next request under an alias; nil when there is no such alias.
  public func choose(alias: String) -> Choice? {
    guard case .alias(let entry)? = entries[alias], let decided = try? entry.choose(Wish()) else { return nil }
    return Choice(variant: decided.variant, decisionID: decided.standing.decisionID, why: decided.why)
  }

  /// What stands behind a name, exactly as written.
  func entry(named name: String) -> Entry? { entries[name] }

  /// Known names that are like this one, best first.
  func names(near name: String) -> [String] { Spelling.nearest(to: name, in: entries.keys) }

  /// All names in the order given, aliases first.
  var names: [String] {
    var seen: Set<String> = []
    let variants = routes.flatMap(\.variants).map(\.name).filter { seen.insert($0).inserted }
    return routes.map(\.alias) + variants
  }
}

/// A table that cannot be.
public struct RouteTableError: Error, Equatable, CustomStringConvertible {
  /// What is wrong and what to do.
  public let description: String
  init(_ description: String) { self.description = description }
}
