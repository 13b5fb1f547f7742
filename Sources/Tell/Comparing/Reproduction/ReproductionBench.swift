import Accounting
import Factors
import Methods
import Quantities

/// What all tables are reproduced with: the factor tables, and a row's making.
struct ReproductionBench {
  let tables: FactorTables

  init(_ tables: FactorTables) { self.tables = tables }

  /// A published quantity as a figure.
  func printed<Q: Quantity>(_ id: String, as type: Q.Type = Q.self) throws -> Figure<Q> {
    try tables.quantities.entry(id).figure(as: type)
  }

  /// A row whose number can be computed.
  func row<Q: Quantity>(
    _ id: String, _ group: ReproducedRow.Group, _ what: String, published: Figure<Q>, computed: Figure<Q>,
    within tolerance: Double, own: Bool, how: String, remark: String? = nil
  ) -> ReproducedRow {
    ReproducedRow(
      id: id, group: group, what: what, published: published.receipt, computed: computed.receipt,
      tolerance: tolerance, isOwnArithmetic: own, how: how, remark: remark)
  }

  /// A row whose number cannot be computed from what is published.
  func row(
    _ id: String, _ group: ReproducedRow.Group, _ what: String, published: Receipt, because reason: String
  ) -> ReproducedRow {
    ReproducedRow(
      id: id, group: group, what: what, published: published,
      computed: Receipt(label: what, value: nil, unit: published.unit, origin: .published, note: reason), tolerance: 0,
      isOwnArithmetic: false, how: "", remark: reason)
  }

  /// A sum of printed parts.
  func sum<Q: Quantity>(_ label: String, _ parts: [Figure<Q>]) -> Figure<Q> {
    let total: Estimate<Q> = parts.map(\.estimate).total(method: "sum@2")
    return Figure(label, total.stated(by: "sum@2", origin: .modelled), inputs: parts.map(\.receipt))
  }

  /// A ratio of printed amounts.
  func ratio<Q: Quantity>(_ label: String, _ above: Figure<Q>, _ below: Figure<Q>) -> Figure<Ratio> {
    let estimate = above.estimate / below.estimate
    return Figure(label, estimate.stated(by: "ratio@1", origin: .modelled), inputs: [above.receipt, below.receipt])
  }

  /// A product of printed factors, in the unit of the first (`product@1`).
  func product<Q: Quantity>(_ label: String, _ amount: Figure<Q>, _ factors: Figure<Ratio>...) -> Figure<Q> {
    let figure: Figure<Q> = ReproductionBench.product.figure(label, [Term(amount)] + factors.map { Term($0) })
    return Figure(
      label, figure.estimate.stated(by: ReproductionBench.product.id, origin: .modelled), inputs: figure.receipt.inputs)
  }

  static let methods: [Method] = [product.method]

  private static let product = Formula(
    id: "product@1", summary: "A printed amount times printed factors", formula: "amount x factor x ...",
    citation: Source("The sources of the factors, see their receipts"),
    inputs: [MethodParameter("amount", "the amount"), MethodParameter("factor", "a factor; several are multiplied")],
    output: MethodParameter("product", "in the unit of the amount"), evaluate: { $0.reduce(1, *) })
}
