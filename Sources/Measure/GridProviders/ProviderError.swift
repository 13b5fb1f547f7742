public import Grid
public import Quantities

/// Why a provider gave no signals, with what to do about it. No key is ever in one.
public enum ProviderError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The provider needs a key and none is set; where to set it.
  case noKey(place: String)
  /// The key is not accepted.
  case keyRefused(status: Int, place: String)
  /// The key is accepted but may not read this.
  case notPermitted(status: Int, said: String)
  /// The provider does not offer this at all.
  case notOffered(String)
  /// The provider does not know the region, or nobody said what it calls it.
  case noSuchRegion(Region, hint: String)
  /// More than the provider allows was asked; until when to leave it alone.
  case rateLimited(until: Timestamp)
  /// Our own limit for this host is used up until then.
  case budgetSpent(until: Timestamp)
  /// It failed several times in a row and is left alone until then.
  case resting(until: Timestamp, after: String)
  /// The host cannot be reached.
  case unreachable(String)
  /// No whole answer within the time.
  case timedOut(after: Span)
  /// The answer is larger than is read.
  case tooLarge(limit: Int)
  /// The connection ended inside the answer.
  case cutShort
  /// It sends us to another host.
  case redirected(to: String)
  /// A status that means failure, and what the answer says.
  case status(Int, said: String)
  /// Something else than data: a web page.
  case notData(expected: String, got: String)
  /// Data that are not what the provider documents; where and what.
  case malformed(place: String, problem: String)
  /// The answer is about another region than asked.
  case otherRegion(asked: String, got: String)
  /// The values come in another unit than documented.
  case otherUnit(expected: String, got: String)
  /// The values count something else than asked.
  case otherKind(asked: String, got: String)
  /// The answer is sound and holds no value for the asked time.
  case noValues(String)
  /// The newest value is too old to go by.
  case tooOld(began: Timestamp, age: Span)
  /// A measured value for a time that is not there yet: one of the clocks is wrong.
  case fromTheFuture(Timestamp, now: Timestamp)
  /// No value was believed; the newest one.
  case notBelieved(RejectedSignal)
  /// The request needs more calls than are made for one.
  case tooManyCalls(Int, limit: Int)
  /// A file cannot be read.
  case unreadable(String)
  /// Several were asked and none gave anything; each with its reason.
  case nobody([String])
  /// The task was cancelled.
  case cancelled

  /// One line with what to do.
  public var description: String {
    switch self {
    case .noKey(let place): "no key is set; put it in \(place)"
    case .keyRefused(let status, let place): "\(status), the key is not accepted; put a valid one in \(place)"
    case .notPermitted(let status, let said):
      "\(status), the key may not read this\(Self.quoted(said)); ask for another region or a plan that includes it"
    case .notOffered(let what): what
    case .noSuchRegion(let region, let hint): "it does not know \(region); \(hint)"
    case .rateLimited(let until): "it asks to be left alone until \(until); ask less often"
    case .budgetSpent(let until): "its request budget is used up until \(until); ask less often"
    case .resting(let until, let after): "left alone until \(until), because \(after)"
    case .unreachable(let why): "it cannot be reached (\(why)); check the network and the address"
    case .timedOut(let span): "no whole answer within \(Decimals.significant(span.seconds, digits: 3)) s"
    case .tooLarge(let limit): "the answer is larger than \(limit / 1_048_576) MiB; ask for a shorter time"
    case .cutShort: "the connection ended inside the answer"
    case .redirected(let host): "it redirects to \(host); check the address, or sign in to the network"
    case .status(let status, let said): "status \(status)\(Self.quoted(said))"
    case .notData(let expected, let got): "\(expected) was expected and \(got) came; check the address and the network"
    case .malformed(let place, let problem): "the answer is not as documented: \(place): \(problem)"
    case .otherRegion(let asked, let got): "it answered for \(got), not for \(asked); name the region it knows"
    case .otherUnit(let expected, let got): "the values are in '\(got)', not in '\(expected)', and are not used"
    case .otherKind(let asked, let got): "the values are \(got), not \(asked), and are not used"
    case .noValues(let what): "no value \(what)"
    case .tooOld(let began, let age):
      "its newest value began at \(began), \(Decimals.fixed(age.hours, places: 1)) h ago, and is too old"
    case .fromTheFuture(let start, let now):
      "it says to have measured \(start), and it is \(now) here; check this machine's clock"
    case .notBelieved(let value): "the value for \(value.validity.lowerBound) is not believed: \(value.reason)"
    case .tooManyCalls(let count, let limit): "that takes \(count) requests, more than \(limit); ask for a shorter time"
    case .unreadable(let why): "the file cannot be read: \(why)"
    case .nobody(let sentences): sentences.joined(separator: "; ")
    case .cancelled: "the request was given up"
    }
  }

  private static func quoted(_ said: String) -> String { said.isEmpty ? "" : " ('\(said)')" }
}
