import Foundation
import Metering

/// Whose energy the models of an upstream are charged with: that of the process which serves the port and of what it
/// starts. Only where that can not be told apart it is the whole machine's.
struct UpstreamMetering {
  let scope: ActiveMeter.Scope
  /// The same in one sentence, for people.
  let note: String

  /// Looks for the process behind an address.
  init(of upstream: UpstreamAddress) throws {
    let reason: String
    if let owner = PortOwner.process(listeningOn: upstream.port) {
      let name = Self.name(of: owner)
      if Self.relays.contains(name) {
        reason = "port \(upstream.port) is \(name)'s, which only passes requests on"
      } else if Self.isAboveThis(owner) {
        reason = "process \(owner) (\(name)) at port \(upstream.port) has this demo below it, too"
      } else if try ActiveMeter.hasSharedGPU() {
        reason = "a GPU is read here that does not tell its processes apart"
      } else {
        scope = .processes([owner])
        note =
          "Energy of the models is that of process \(owner) (\(name)), which listens at port \(upstream.port), and of "
          + "what it starts."
        return
      }
    } else {
      reason = "no process at port \(upstream.port) can be seen by this user"
    }
    scope = .machine
    note =
      "Energy of the models is host-wide, because \(reason): all work on the machine while they answered, less what "
      + "there was just before."
  }

  /// Programs that listen for a server elsewhere: in a container, or at the other end of a tunnel.
  private static let relays: Set = [
    "docker-proxy", "rootlessport", "slirp4netns", "pasta", "pasta.avx2", "conmon", "ssh", "socat",
  ]

  private static func name(of process: pid_t) -> String {
    let name = FileManager.default.contents(atPath: "/proc/\(process)/comm").map { String(decoding: $0, as: UTF8.self) }
    return name?.trimmingCharacters(in: .newlines) ?? "unknown"
  }

  /// Whether `process` is this one or one that it comes from, as the first process of a machine is of all.
  private static func isAboveThis(_ process: pid_t) -> Bool {
    var current = getpid()
    while current > 1, current != process {
      guard let stat = FileManager.default.contents(atPath: "/proc/\(current)/stat"),
        // Behind the name: state, parent.
        let words = String(decoding: stat, as: UTF8.self).split(separator: ")").last?.split(separator: " "),
        words.count > 1, let parent = pid_t(words[1])
      else { return process == 1 }
      current = parent
    }
    return current == process || process == 1
  }
}
