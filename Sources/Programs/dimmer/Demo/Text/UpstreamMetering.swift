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
    if let server = PortServer(of: upstream.port) {
      let (process, name) = (server.process, server.name)
      if server.isRelay {
        reason = "port \(upstream.port) is \(name)'s, which only passes requests on"
      } else if server.isAboveAsker {
        reason = "process \(process) (\(name)) at port \(upstream.port) has this demo below it, too"
      } else if try ActiveMeter.hasSharedGPU() {
        reason = "a GPU is read here that does not tell its processes apart"
      } else {
        scope = .processes([process])
        note =
          "Energy of the models is that of process \(process) (\(name)), which listens at port \(upstream.port), and of "
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
}
