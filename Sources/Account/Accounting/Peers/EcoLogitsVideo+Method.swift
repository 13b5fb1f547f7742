import Factors
import Methods
import Quantities

extension EcoLogitsVideo {
  static let method = Method(
    "ecologits-video@1", "EcoLogits' estimate of a generated video",
    formula: """
      kwh = pue x server_kw x seconds / 3600; seconds = (n x F x (WH)^2 + m x V + m1 x F + m2 x (WH)^2 + n1 x F^2 \
      + n2 x V^2 + g) x (1, or silent_weight without sound); F = 24 x duration_s + 1; V = WH x F / 1000; \
      embodied = seconds / 3 years x (server + accelerators x accelerator)
      """,
    citation: Source("EcoLogits 0.11.3, video generation methodology", year: 2026, licence: "MPL-2.0"),
    inputs: [
      MethodParameter("model", "a video model with its provider, for example google/veo-3.0"),
      MethodParameter("resolution", "720p, 1080p, 4k, or width x height in pixels, for example 1024x576"),
      MethodParameter("duration_s", unit: "s", "the video's length", in: 0.1...3600),
      MethodParameter("zone", "ISO code of three letters, WOR, or provider-default", default: .text("WOR")),
      MethodParameter("audio", "yes or no: whether sound is made with it", default: .text("yes")),
    ],
    outputs: EcoLogitsImpacts.parameters + [EcoLogitsImpacts.note]
  ) { arguments throws(MethodError) in
    let (model, server) = try known(try arguments.text("model"))
    let resolution = try resolution(try arguments.text("resolution"))
    let frames = frames(seconds: try arguments.number("duration_s"))
    let video = EcoLogitsVideo(
      latency: model.latency, server: server, resolution: resolution, frames: frames,
      withAudio: try isYes(try arguments.text("audio")))
    let (site, notes) = try EcoLogitsSite.named(
      provider: model.provider, of: .video, zone: try arguments.text("zone"))
    var outputs = video.impacts(at: site).outputs
    let all = notes + caveats(of: model, resolution, frames: frames)
    if !all.isEmpty { outputs[EcoLogitsImpacts.note.key] = .text(all.joined(separator: " ")) }
    return outputs
  }

  private static func known(
    _ name: String
  ) throws(MethodError) -> (model: EcoLogitsVideoModel, server: EcoLogitsServer) {
    do throws(FactorError) {
      let table = try EcoLogitsTable.embedded()
      let model = try table.video(name)
      return (model, try table.server(model.server))
    } catch {
      throw .noAnswer(error.description)
    }
  }

  private static func resolution(_ text: String) throws(MethodError) -> EcoLogitsVideoModel.Resolution {
    switch text.lowercased() {
    case "720p": return .init(width: 1280, height: 720)
    case "1080p": return .init(width: 1920, height: 1080)
    case "4k": return .init(width: 3840, height: 2160)
    default:
      let sides = text.lowercased().split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
      guard sides.count == 2, let width = sides[0], let height = sides[1], sizes.contains(width),
        sizes.contains(height)
      else {
        throw .wrongKind(
          "resolution",
          expected: "720p, 1080p, 4k, or width x height of \(sizes.lowerBound) to \(sizes.upperBound) pixels")
      }
      return .init(width: width, height: height)
    }
  }

  private static let sizes = 16...16_384

  private static func isYes(_ text: String) throws(MethodError) -> Bool {
    switch text {
    case "yes": return true
    case "no": return false
    default: throw .wrongKind("audio", expected: "yes or no")
    }
  }

  private static func caveats(
    of model: EcoLogitsVideoModel, _ resolution: EcoLogitsVideoModel.Resolution, frames: Int
  ) -> [String] {
    var notes: [String] = []
    if !model.resolutions.contains(resolution) {
      let known = model.resolutions.map(\.description).joined(separator: ", ")
      notes.append("EcoLogits fitted \(model.name) at \(known): \(resolution) is an extrapolation.")
    }
    if let least = model.frames.min(), let most = model.frames.max(), !(least...most).contains(frames) {
      notes.append("EcoLogits fitted \(model.name) on \(least) to \(most) frames: \(frames) is an extrapolation.")
    }
    return notes
  }
}
