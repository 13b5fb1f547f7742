public import Methods
public import Quantities

/// A shared machine's energy among its tenants (`tenant-share@1`): idle energy by what each has reserved and for how
/// long, active energy by what each used. The two are told apart, and together they are the meter to the microjoule.
public struct TenantShare: Hashable, Sendable {
  /// By what a share was taken, the best there was first. The order is that of preference: what can be measured apart
  /// needs no share, a physical cause goes before a reservation, that before time, that before counting heads.
  public enum Key: String, Hashable, Sendable, CaseIterable, Comparable {
    /// A meter of its own.
    case measuredApart = "measured apart"
    /// What causes the energy: tokens, operations, processor time.
    case physicalCause = "physical cause"
    /// What was set aside for it.
    case reservedShare = "reserved share"
    /// For how long it was there.
    case timeShare = "time share"
    /// The same for each.
    case equalSplit = "equal split"
    /// What it paid.
    case revenue = "revenue"

    public static func < (left: Key, right: Key) -> Bool {
      (allCases.firstIndex(of: left) ?? 0) < (allCases.firstIndex(of: right) ?? 0)
    }
  }

  /// A tenant.
  public struct Tenant: Hashable, Sendable {
    /// What it has reserved: cards, threads, memory; in one unit for all, at least 0.
    public var reserved: Double
    /// For how long, in seconds, at least 0.
    public var held: Span
    /// What it used of what causes the energy, in one unit for all, at least 0.
    public var used: Double

    /// A tenant.
    public init(reserved: Double, held: Span, used: Double) {
      self.reserved = reserved
      self.held = held
      self.used = used
    }
  }

  /// Each tenant's part of the active energy, in the order given.
  public let active: [Microjoules]
  /// Each tenant's part of the idle energy.
  public let idle: [Microjoules]
  /// Energy that no tenant owes: the idle energy of capacity that nobody reserved, and all of it without tenants.
  public let unreserved: Microjoules
  /// By what the active energy was shared.
  public let activeKey: Key
  /// By what the idle energy was shared.
  public let idleKey: Key

  /// Shares a machine's energy.
  ///
  /// - Parameters:
  ///   - active: energy above idle.
  ///   - idle: energy that flows anyway.
  ///   - capacity: all of the machine times the period in the unit of `reserved` times seconds; where tenants have
  ///     reserved less, the rest of the idle energy is ``unreserved``. `nil`: tenants owe all of it.
  public init(active: Microjoules, idle: Microjoules, among tenants: [Tenant], capacity: Double? = nil) {
    let used = tenants.map(\.used)
    let reserved = tenants.map { $0.reserved * $0.held.seconds }
    let held = tenants.map(\.held.seconds)
    let equal = tenants.map { _ in 1.0 }
    var keyed: [(Key, [Double])] = [(.physicalCause, used), (.reservedShare, reserved), (.timeShare, held)]
    keyed.append((.equalSplit, equal))
    let first = keyed.first { TenantShare.isProportion($0.1) }
    activeKey = first?.0 ?? .equalSplit
    let nothing = tenants.map { _ in Microjoules.zero }
    let activeParts = first.flatMap { Split.largestRemainder(active, weights: $0.1) }
    self.active = activeParts ?? nothing
    let second = keyed.dropFirst().first { TenantShare.isProportion($0.1) }
    idleKey = second?.0 ?? .equalSplit
    var weights = second?.1 ?? []
    let taken = weights.reduce(0, +)
    let open = idleKey == .reservedShare ? max(0, (capacity ?? taken) - taken) : 0
    weights.append(open)
    let idleParts = second == nil ? nil : Split.largestRemainder(idle, weights: weights)
    self.idle = idleParts.map { Array($0.dropLast()) } ?? nothing
    unreserved = (activeParts == nil ? active : .zero) + (idleParts?.last ?? idle)
  }

  /// What each tenant owes.
  public var charges: [Microjoules] { zip(active, idle).map(+) }
  /// Charges and what nobody owes together: what the meter read.
  public var total: Microjoules { charges.reduce(unreserved, +) }

  /// A tenant's energy as a figure, with the keys in its note.
  ///
  /// - Parameter metered: the machine's energy, whose errors the share has.
  public func figure(of index: Int, metered: Figure<Energy>, labelled label: String) -> Figure<Energy> {
    let whole = total.energy.joules
    let share = whole == 0 ? 0 : charges[index].energy.joules / whole
    let estimate: Estimate<Energy> = (metered.estimate * share).stated(by: TenantShare.id)
    return Figure(
      label, estimate, inputs: [metered.receipt],
      note:
        "Active \(active[index].energy.formatted()) by \(activeKey.rawValue), idle \(idle[index].energy.formatted()) by"
        + " \(idleKey.rawValue). In order of preference: \(Key.allCases.map(\.rawValue).joined(separator: ", ")).")
  }

  private static func isProportion(_ weights: [Double]) -> Bool {
    weights.allSatisfy { $0 >= 0 && $0.isFinite } && weights.contains { $0 > 0 }
  }

  static let id: MethodID = "tenant-share@1"

  /// The entry for the registry.
  static let method = Method(
    id, "A shared machine's energy among tenants: idle by reserved capacity and time, active by use",
    formula: "active x used / sum of used + idle x reserved x held / capacity, whole microjoules by largest remainder",
    citation: Source(
      "ISO/IEC 21031:2024 (SCI): reserved resources are counted, not only used ones; ISO 14044, allocation"),
    inputs: [
      MethodParameter("active_joules", unit: "J", "energy above idle", in: 0...9e12),
      MethodParameter("idle_joules", unit: "J", "energy that flows anyway", in: 0...9e12),
      MethodParameter("reserved", "what each has reserved, in one unit", in: 0...1e12),
      MethodParameter("held_seconds", unit: "s", "for how long, in the same order", in: 0...1e12),
      MethodParameter("used", "what each used of what causes the energy", in: 0...1e15),
      MethodParameter("capacity", "all of the machine times the period; without it tenants owe all", isOptional: true),
    ],
    outputs: [
      MethodParameter("active_parts_joules", unit: "J", "active energy, tenant by tenant"),
      MethodParameter("idle_parts_joules", unit: "J", "idle energy, tenant by tenant"),
      MethodParameter("unreserved_joules", unit: "J", "what nobody owes"),
    ]
  ) { arguments throws(MethodError) in
    let reserved = try arguments.numbers("reserved")
    let held = try arguments.numbers("held_seconds")
    let used = try arguments.numbers("used")
    guard reserved.count == held.count, reserved.count == used.count else {
      throw .noAnswer("\(reserved.count) reserved, \(held.count) held, \(used.count) used; give as many of each")
    }
    let share = TenantShare(
      active: Microjoules(.joules(try arguments.number("active_joules"))),
      idle: Microjoules(.joules(try arguments.number("idle_joules"))),
      among: reserved.indices.map { Tenant(reserved: reserved[$0], held: .seconds(held[$0]), used: used[$0]) },
      capacity: try arguments.optionalNumber("capacity"))
    return [
      "active_parts_joules": .numbers(share.active.map(\.energy.joules)),
      "idle_parts_joules": .numbers(share.idle.map(\.energy.joules)),
      "unreserved_joules": .number(share.unreserved.energy.joules),
    ]
  }
}
