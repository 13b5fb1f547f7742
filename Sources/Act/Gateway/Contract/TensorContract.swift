/// What a KServe v2 model takes and gives, from its metadata (`GET /v2/models/{m}`): names, datatypes and shapes.
struct TensorContract: Equatable {
  struct Tensor: Equatable {
    var name: String
    var datatype: String
    /// Sizes of the dimensions; -1 is any.
    var shape: [Int]

    /// `FP32 [-1,3,240,240]`
    var description: String { "\(datatype) [\(shape.map(String.init).joined(separator: ","))]" }

    /// Whether one can stand for the other: same datatype, and shapes that agree but for dimensions of any size.
    func agrees(with other: Tensor) -> Bool {
      datatype == other.datatype && shape.count == other.shape.count
        && zip(shape, other.shape).allSatisfy { $0 == $1 || $0 == -1 || $1 == -1 }
    }
  }

  var inputs: [Tensor] = []
  var outputs: [Tensor] = []

  /// Reads metadata; nil when it is not one whole JSON object with inputs and outputs whose tensors are complete.
  init?(metadata: [UInt8]) {
    var reader = MetadataReader()
    metadata.withUnsafeBytes { reader.feed($0) }
    guard let inputs = reader.inputs, let outputs = reader.outputs, reader.isSound else { return nil }
    self.inputs = inputs
    self.outputs = outputs
  }
}

/// Reads the two lists of tensors in a model's metadata.
private struct MetadataReader {
  typealias Tensor = TensorContract.Tensor
  private enum Key { case inputs, outputs, name, datatype, shape, other }

  private(set) var inputs: [Tensor]?
  private(set) var outputs: [Tensor]?
  private var tokenizer = JSONTokenizer()
  private var key = Key.other
  private var list = Key.other
  private var tensor = (name: String?.none, datatype: String?.none, shape: [Int]?.none)
  private var isInShape = false
  private var isBroken = false

  var isSound: Bool { tokenizer.isComplete && !isBroken }

  mutating func feed(_ bytes: UnsafeRawBufferPointer) {
    var index = 0
    while let token = tokenizer.next(in: bytes, from: &index) { take(token) }
    if tokenizer.isMalformed { isBroken = true }
  }

  private mutating func take(_ token: JSONTokenizer.Token) {
    switch (token, tokenizer.depth) {
    case (.key, 1): key = tokenizer.text(is: "inputs") ? .inputs : tokenizer.text(is: "outputs") ? .outputs : .other
    case (.key, 3):
      key =
        tokenizer.text(is: "name")
        ? .name : tokenizer.text(is: "datatype") ? .datatype : tokenizer.text(is: "shape") ? .shape : .other
    case (.beginObject, 1): break
    case (.beginArray, 2) where key == .inputs || key == .outputs:
      list = key
      if list == .inputs { inputs = [] } else { outputs = [] }
    case (.beginObject, 3) where list != .other: tensor = (nil, nil, nil)
    case (.beginArray, 4) where key == .shape:
      tensor.shape = []
      isInShape = true
    case (.beginObject, _), (.beginArray, _):
      if tokenizer.depth == 3, list != .other { isBroken = true }
      tokenizer.skip()
    case (.literal, 4) where isInShape: takeDimension()
    case (.string, 3) where key == .name: tensor.name = text
    case (.string, 3) where key == .datatype: tensor.datatype = text
    case (.endArray, 3): isInShape = false
    case (.endObject, 2) where list != .other: endTensor()
    case (.endArray, 1): list = .other
    default: break
    }
  }

  private var text: String? { tokenizer.textIsCut ? nil : JSONText.decoded(tokenizer.text) }

  private mutating func takeDimension() {
    guard let size = tokenizer.textIsCut ? nil : Int(String(decoding: tokenizer.text, as: UTF8.self)), size >= -1 else {
      return isBroken = true
    }
    tensor.shape?.append(size)
  }

  private mutating func endTensor() {
    guard let name = tensor.name, let datatype = tensor.datatype, let shape = tensor.shape else {
      return isBroken = true
    }
    let whole = Tensor(name: name, datatype: datatype, shape: shape)
    if list == .inputs { inputs?.append(whole) } else { outputs?.append(whole) }
  }
}
