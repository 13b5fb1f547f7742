public import Methods
public import Quantities

/// The factors that the energy of one served request is made of, for whoever compares or explains it.
public struct ServingEnergy: Hashable, Sendable {
  /// Energy of the accelerators for one request.
  public let accelerators: Figure<Energy>
  /// Energy of the accelerators for one token of the answer; nothing where work has no tokens.
  public let outputToken: Figure<Energy>?
  /// Energy of the accelerators for one token of the prompt; nothing where work has no tokens.
  public let inputToken: Figure<Energy>?
  /// Tokens of the answer, with those of reasoning.
  public let outputTokens: Figure<Ratio>?
  /// Tokens of the prompt that are read and not kept from before.
  public let inputTokens: Figure<Ratio>?
  /// Requests served together, as far as memory holds them; nothing where work is not batched.
  public let batch: Figure<Ratio>?
  /// The accelerators.
  public let machine: ServingMachine
  /// Energy of the machine over that of its accelerators.
  public let nodeFactor: Figure<Ratio>
  /// Energy of reserved over that of working time; 1 where idle time is not counted.
  public let idleFactor: Figure<Ratio>
  /// Energy of the machine for one request: the product.
  public let machineEnergy: Figure<Energy>
}

/// What an estimator of served work answers: the footprint, the factors it was made of, and what it rests on.
public struct ServedFootprint: Hashable, Sendable {
  /// The footprint.
  public let work: WorkFootprint
  /// What its energy is made of.
  public let energy: ServingEnergy
  /// What it rests on, one sentence each.
  public let notes: [String]
}
