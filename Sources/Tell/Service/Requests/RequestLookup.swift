import Gateway
import Ledger
import Quantities
import Reporting

/// What the gateway's own port answers about requests and about itself, from memory alone.
struct RequestLookup: Sendable {
  let recent: RecentRequests
  let accounting: RequestAccounting
  let sustainability: SustainabilityKeeper
  /// The grid time at which a request came.
  let grid: @Sendable (RequestObservation) -> Timestamp
  /// Where the whole record is.
  let control: String

  /// The documents by path.
  var documents: OwnDocuments {
    OwnDocuments { path in
      if path == Self.wellKnown { return .found(sustainability.text) }
      guard path.hasPrefix(Self.requests) else { return .missing("There is nothing at GET \(path).") }
      let id = String(path.dropFirst(Self.requests.count))
      guard let observation = recent.request(id),
        let record = accounting.record(observation, grid: grid(observation))
      else {
        return .missing(
          "Request '\(id)' is not among the latest \(recent.capacity); the record has all of them: "
            + "http://\(control)\(Self.requests)ID on the control port.")
      }
      return .found(RequestDocument.json(accounting.explained(record, asked: observation)).text())
    }
  }

  private static let requests = "/dimmer/v1/requests/"
  static let wellKnown = "/.well-known/sustainability"
}
