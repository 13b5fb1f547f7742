public import Quantities

/// An identifier made of a three-letter kind, an underscore and a ``ULID``: `dec_01k…`.
public protocol LedgerIdentifier: Hashable, Comparable, Sendable, CodedAsText {
  /// The part that sorts by time.
  var ulid: ULID { get }
  /// The kind's letters, without the underscore.
  var prefix: String { get }
}

extension LedgerIdentifier {
  /// The identifier as it is written everywhere: `run_01k…`.
  public var description: String { "\(prefix)_\(ulid)" }

  public static var textForm: String { "an id of this kind" }

  /// Orders as the texts do: by kind, then by time.
  public static func < (left: Self, right: Self) -> Bool {
    left.prefix == right.prefix ? left.ulid < right.ulid : left.prefix < right.prefix
  }
}

/// An identifier whose type alone says its kind.
public protocol SingleKindIdentifier: LedgerIdentifier {
  /// The kind's letters, without the underscore.
  static var prefix: String { get }
  /// The identifier with that ULID.
  init(_ ulid: ULID)
}

extension SingleKindIdentifier {
  public var prefix: String { Self.prefix }

  public init?(parsing text: some StringProtocol) {
    // By bytes: each request's row is made from two of them.
    let (bytes, prefix) = (text.utf8, Self.prefix.utf8)
    guard let underscore = bytes.firstIndex(of: UInt8(ascii: "_")), bytes[..<underscore].elementsEqual(prefix),
      let ulid = ULID(parsing: text[text.index(after: underscore)...])
    else { return nil }
    self.init(ulid)
  }
}

/// The id of a decision: `dec_01k…`.
public struct DecisionID: SingleKindIdentifier {
  public static let prefix = "dec"
  public let ulid: ULID
  public init(_ ulid: ULID) { self.ulid = ulid }
}

/// The id of one grid value as it was issued: `sig_01k…`.
public struct SignalID: SingleKindIdentifier {
  public static let prefix = "sig"
  public let ulid: ULID
  public init(_ ulid: ULID) { self.ulid = ulid }
}

/// The id of a calibrated variant: `var_01k…`.
public struct VariantID: SingleKindIdentifier {
  public static let prefix = "var"
  public let ulid: ULID
  public init(_ ulid: ULID) { self.ulid = ulid }
}
