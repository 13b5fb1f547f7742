public import Ledger
import Methods
import Quantities

/// The JSON record of a run, as `dimmer run --summary FILE` writes it.
public enum RunSummary {
  /// The document. What is not known is null with a reason beside it.
  public static func json(_ account: ActivityAccount) -> JSONValue {
    let run = account.activity
    let figure = { (name: FigureName, what: String) in
      account.figure(name).map { JSONValue.figure($0.receipt) } ?? .unknown("\(what) was not recorded")
    }
    return [
      "run_id": .string(run.id.description), "name": .string(run.name), "status": .string(run.status.description),
      "reason": .optional(run.reason), "started": .time(run.started), "ended": .time(run.ended),
      "command": .array(run.detail.command.map(JSONValue.string)),
      "exit_code": run.exitCode.map { .count($0) } ?? .null,
      "duration_seconds": .optional(RunDocument.duration(of: run)), "energy_joules": figure(.energy, "energy"),
      "carbon_grams": figure(.carbon, "carbon"), "embodied_grams": figure(.embodied, "embodied carbon"),
      "water_litres": figure(.water, "water"),
      "components": .array(account.components.map(component)),
      "conservation": account.conservation.map(conservation) ?? .null,
      "conservation_reason": .optional(account.conservation == nil ? run.detail.withheld : nil),
      "parked_gpu_joules": .optional(run.detail.parkedJoules),
      "platform_joules": run.detail.platformJoules.map { meters in
        .object(meters.sorted { $0.key < $1.key }.map { ($0.key, .number($0.value)) })
      } ?? .null,
      "cpu_seconds": run.detail.cpuSeconds.map(cpuSeconds) ?? .null,
      "region": .optional(run.region), "intensity_grams_per_kwh": figure(.intensity, "carbon intensity"),
      "imported": run.detail.imported.map(imported) ?? .null,
      "tags": .object(run.detail.tags.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }),
    ]
  }

  private static func imported(_ row: ImportedRow) -> JSONValue {
    [
      "tool": .string(row.tool), "file": .string(row.file), "line": .count(row.line),
      "fields": .object(row.fields.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }),
    ]
  }

  private static func component(_ component: Component) -> JSONValue {
    let joules = { (count: Microjoules?) in JSONValue.optional(count?.energy.joules) }
    let energy: JSONValue =
      component.microjoules == nil
      ? .unknown(component.detail ?? "no reason was kept")
      : [
        "value": joules(component.microjoules), "low": joules(component.lowMicrojoules),
        "high": joules(component.highMicrojoules), "origin": .optional(component.origin?.rawValue),
        "method": .optional(component.method?.description),
        "id": .string(
          FigureName(parsing: "energy-\(component.name)").map { "\(FigureID(component.activity, $0))" } ?? ""),
      ]
    return ["component": .string(component.name), "energy_joules": energy, "detail": .optional(component.detail)]
  }

  private static func conservation(_ terms: Conservation) -> JSONValue {
    [
      "host_microjoules": .integer(terms.host.count), "attributed_microjoules": .integer(terms.attributed.count),
      "idle_microjoules": .integer(terms.idle.count), "self_microjoules": .integer(terms.own.count),
      "unattributed_microjoules": .integer(terms.unattributed.count),
    ]
  }

  private static func cpuSeconds(_ seconds: CPUSeconds) -> JSONValue {
    [
      "run": .number(seconds.run), "others": .number(seconds.others), "self": .number(seconds.own),
      "unattributed": .number(seconds.unattributed), "busy": .number(seconds.busy), "idle": .number(seconds.idle),
      "capacity": .number(seconds.capacity),
    ]
  }
}
