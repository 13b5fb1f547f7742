import Quantities

/// An exporter's page as files of a recording: `exporter/source` says which page and what of it counts (without what
/// follows a `?`, which may be a key), `exporter/page` has the values, `exporter/failure` why the page did not come.
///
/// Of the page only what a meter counts is kept. Labels tell of hosts, users and pods: each series has a number instead,
/// and a zone, by which Kepler's packages are known.
struct ExporterRecorder {
  static let source = "exporter/source"
  static let page = "exporter/page"
  static let failure = "exporter/failure"

  private let options: PrometheusOptions
  private let fetch: PrometheusSource.Fetcher
  private var numbers: [String: Int] = [:]
  private var failures = 0
  private var sleepsUntil: MonotonicInstant?
  private var last: [String: RecordedFile] = [:]

  /// `nil` when no exporter is read.
  init?(_ access: SourceAccess) {
    guard let options = access.prometheus else { return nil }
    self.options = options
    do throws(MeteringError) {
      guard let address = HTTPAddress(options.url) else { throw MeteringError("\(options.url) is no http address") }
      fetch =
        if let fetcher = access.prometheusFetcher { fetcher } else {
          try HTTPFetch.fetcher(address, patience: PrometheusSource.patience)
        }
    } catch {
      fetch = { .failure(error) }
    }
  }

  /// The page now. One that fails is left alone for as long as a meter leaves it alone.
  mutating func look(at moment: MonotonicInstant) -> [String: RecordedFile] {
    if let sleepsUntil, moment < sleepsUntil { return last }
    var shown = options
    shown.hideQuery()
    last = [Self.source: Self.file(shown.text)]
    switch fetch() {
    case .success(let bytes):
      failures = 0
      sleepsUntil = nil
      last[Self.page] = Self.file(text(of: bytes))
    case .failure(let error):
      failures += 1
      if failures >= PrometheusSource.failuresInARow {
        sleepsUntil = MonotonicInstant(
          nanoseconds: moment.nanoseconds + UInt64(PrometheusSource.rest.seconds * 1e9))
      }
      let why = error.description.split(separator: options.url, omittingEmptySubsequences: false)
      last[Self.failure] = Self.file(why.joined(separator: shown.url))
    }
    return last
  }

  private mutating func text(of page: [UInt8]) -> String {
    let names = Set(options.metric.map { [$0.name] } ?? PrometheusOptions.known.map(\.name))
    var text = ""
    for sample in PrometheusSample.all(page) where names.contains(sample.name) {
      let number = numbers[sample.series] ?? numbers.count
      numbers[sample.series] = number
      // Whether it is a package is all that a zone decides.
      let zone = sample.labels["zone"].map { ",zone=\"\($0.hasPrefix("package") ? "package" : "other")\"" } ?? ""
      text += "\(sample.name){series=\"\(number)\"\(zone)} \(sample.value)\n"
    }
    return text
  }

  private static func file(_ text: String) -> RecordedFile {
    RecordedFile(mode: 0o444, content: .bytes(Array(text.utf8)))
  }
}

extension SourceAccess {
  /// Reads the exporter of a replay that is laid out in `folder`, when there is one. Nothing is ever asked over a network.
  ///
  /// - Throws: what of its description is wrong.
  mutating func readExporter(replayedIn folder: String) throws(MeteringError) {
    guard let text = FileBuffer().text(at: "\(folder)/\(ExporterRecorder.source)") else { return }
    let options: PrometheusOptions
    do throws(MeteringError) {
      options = try PrometheusOptions(parsing: text)
    } catch {
      throw MeteringError("\(ExporterRecorder.source) of the recording: \(error.description)")
    }
    prometheus = options
    prometheusFetcher = {
      let buffer = FileBuffer()
      if let page = buffer.copy(ofFileAt: "\(folder)/\(ExporterRecorder.page)") { return .success(page) }
      let why = buffer.text(at: "\(folder)/\(ExporterRecorder.failure)")
      return .failure(MeteringError(why ?? "the recording has no page of \(options.url)"))
    }
  }
}
