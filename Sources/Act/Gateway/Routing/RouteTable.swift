import Methods
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
/// The names are fixed; shares change with ``publish(alias:shares:decisionID:gridHeader:why:)``. A lock is held only
/// for the few additions of one pick.
public final class RouteTable: Sendable {
  /// The aliases, as given.
  public let routes: [AliasRoute]
  /// All backends, each once; a backend's place here is its number in the data plane.
  let backends: [Backend]
  private let entries: [String: Entry]

  /// A name that can be asked for.
  enum Entry: Sendable {
    case alias(AliasEntry)
    case variant(VariantEntry, of: AliasEntry)
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
      let entry = AliasEntry(alias: route.alias, variants: members)
      guard entries.updateValue(.alias(entry), forKey: route.alias) == nil else {
        throw RouteTableError("the name '\(route.alias)' is used twice; names of aliases and variants must differ")
      }
      for member in members where entries[member.target.name] == nil {
        entries[member.target.name] = .variant(member, of: entry)
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
  ///   - gridHeader: what callers are told as `Dimmer-Grid`; nil for nothing.
  ///   - why: the decision's kind of reason.
  /// - Throws: ``RouteTableError`` when the alias is unknown or the shares do not fit.
  public func publish(
    alias: String, shares: [Double], decisionID: String, gridHeader: String?, why: RoutingReason = .price
  ) throws(RouteTableError) {
    guard case .alias(let entry)? = entries[alias] else {
      throw RouteTableError("there is no alias '\(alias)' to publish shares for")
    }
    guard shares.count == entry.variants.count else {
      throw RouteTableError("alias '\(alias)' has \(entry.variants.count) variants, not \(shares.count)")
    }
    guard shares.allSatisfy({ $0 >= 0 && $0.isFinite }), abs(shares.reduce(0, +) - 1) <= 1e-6 else {
      throw RouteTableError("the shares of alias '\(alias)' must be 0 or more and sum to 1")
    }
    if let gridHeader, !Self.isPlain(gridHeader) {
      throw RouteTableError("the grid header of alias '\(alias)' must be plain ASCII on one line")
    }
    entry.publish(shares: shares, decisionID: decisionID, gridHeader: gridHeader, why: why)
  }

  /// The variant for the next request under an alias; nil when there is no such alias.
  public func choose(alias: String) -> Choice? {
    guard case .alias(let entry)? = entries[alias] else { return nil }
    let decided = entry.choose()
    return Choice(variant: decided.variant, decisionID: decided.decisionID, why: decided.why)
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
