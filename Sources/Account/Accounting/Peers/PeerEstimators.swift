import Methods

/// The entries for what other tools estimate of requests, videos, training runs and grids, under the names that
/// comparison vectors give them: the vector's `kind` with `.` and `_` as `-`.
///
/// Their inputs and outputs have the keys and units of those tools, so that a result can be set beside the tool's own.
enum PeerEstimators {
  static let all: [Method] =
    EcoLogitsText.methods + [EcoLogitsVideo.method, LLMCarbonTraining.method] + CodeCarbonGrids.methods
}
