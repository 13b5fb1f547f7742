public import Factors

/// EcoLogits' estimate of one generated video, as of its version 0.11 (`ecologits-video@1`).
///
/// A whole server is charged to one video for as long as a regression says that it takes: there is no batch.
public struct EcoLogitsVideo: Hashable, Sendable {
  /// The model's regression.
  public var latency: EcoLogitsVideoModel.Latency
  /// The server it runs on.
  public var server: EcoLogitsServer
  /// The size of the frames.
  public var resolution: EcoLogitsVideoModel.Resolution
  /// The number of frames.
  public var frames: Int
  /// Whether sound is made with it.
  public var withAudio: Bool

  /// One video.
  public init(
    latency: EcoLogitsVideoModel.Latency, server: EcoLogitsServer, resolution: EcoLogitsVideoModel.Resolution,
    frames: Int, withAudio: Bool = true
  ) {
    self.latency = latency
    self.server = server
    self.resolution = resolution
    self.frames = frames
    self.withAudio = withAudio
  }

  /// Frames of a video of so many seconds: 24 a second and the first.
  public static func frames(seconds: Double) -> Int { Int(seconds * 24 + 1) }

  /// The time it takes, in seconds.
  public var generationSeconds: Double {
    let frames = Double(frames)
    let pixels = Double(resolution.width) * Double(resolution.height)
    let volume = pixels * frames / 1000
    let byVolume = latency.m * volume + latency.n2 * volume * volume
    let byPixels = latency.n * frames * pixels * pixels + latency.m2 * pixels * pixels
    let byFrames = latency.m1 * frames + latency.n1 * frames * frames
    return (byVolume + byPixels + byFrames + latency.g) * (withAudio ? 1 : latency.silentWeight)
  }

  /// What EcoLogits charges it: energy at both ends of the server's power.
  public func impacts(at site: EcoLogitsSite) -> EcoLogitsImpacts {
    let seconds = generationSeconds
    return EcoLogitsImpacts(
      itEnergyKilowattHours: PeerNumber(server.watts) * (seconds / 3600 / 1000),
      embodied: server.server.shared(
        seconds / EcoLogitsText.lifeSeconds, with: server.accelerator, servers: 1, accelerators: server.accelerators),
      at: site)
  }
}
