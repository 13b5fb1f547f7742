import Quantities

/// What a look says of the processes on a GPU.
extension GPULook {
  /// What was found.
  struct Found {
    /// What the GPU is doing.
    var state: GPUSharing.State
    /// The processes' weights in what they share.
    var weights: [Int32: Double]
    /// The processes that hold a context.
    var holders: [Int32]
  }

  /// Who uses the GPU; what the driver did not say stays unknown.
  var found: Found {
    let holders = try? self.holders?.get()
    let samples = try? self.activity?.get()
    let utilisation = try? self.utilisation?.get()
    let pids = (holders ?? []).map(\.pid)
    let weights =
      instances.map { GPUSharing.weights(holders: holders ?? [], instances: $0) }
      ?? GPUSharing.weights(samples: samples ?? [], holders: pids)
    let hasWorked = (samples ?? []).contains { $0.percent > 0 && $0.percent <= 100 } || (utilisation ?? 0) > 0
    let state: GPUSharing.State
    if hasWorked {
      state = .working
    } else if holders == nil {
      state = .unknown
    } else if pids.isEmpty {
      state = .empty
    } else {
      state = samples == nil && utilisation == nil ? .unknown : .parked
    }
    return Found(state: state, weights: weights, holders: pids)
  }
}
