public import Methods

extension Receipt {
  /// The ids that inputs of this receipt have and do not explain: neither a source nor inputs of their own.
  public var openReferences: Set<String> {
    Set(inputs.flatMap(\.flattened).compactMap { $0.source == nil && $0.inputs.isEmpty ? $0.id : nil })
  }

  /// The receipt with what `known` says about inputs that do not explain themselves; their values stay as they are.
  public func completed(with known: [String: Receipt]) -> Receipt {
    var copy = self
    copy.inputs = inputs.map { input in
      guard input.source == nil, input.inputs.isEmpty, let id = input.id, let found = known[id] else {
        return input.completed(with: known)
      }
      var grafted = input
      grafted.source = found.source
      grafted.inputs = found.inputs
      grafted.method = input.method ?? found.method
      grafted.note = input.note ?? found.note
      return grafted
    }
    return copy
  }
}
