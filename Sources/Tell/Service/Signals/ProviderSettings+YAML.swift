import Grid
import GridProviders
import Quantities
import Yams

extension ProviderSettings {
  /// Reads one item of `grid.providers`: a service's name, or a mapping.
  init(_ node: ConfigurationNode) throws(ConfigurationError) {
    guard node.node.mapping != nil else {
      self.init(try node.choice(Service.self))
      guard service != .mapped else { throw node.failure("'mapped' needs 'file' or 'address', and 'mapping'") }
      return
    }
    let members = try node.members([
      "service", "address", "key_env", "key_file", "user", "kind", "names", "mapping", "file", "path",
    ])
    guard let service = members["service"] else {
      throw node.failure("'service' is missing; one of \(Service.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    self.init(try service.choice(Service.self))
    address = try members["address"]?.webAddress()
    key = try SecretPlace(variable: members["key_env"], file: members["key_file"], named: "key")
    user = try members["user"]?.text()
    kind = try members["kind"]?.choice(SignalKind.self)
    for (region, name) in try members["names"]?.pairs() ?? [] { names[try region.region()] = try name.text() }
    file = try members["file"]?.text()
    path = try members["path"]?.text()
    mapping = try members["mapping"].map { (node) throws(ConfigurationError) in try SignalMapping(node) }
    if self.service == .mapped {
      guard mapping != nil else { throw node.failure("'mapped' needs 'mapping': how its fields are to be read") }
      guard (file == nil) != (address == nil) else {
        throw node.failure("'mapped' needs 'file' or 'address', not both")
      }
    }
    if self.service == .carbonAwareSDK, address == nil {
      throw node.failure("'carbon-aware-sdk' needs 'address', for example http://127.0.0.1:8080")
    }
  }
}

extension SignalMapping {
  /// Reads a mapping; the fields of a mapping in YAML have underscores.
  init(_ node: ConfigurationNode) throws(ConfigurationError) {
    let members = try node.members([
      "name", "region", "kind", "format", "records", "time", "time_format", "time_is", "end", "interval", "value",
      "unit",
      "estimated", "issued", "forecast", "citation", "licence",
    ])
    let required = { (key: String) throws(ConfigurationError) -> ConfigurationNode in
      guard let member = members[key] else { throw node.failure("'\(key)' is missing in the mapping") }
      return member
    }
    self.init(
      name: try required("name").text(), region: try required("region").region(),
      kind: try required("kind").choice(SignalKind.self), format: try required("format").choice(Format.self),
      time: try required("time").text(), value: try required("value").text(), unit: try required("unit").text())
    records = try members["records"]?.text()
    timeFormat = try members["time_format"]?.choice(TimeFormat.self)
    timeIs = try members["time_is"]?.choice(TimeLayout.Label.self)
    end = try members["end"]?.text()
    intervalSeconds = try members["interval"]?.quantity(Span.self).seconds
    estimated = try members["estimated"]?.text()
    issued = try members["issued"]?.text()
    isForecast = try members["forecast"]?.truth()
    citation = try members["citation"]?.text()
    licence = try members["licence"]?.text()
    if let objection { throw node.failure(objection) }
  }
}

extension ConfigurationNode {
  func webAddress() throws(ConfigurationError) -> WebAddress {
    let text = try text()
    guard let address = WebAddress(text) else {
      throw failure("'\(text)' is no address; write https://HOST[:PORT][/PATH]")
    }
    return address
  }

  func region() throws(ConfigurationError) -> Region {
    do throws(RegionError) { return try Region(named()) } catch { throw failure(error.description) }
  }

  private func named() -> String { node.scalar?.string ?? "" }

  func truth() throws(ConfigurationError) -> Bool {
    switch node.scalar?.string {
    case "true": true
    case "false": false
    default: throw failure("'\(path)' must be true or false")
    }
  }

  /// Keys and values of a mapping whose keys are free.
  func pairs() throws(ConfigurationError) -> [(ConfigurationNode, ConfigurationNode)] {
    guard let mapping = node.mapping else { throw failure("'\(path)' must be a mapping") }
    return mapping.map { key, value in
      (
        ConfigurationNode(node: key, file: file, path: path),
        ConfigurationNode(node: value, file: file, path: "\(path).\(key.string ?? "")")
      )
    }
  }
}
