import Foundation
import Ledger
import Service

/// `dimmer demo vision`, its steps one after the other. Whatever happens, the processes it started are ended.
struct VisionDemo {
  let options: DemoOptions

  func run() async throws {
    try await DemoStage.use(options) { stage in
      let folder = "\(stage.home)/family"
      Output.progress("training the family of classifiers (skipped when it is there)")
      try await stage.script("train.py", ["--out", folder], log: "\(stage.home)/train.log", doing: "training")
      let digits = try DigitFamily(directory: folder)
      Output.progress("starting MLServer with \(digits.members.count) variants")
      let server = try await ModelServer.start(
        stage.python, family: folder, models: digits.members.map(\.name), log: "\(stage.home)/mlserver.log",
        client: stage.client)
      do {
        let family = VisionFamily(stage: stage, digits: digits, url: server.url)
        let variants = try await calibrate(digits, server: server, stage: stage)
        try await DemoRun(stage: stage, family: family, variants: variants).run()
      } catch {
        await server.process.stop()
        throw error
      }
      await server.process.stop()
    }
  }

  /// Measures every variant and commits the calibrations.
  private func calibrate(_ family: DigitFamily, server: ModelServer, stage: DemoStage) async throws -> [VariantRecord] {
    let calibration = Calibration(
      client: DigitClient(client: stage.client, url: server.url), server: server.process.pid, family: family,
      alias: VisionFamily.subject.alias)
    return try await stage.calibrating(calibration.alias) { identifiers in
      var variants: [VariantRecord] = []
      for (index, member) in family.members.enumerated() {
        Output.progress("measuring \(member.name) (\(index + 1) of \(family.members.count))")
        let first = family.liveCount / 2 + index * 1024
        variants.append(try await calibration.measure(member, id: identifiers.next(), firstImage: first))
      }
      return variants
    }
  }
}
