/// The cheapest time in a window for a job whose pauses cost nothing: the cheapest pieces, the last one of them in part
/// (signals-and-scheduling, 10.3). Ties go to the earliest. No plan without a change of power costs less.
struct CheapestPieces {
  let runs: [Run]

  /// The cheapest `length` milliseconds of `pieces`, which must have that much.
  init(_ pieces: [WindowPiece], length: Int64) {
    var order = CheapestPieces.candidates(pieces, length: length)
    order.sort {
      pieces[$0].value != pieces[$1].value ? pieces[$0].value < pieces[$1].value : $0 < $1
    }
    var left = length
    var chosen = Set<Int>()
    var runs: [Run] = []
    for index in order where left > 0 {
      let piece = pieces[index]
      if piece.length <= left {
        runs.append((piece.start, piece.end))
        chosen.insert(index)
      } else {
        // The one piece used in part: at its front, unless its end meets a chosen piece and its front does not.
        let meetsFront = piece.joins && chosen.contains(index - 1)
        let meetsEnd = index + 1 < pieces.count && pieces[index + 1].joins && chosen.contains(index + 1)
        runs.append(
          meetsEnd && !meetsFront ? (piece.end - left, piece.end) : (piece.start, piece.start + left))
      }
      left -= min(left, piece.length)
    }
    self.runs = runs.merged
  }

  /// The pieces that can be among the cheapest: those no dearer than a value below which there is time enough. Found
  /// by quickselect, so that a window of a year is not sorted whole.
  private static func candidates(_ pieces: [WindowPiece], length: Int64) -> [Int] {
    var pool = Array(pieces.indices)
    guard pool.count > 4096 else { return pool }
    var kept: [Int] = []
    var left = length
    while pool.count > 1024 {
      // The middle of three stands in for the median; the data are no adversary, and the result is right anyway.
      let probes = [pool[0], pool[pool.count / 2], pool[pool.count - 1]].map { pieces[$0].value }.sorted()
      let pivot = probes[1]
      var lower: [Int] = []
      var upper: [Int] = []
      var time: Int64 = 0
      for index in pool {
        if pieces[index].value < pivot {
          lower.append(index)
          time += pieces[index].length
        } else {
          upper.append(index)
        }
      }
      if time >= left {
        pool = lower
      } else if lower.isEmpty {
        break
      } else {
        kept += lower
        left -= time
        pool = upper
      }
    }
    return kept + pool
  }
}
