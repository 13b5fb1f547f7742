import Accounting
import Foundation
import Metering
import Quantities

extension Machine {
  /// What is visible of this machine: processors, sockets, memory, GPU cards, and whether it is a guest.
  static var visible: Machine {
    let cpuinfo = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let lines = cpuinfo.split(separator: "\n")
    let sockets = Set(lines.filter { $0.hasPrefix("physical id") }).count
    let isGuest = lines.contains { $0.hasPrefix("flags") && $0.contains(" hypervisor") }
    let memory = Double(ProcessInfo.processInfo.physicalMemory)
    let inventory = GPUInventory()
    return Machine(
      threads: max(ProcessInfo.processInfo.processorCount, 1),
      parts: ServerCarbon.Parts(cpus: max(sockets, 1), memory: .bytes(memory)), isGuest: isGuest,
      cards: inventory.cards.map(Card.init), unseenCards: inventory.unseen)
  }
}

extension Machine.Card {
  /// A card as the meter knows it.
  init(_ card: GPUInventory.Card) {
    switch card.extent {
    case .whole: self.init(name: card.name)
    case .slices(let slices, let all): self.init(name: card.name, extent: .slices(slices, of: all))
    case .part: self.init(name: card.name, extent: .part)
    }
  }
}
