import Quantities
import Testing

@testable import Metering

#if canImport(Glibc)
  import Glibc
#endif

@Suite("GPU cards of a machine, by what its drivers show")
struct GPUInventoryTests {
  let machine: RecordedMachine

  init() throws { machine = try RecordedMachine() }

  /// The cards of the recorded files, with a driver that says these lines.
  private func cards(_ lines: [String] = []) throws -> [GPUInventory.Card] {
    var access = SourceAccess(gpuLibrary: "libdimmer-no-such-driver.so")
    if !lines.isEmpty {
      let recording = try GPURecording(([GPURecording.title + " synthetic"] + lines).joined(separator: "\n"))
      access.gpuDriver = { () throws(MeteringError) in RecordedGPUDriver(recording, start: .seconds(0)) { .seconds(1) }
      }
    }
    return GPUInventory(of: machine.root, access: access).cards
  }

  @Test("A machine without a driver and without a card has none")
  func none() throws { #expect(try cards().isEmpty) }

  @Test("The NVIDIA driver's cards are counted by name, those whose energy cannot be read, too")
  func nvidia() throws {
    let found = try cards([
      "0 GPU-1 device 0 9 NVIDIA%20H100%2080GB%20HBM3", "0 GPU-2 device 1 9 NVIDIA%20H100%2080GB%20HBM3",
      "0 GPU-3 device 2 6 Tesla%20T4",
    ])
    #expect(found.map(\.name) == ["NVIDIA H100 80GB HBM3", "NVIDIA H100 80GB HBM3", "Tesla T4"])
    #expect(found.allSatisfy { $0.extent == .whole })
  }

  @Test("A card that is cut counts the slices of the instances that are shown, of all that it has")
  func cut() throws {
    let device = "0 GPU-1 device 0 7 NVIDIA%20A100-SXM4-80GB"
    #expect(
      try cards([device, "0 GPU-1 instances 1:3:MIG-a 5:1:MIG-b", "0 GPU-1 slices 7"]).map(\.extent) == [
        .slices(4, of: 7)
      ])
    #expect(try cards([device, "0 GPU-1 instances -"]).map(\.extent) == [.whole])
    // A recording from before this was asked says no number.
    #expect(try cards([device, "0 GPU-1 instances 1:3:MIG-a"]).map(\.extent) == [.part])
  }

  @Test(
    "A virtual GPU is a part of unknown size",
    arguments: [
      ("GRID A100-10C", true), ("NVIDIA A40-4Q", true), ("NVIDIA A100-1-5C", true), ("GRID T4-16Q", true),
      ("NVIDIA A100-SXM4-80GB", false), ("Tesla T4", false), ("NVIDIA H100 PCIe", false), ("NVIDIA GB200", false),
      ("NVIDIA A100-PCIE-40GB", false),
    ])
  func virtual(_ name: String, _ isVirtual: Bool) { #expect(GPUInventory.isVirtual(name) == isVirtual) }

  @Test(
    "AMD's and Intel's cards are counted by the kernel's files: a package of two dies once, a processor's graphics not")
  func kernel() throws {
    try machine.card(0)
    try machine.folder.write("sys/class/drm/card0/device/product_name", "AMD Instinct MI250\n")
    try machine.chip("class/drm/card0/device/hwmon/hwmon0", "amdgpu", ["power1_average": "215000000"])
    // The other die of the package shows no power.
    try machine.card(1)
    try machine.folder.write("sys/class/drm/card1/device/product_name", "AMD Instinct MI250\n")
    try machine.card(2, device: "0x15bf")
    try machine.write(
      "sys/class/drm/card2/device/gpu_metrics", bytes: gpuMetrics(content: 4, offset: 24, count: 77, format: 2))
    try machine.chip("class/hwmon/hwmon5", "xe", ["energy1_input": "1000"])
    #expect(try cards() == [.init(name: "AMD Instinct MI250"), .init(name: nil)])
  }

  @Test("A driver that does not answer is said; its cards are not taken for none")
  func late() throws {
    let recording = try GPURecording("\(GPURecording.title) synthetic\n0 GPU-1 device 0 9 NVIDIA%20H100")
    var access = SourceAccess()
    access.gpuDriver = { () throws(MeteringError) in
      RecordedGPUDriver(recording, start: .seconds(0)) {
        usleep(200_000)
        return .seconds(1)
      }
    }
    let inventory = GPUInventory(of: machine.root, access: access, deadline: .seconds(0.02))
    #expect(inventory.cards.isEmpty && inventory.unseen?.contains("did not answer") == true)
  }
}
