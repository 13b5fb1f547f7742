import ArgumentParser
import Foundation
import Metering
import Quantities
import Reporting
import Service

/// `dimmer doctor`: what can be read here, and the exact fix for what cannot.
struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "What this machine tells of its energy, and the fix for what it does not.",
    discussion: """
      Every place where energy may be shown is listed: read or not, the file and its mode, the command that makes it
      readable, and how far off what is left may be.

      Examples:
        dimmer doctor
        dimmer doctor --machine ./machine     of a machine that 'dimmer record' kept
        dimmer doctor --json | jq '.sources[] | select(.fix) | .fix'

      Exit status: 0, also where little can be read; 69 when nothing at all can be.
      """)

  @Option(help: ArgumentHelp("A recorded machine instead of this one.", valueName: "DIR"))
  var machine: String?

  @Flag(help: "One JSON document instead of text.")
  var json = false

  func run() throws {
    let environment = ProcessInfo.processInfo.environment
    let access: SourceAccess
    do throws(MeteringError) { access = try SourceAccess { environment[$0] } } catch {
      throw Failure(.configuration, error.description)
    }
    let probes: [SourceProbe]
    do throws(MeteringError) {
      if let machine {
        probes = HostMeter(replaying: try MachineReplay(machine)).probes
      } else {
        probes = HostMeter(access: access).probes
      }
    } catch {
      throw Failure(.data, error.description)
    }
    let sockets = MeterAddress.candidates(environment: environment)
    let service = sockets.first { FileManager.default.fileExists(atPath: $0) }
    if json {
      Output.result([
        "sources": .array(probes.map(Self.json)),
        "meter_socket": .optional(service),
        "meter_socket_reason": .optional(service == nil ? Self.noService(sockets) : nil),
      ])
    } else {
      Output.result(Self.text(probes, service: service, sockets: sockets))
    }
    guard probes.contains(where: \.isUsed) else {
      throw Failure(.unavailable, "nothing can be read here, not even how busy the processors are")
    }
  }

  private static func noService(_ sockets: [String]) -> String {
    sockets.isEmpty
      ? "DIMMER_METER_SOCKET is empty: each run has a meter of its own"
      : "no meter serves at \(sockets.joined(separator: " or ")): each run has a meter of its own; 'sudo dimmer-meter serve' is one for all"
  }

  private static func json(_ probe: SourceProbe) -> JSONValue {
    [
      "name": .string(probe.name), "kind": .string(probe.kind.rawValue),
      "component": .string(probe.component?.rawValue ?? "platform"), "readable": .bool(probe.isReadable),
      "used": .bool(probe.isUsed), "file": .optional(probe.file), "file_mode": .optional(probe.mode),
      "reason": .string(probe.reason), "fix": .optional(probe.fix),
      "expected_error_percent": .optional(probe.expectedErrorPercent),
    ]
  }

  private static func text(_ probes: [SourceProbe], service: String?, sockets: [String]) -> String {
    let style = Output.style
    var lines: [String] = []
    for probe in probes {
      let mark = probe.isUsed ? style.green("used    ") : probe.isReadable ? "readable" : style.dim("not read")
      let error = probe.expectedErrorPercent.map { "  ±\(Decimals.significant($0, digits: 2)) %" } ?? ""
      lines.append(
        "\(mark)  \(probe.component?.rawValue ?? "platform"): \(style.bold(probe.name))\(error)")
      let file = probe.file.map { file in "\(file)\(probe.mode.map { " (mode \($0))" } ?? "")" }
      for detail in [file, probe.reason].compactMap({ $0 }) { lines.append("          \(detail)") }
      if let fix = probe.fix { lines.append("          fix: \(fix)") }
    }
    lines.append("")
    lines.append(service.map { "meter service: a socket is at \($0)" } ?? "meter service: \(noService(sockets))")
    return lines.joined(separator: "\n")
  }
}
