import Accounting
import Methods
import Testing

@testable import Factors

@Suite("EcoLogits' estimate of video")
struct EcoLogitsVideoTests {
  private let inputs: [String: MethodValue] = [
    "model": .text("google/veo-3.0"), "resolution": .text("720p"), "duration_s": .number(8),
  ]

  @Test("A whole server is charged for the time that the regression gives")
  func wholeServer() throws {
    let table = try CSVTable(
      parsing: """
        name,accelerators,watts_low,watts_high,server_kilograms,server_antimony_kilograms,server_megajoules,\
        accelerator_kilograms,accelerator_antimony_kilograms,accelerator_megajoules,year,source,licence
        box,4,1000,2000,500,0.1,800,100,0.01,200,2026,made up,MIT

        """)
    let server = try EcoLogitsServer(try #require(table.rows.first))
    let hour = EcoLogitsVideoModel.Latency(n: 0, m: 0, m1: 0, m2: 0, n1: 0, n2: 0, g: 3600, silentWeight: 0.5)
    let site = EcoLogitsSite(
      grid: .init(carbonKilograms: 0.5, waterLitres: 2, antimonyKilograms: nil, primaryEnergyMegajoules: 10),
      pue: .one(1.5), waterLitres: .one(1))
    let video = EcoLogitsVideo(
      latency: hour, server: server, resolution: .init(width: 100, height: 100), frames: 25)
    let impacts = video.impacts(at: site)
    #expect(agrees(impacts.energyKilowattHours.low, 1.5) && agrees(impacts.energyKilowattHours.high, 3))
    #expect(agrees(impacts.usageCarbonKilograms.high, 1.5))
    #expect(agrees(impacts.waterLitres.low, 4) && agrees(impacts.waterLitres.high, 8))
    #expect(agrees(impacts.embodied.carbonKilograms.low, 900.0 * 3600 / 94_608_000))
    #expect(!impacts.embodied.carbonKilograms.isRange)
    #expect(impacts.antimonyKilograms == nil)
    let silent = EcoLogitsVideo(
      latency: hour, server: server, resolution: .init(width: 100, height: 100), frames: 25, withAudio: false)
    #expect(agrees(silent.impacts(at: site).energyKilowattHours.low, 0.75))
  }

  @Test("Each coefficient works on its own term")
  func terms() throws {
    let server = try #require(try EcoLogitsTable.embedded().servers.first)
    func seconds(_ latency: EcoLogitsVideoModel.Latency) -> Double {
      EcoLogitsVideo(latency: latency, server: server, resolution: .init(width: 20, height: 50), frames: 7)
        .generationSeconds
    }
    let zero = (n: 0.0, m: 0.0, m1: 0.0, m2: 0.0, n1: 0.0, n2: 0.0, g: 0.0)
    func with(
      _ change: (inout (n: Double, m: Double, m1: Double, m2: Double, n1: Double, n2: Double, g: Double)) -> Void
    )
      -> EcoLogitsVideoModel.Latency
    {
      var c = zero
      change(&c)
      return .init(n: c.n, m: c.m, m1: c.m1, m2: c.m2, n1: c.n1, n2: c.n2, g: c.g, silentWeight: 1)
    }
    // 1000 pixels, 7 frames: a volume of 7 thousand.
    #expect(seconds(with { $0.n = 1 }) == 7e6)
    #expect(seconds(with { $0.m = 1 }) == 7)
    #expect(seconds(with { $0.m1 = 1 }) == 7)
    #expect(seconds(with { $0.m2 = 1 }) == 1e6)
    #expect(seconds(with { $0.n1 = 1 }) == 49)
    #expect(seconds(with { $0.n2 = 1 }) == 49)
    #expect(seconds(with { $0.g = 1 }) == 1)
  }

  @Test("Frames are 24 a second and the first one")
  func frames() {
    #expect(EcoLogitsVideo.frames(seconds: 5) == 121)
    #expect(EcoLogitsVideo.frames(seconds: 8) == 193)
    #expect(EcoLogitsVideo.frames(seconds: 0.1) == 3)
  }

  @Test("For every model a longer or larger video never costs less, silence never more, and ends are in order")
  func properties() throws {
    for model in try EcoLogitsTable.embedded().videos {
      let call = inputs.with("model", .text(model.name))
      let usual = try Peer.run("ecologits-video", call)
      let longer = try Peer.run("ecologits-video", call.with("duration_s", .number(10)))
      let larger = try Peer.run("ecologits-video", call.with("resolution", .text("1080p")))
      let silent = try Peer.run("ecologits-video", call.with("audio", .text("no")))
      for key in ["energy_kWh", "gwp_kg", "wcf_L", "embodied_gwp_kg"] {
        #expect(usual.ends(key).low > 0 && usual.ends(key).low <= usual.ends(key).high, "\(model.name) \(key)")
        #expect(usual.ends(key).low <= longer.ends(key).low, "\(model.name) \(key)")
        #expect(usual.ends(key).high <= larger.ends(key).high, "\(model.name) \(key)")
        #expect(silent.ends(key).high <= usual.ends(key).high, "\(model.name) \(key)")
      }
    }
  }

  @Test("A resolution is a name or width x height")
  func resolutions() throws {
    let named = try Peer.run("ecologits-video", inputs)
    #expect(try Peer.run("ecologits-video", inputs.with("resolution", .text("1280x720"))) == named)
    #expect(try Peer.run("ecologits-video", inputs.with("resolution", .text("1280X720"))) == named)
    for wrong in ["720", "hd", "0x0", "1e3x5", "1280x720x2", "99999x9", "x720", "-20x20", ""] {
      guard case .wrongKind("resolution", _) = Peer.error("ecologits-video", inputs.with("resolution", .text(wrong)))
      else {
        Issue.record("'\(wrong)' was taken")
        continue
      }
    }
  }

  @Test("Outside of what a model was fitted on, the result says so")
  func extrapolation() throws {
    #expect(try Peer.run("ecologits-video", inputs)["note"] == nil)
    let small = try Peer.run("ecologits-video", inputs.with("resolution", .text("64x64")))
    #expect(small.text("note").contains("64x64 is an extrapolation"))
    let long = try Peer.run("ecologits-video", inputs.with("duration_s", .number(60)))
    #expect(long.text("note").contains("1441 is an extrapolation"))
  }

  @Test("The grid is the world's unless one is named, as in EcoLogits; the provider's own is named too")
  func zones() throws {
    let world = try Peer.run("ecologits-video", inputs)
    #expect(try Peer.run("ecologits-video", inputs.with("zone", .text("WOR"))) == world)
    let own = try Peer.run("ecologits-video", inputs.with("zone", .text("provider-default")))
    #expect(try Peer.run("ecologits-video", inputs.with("zone", .text("USA"))) == own)
    #expect(own["embodied_gwp_kg"] == world["embodied_gwp_kg"] && own["gwp_kg"] != world["gwp_kg"])
  }

  @Test("An unknown model is refused with near ones, an unclear sound and an absurd length by name")
  func refused() {
    let misspelt = Peer.error("ecologits-video", inputs.with("model", .text("google/veo-3.2")))
    #expect(misspelt?.description.contains("google/veo-3.1") == true)
    let strange = Peer.error("ecologits-video", inputs.with("model", .text("zzz")))
    #expect(strange?.description.contains("runway/gen-4.5") == true)
    #expect(Peer.error("ecologits-video", inputs.with("audio", .text("maybe"))) != nil)
    for length in [0, -8, 1e9, .nan] {
      #expect(Peer.error("ecologits-video", inputs.with("duration_s", .number(length))) != nil)
    }
  }
}
