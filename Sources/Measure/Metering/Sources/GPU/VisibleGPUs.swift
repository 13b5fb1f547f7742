/// One entry of `CUDA_VISIBLE_DEVICES`.
public enum GPUSelector: Hashable, Sendable {
  /// By place in the list of GPUs.
  case index(Int)
  /// By the beginning of a UUID: `GPU-8932f937`.
  case uuid(prefix: String)
  /// An instance of a cut GPU: `MIG-…`.
  case instance(uuid: String)

  /// The entries of a value of `CUDA_VISIBLE_DEVICES`. Like CUDA, it ends before the first entry that is none: `-1` or
  /// an empty value hides every GPU.
  public static func list(_ text: String) -> [GPUSelector] {
    var result: [GPUSelector] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let selector = GPUSelector(String(part.drop { $0 == " " }.prefix { $0 != " " })) else { break }
      result.append(selector)
    }
    return result
  }

  /// One entry; `nil` for one that CUDA does not take.
  public init?(_ text: String) {
    if let index = Int(text), index >= 0, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
      self = .index(index)
    } else if text.hasPrefix("GPU-"), text.utf8.count > 4 {
      self = .uuid(prefix: text)
    } else if text.hasPrefix("MIG-"), text.utf8.count > 4 {
      self = .instance(uuid: text)
    } else {
      return nil
    }
  }

  /// Whether it means this GPU, or an instance of it. A beginning that several GPUs share means none of them.
  ///
  /// - Parameter instances: the UUIDs of this GPU's instances.
  public func selects(_ gpu: GPUIdentity, among all: [GPUIdentity], instances: [String] = []) -> Bool {
    switch self {
    case .index(let index): gpu.index == index
    case .uuid(let prefix): gpu.uuid.hasPrefix(prefix) && all.count { $0.uuid.hasPrefix(prefix) } == 1
    // Before driver 470 an instance was called MIG-GPU-<uuid>/<instance>/<compute instance>.
    case .instance(let uuid): instances.contains(uuid) || uuid.hasPrefix("MIG-\(gpu.uuid)/")
    }
  }
}
