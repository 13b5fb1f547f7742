import Accounting
import Foundation
import Quantities

extension Machine {
  /// What is visible of this machine: processors, sockets, memory, and whether it is a guest.
  static var visible: Machine {
    let cpuinfo = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let lines = cpuinfo.split(separator: "\n")
    let sockets = Set(lines.filter { $0.hasPrefix("physical id") }).count
    let isGuest = lines.contains { $0.hasPrefix("flags") && $0.contains(" hypervisor") }
    let memory = Double(ProcessInfo.processInfo.physicalMemory)
    return Machine(
      threads: max(ProcessInfo.processInfo.processorCount, 1),
      parts: ServerCarbon.Parts(cpus: max(sockets, 1), memory: .bytes(memory)), isGuest: isGuest)
  }
}
