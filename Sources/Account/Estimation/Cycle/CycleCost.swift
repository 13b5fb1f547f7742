import Accounting
public import Methods
public import Quantities

/// What developing a model costs against serving it: the break-even, and development shared out over requests.
///
/// The share of development stands beside the marginal figure of a request, never inside it.
public struct CycleCost: Hashable, Sendable {
  /// Energy of development, with the site's overhead.
  public let developmentEnergy: Figure<Energy>
  /// Carbon of development: both kinds where both are known, else operational alone.
  public let developmentCarbon: Finding<Carbon>
  /// Energy of one request: inference alone, which is what one more request costs.
  public let requestEnergy: Finding<Energy>
  /// Carbon of one request.
  public let requestCarbon: Finding<Carbon>
  /// Energy of development for each request of the lifetime, beside ``requestEnergy``.
  public let amortisedEnergy: Finding<Energy>
  /// Carbon of development for each request of the lifetime, beside ``requestCarbon``.
  public let amortisedCarbon: Finding<Carbon>
  /// Requests after which serving has used as much energy as developing.
  public let breakEvenByEnergy: Finding<Ratio>
  /// Requests after which serving has caused as much carbon as developing.
  public let breakEvenByCarbon: Finding<Ratio>

  /// The cost of a cycle after its levers.
  public init(_ balance: CycleBalance, requests: Figure<Ratio>?) {
    let built = balance.rows.filter(\.phase.isDevelopment).map(\.after)
    let served = balance.rows.first { $0.phase == .inference }?.after
    let development = CycleTerms.sum(of: built)
    developmentEnergy = development.energy
    // One kind of carbon for both sides: a break-even of different boundaries would mean nothing.
    let both = development.total.figure != nil && (served?.total.figure != nil || served == nil)
    developmentCarbon =
      built.isEmpty
      ? .unknown("no phase of development was stated") : both ? development.total : development.operational
    let noRequests = Unknown("the requests of the model's life were not stated (--requests)")
    let noInference = Unknown("the phase inference was not stated")
    let share = { (requests: Figure<Ratio>) in
      (
        energy: { (figure: Figure<Energy>, label: String) -> Figure<Energy> in
          CycleFormula.perRequest.figure(label, [Term(figure), Term(requests)])
        },
        carbon: { (figure: Figure<Carbon>, label: String) -> Figure<Carbon> in
          CycleFormula.perRequest.figure(label, [Term(figure), Term(requests)])
        }
      )
    }
    if let requests {
      let shared = share(requests)
      requestEnergy =
        served.map { .figure(shared.energy($0.energy, "energy of one request")) } ?? .unknown(noInference)
      requestCarbon =
        served.map { terms in
          (both ? terms.total : terms.operational).map { shared.carbon($0, "carbon of one request") }
        } ?? .unknown(noInference)
      amortisedEnergy =
        built.isEmpty
        ? .unknown("no phase of development was stated")
        : .figure(shared.energy(development.energy, "energy of development for each request"))
      amortisedCarbon = developmentCarbon.map { shared.carbon($0, "carbon of development for each request") }
    } else {
      requestEnergy = .unknown(noRequests)
      requestCarbon = .unknown(noRequests)
      amortisedEnergy = .unknown(noRequests)
      amortisedCarbon = .unknown(noRequests)
    }
    breakEvenByEnergy =
      built.isEmpty
      ? .unknown("no phase of development was stated")
      : requestEnergy.map {
        CycleFormula.breakEven.figure(
          "requests that use as much energy as development", [Term(development.energy), Term($0)])
      }
    switch (developmentCarbon, requestCarbon) {
    case (.figure(let once), .figure(let each)):
      breakEvenByCarbon = .figure(
        CycleFormula.breakEven.figure("requests that cause as much carbon as development", [Term(once), Term(each)]))
    case (.unknown(let unknown), _), (_, .unknown(let unknown)): breakEvenByCarbon = .unknown(unknown)
    }
  }

  /// Requests after which serving has cost as much as developing (`break-even@1`).
  public static func breakEven(development: Figure<Energy>, perRequest: Figure<Energy>) -> Figure<Ratio> {
    CycleFormula.breakEven.figure(
      "requests that use as much energy as development", [Term(development), Term(perRequest)])
  }

  /// Carbon of development for each request of the lifetime (`per-request@1`).
  public static func amortised(_ development: Figure<Carbon>, over requests: Figure<Ratio>) -> Figure<Carbon> {
    CycleFormula.perRequest.figure("carbon of development for each request", [Term(development), Term(requests)])
  }
}
