public import Methods
public import Quantities

/// Whether each method of a room is in a receipt that a test has walked.
///
/// A method that no figure can carry stands on a list, with the reason. A method that is new and walked by nobody is a
/// gap; so is a method on the list that is walked after all, and one that is gone.
public struct MethodCoverage: Sendable {
  /// The methods in the receipts that were walked.
  public private(set) var walked: Set<MethodID> = []
  /// The methods that were run by name on an example.
  public private(set) var exercised: Set<MethodID> = []

  /// Nothing walked yet.
  public init() {}

  /// Takes note of the methods in these trees.
  public mutating func walk(_ receipts: some Sequence<Receipt>) {
    for receipt in receipts { walked.formUnion(receipt.flattened.compactMap(\.method)) }
  }

  /// Runs a method by name on an example, for methods that no figure carries.
  ///
  /// - Returns: what is wrong with the entry or its answer, each in one sentence.
  public mutating func exercise(_ method: Method, on inputs: [String: MethodValue]) -> [String] {
    let results: [String: MethodValue]
    do { results = try method.calculate(inputs) } catch { return ["\(method.id): \(error)"] }
    exercised.insert(method.id)
    var faults: [String] = []
    if method.citation.citation.isEmpty { faults.append("\(method.id) cites nothing") }
    if results.isEmpty { faults.append("\(method.id) answers nothing") }
    for key in results.keys.sorted() where !method.outputs.contains(where: { $0.key == key && !$0.summary.isEmpty }) {
      faults.append("\(method.id) answers '\(key)', which it does not declare")
    }
    return faults
  }

  /// What is missing, each in one sentence.
  ///
  /// - Parameter excused: methods that no figure of a ledger carries, each with the reason.
  public func gaps(in methods: [Method], excused: [MethodID: String]) -> [String] {
    let ids = Set(methods.map(\.id))
    let unseen = ids.subtracting(walked).subtracting(excused.keys).map { "\($0) is in no receipt that was walked" }
    let idle = excused.keys.filter { walked.contains($0) }.map { "\($0) is excused and was walked all the same" }
    let gone = excused.keys.filter { !ids.contains($0) }.map { "\($0) is excused and is no method of the room" }
    let mute = excused.filter { $0.value.isEmpty }.map { "\($0.key) is excused without a reason" }
    return (unseen + idle + gone + mute).sorted()
  }
}
