/// Whether variants that are to stand in for each other take the same tensors and give the same.
///
/// Models of one family often differ here (an EfficientNet-B1 wants 240 pixels, a B7 600): a request made for one would
/// be refused by the other, so such variants must not be under one alias.
public enum ContractCheck {
  /// What differs, one sentence each; empty when all variants agree.
  ///
  /// - Parameter metadata: the body of `GET /v2/models/{m}` of each variant, by the variant's name. Each is compared
  ///   with the first by name; sizes of -1 agree with every size.
  public static func differences(_ metadata: [String: [UInt8]]) -> [String] {
    var sentences: [String] = []
    var first: (name: String, contract: TensorContract)?
    for (name, bytes) in metadata.sorted(by: { $0.key < $1.key }) {
      guard let contract = TensorContract(metadata: bytes) else {
        sentences.append(
          "The metadata of '\(name)' cannot be read; it must list inputs and outputs as KServe v2 has them.")
        continue
      }
      guard let first else {
        first = (name, contract)
        continue
      }
      sentences += compare(first.contract.inputs, of: first.name, contract.inputs, of: name, as: "input")
      sentences += compare(first.contract.outputs, of: first.name, contract.outputs, of: name, as: "output")
    }
    return sentences
  }

  /// What to do about differences in inputs.
  public static let advice =
    "Put a pre-processing ensemble in front of each variant that takes one contract, for example the image as BYTES."

  private static func compare(
    _ mine: [TensorContract.Tensor], of first: String, _ theirs: [TensorContract.Tensor], of second: String,
    as kind: String
  ) -> [String] {
    var sentences: [String] = []
    for tensor in mine {
      guard let other = theirs.first(where: { $0.name == tensor.name }) else {
        sentences.append("'\(first)' has the \(kind) '\(tensor.name)', '\(second)' does not.")
        continue
      }
      if !tensor.agrees(with: other) {
        sentences.append(
          "The \(kind) '\(tensor.name)' is \(tensor.description) for '\(first)' but \(other.description) for "
            + "'\(second)'.")
      }
    }
    for tensor in theirs where !mine.contains(where: { $0.name == tensor.name }) {
      sentences.append("'\(second)' has the \(kind) '\(tensor.name)', '\(first)' does not.")
    }
    return sentences
  }
}
