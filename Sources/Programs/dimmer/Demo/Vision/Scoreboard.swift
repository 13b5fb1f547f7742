import Foundation
import Synchronization

/// What became of the requests to the classifiers: every answer held against the true labels.
final class Scoreboard: Sendable {
  /// One answered request.
  struct Scored: Sendable {
    let requestID: String
    let firstImage: Int
    let images: Int
    let right: Int
    let rightByImage: [Bool]
  }

  private struct State {
    var scored: [Scored] = []
    var failures: [String] = []
  }
  private let state = Mutex(State())

  func add(_ scored: Scored) { state.withLock { $0.scored.append(scored) } }
  func fail(_ reason: String) { state.withLock { $0.failures.append(reason) } }

  var scored: [Scored] { state.withLock { $0.scored } }
  var failures: [String] { state.withLock { $0.failures } }
  var images: Int { scored.reduce(0) { $0 + $1.images } }
  var right: Int { scored.reduce(0) { $0 + $1.right } }

  /// The share of images answered right.
  var accuracy: Double { images > 0 ? Double(right) / Double(images) : 0 }

  /// The standard error of the accuracy.
  ///
  /// Many images are changed copies of one handwritten digit and are right or wrong together, so whole digits are what
  /// varies: the error is that of a ratio of sums over digits (linearised cluster variance), never below the one that
  /// holds for independent images.
  func standardError(base: (Int) -> Int) -> Double {
    var byBase: [Int: (right: Double, images: Double)] = [:]
    for request in scored {
      for (offset, isRight) in request.rightByImage.enumerated() {
        let key = base(request.firstImage + offset)
        byBase[key, default: (0, 0)].right += isRight ? 1 : 0
        byBase[key, default: (0, 0)].images += 1
      }
    }
    let total = Double(images)
    let clusters = Double(byBase.count)
    guard total > 0, clusters > 1 else { return 0 }
    let residual = byBase.values.reduce(0.0) { sum, part in
      let difference = part.right - accuracy * part.images
      return sum + difference * difference
    }
    let clustered = (residual * clusters / (clusters - 1)).squareRoot() / total
    return max(clustered, (accuracy * (1 - accuracy) / total).squareRoot())
  }
}
