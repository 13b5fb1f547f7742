/// Which variant each conversation had last; bounded, the one heard of longest ago goes first.
struct StickyTable {
  private struct Entry {
    var session: UInt64
    var variant: Int
    /// Nanoseconds on a monotonic clock.
    var lastUsed: Int64
    /// Neighbours in the order of use; -1 at the ends.
    var older: Int
    var newer: Int
  }

  private let capacity: Int
  private let time: Int64
  private var places: [UInt64: Int] = [:]
  private var entries: [Entry] = []
  private var oldest = -1
  private var newest = -1

  init(_ stickiness: Stickiness) {
    capacity = stickiness.capacity
    let parts = stickiness.time.components
    time = max(0, parts.seconds) * 1_000_000_000 + parts.attoseconds / 1_000_000_000
  }

  /// Conversations remembered.
  var count: Int { entries.count }

  /// The variant the conversation had, when that is not too long ago.
  func variant(of session: UInt64, at now: Int64) -> Int? {
    guard let place = places[session], now - entries[place].lastUsed <= time else { return nil }
    return entries[place].variant
  }

  /// Remembers that a conversation has a variant.
  mutating func note(_ session: UInt64, has variant: Int, at now: Int64) {
    if let place = places[session] {
      entries[place].variant = variant
      entries[place].lastUsed = now
      unlink(place)
      append(place)
      return
    }
    let entry = Entry(session: session, variant: variant, lastUsed: now, older: -1, newer: -1)
    let place: Int
    if entries.count < capacity {
      place = entries.count
      entries.append(entry)
    } else {
      place = oldest
      unlink(place)
      places[entries[place].session] = nil
      entries[place] = entry
    }
    places[session] = place
    append(place)
  }

  private mutating func unlink(_ place: Int) {
    let (older, newer) = (entries[place].older, entries[place].newer)
    if older >= 0 { entries[older].newer = newer } else { oldest = newer }
    if newer >= 0 { entries[newer].older = older } else { newest = older }
  }

  private mutating func append(_ place: Int) {
    entries[place].older = newest
    entries[place].newer = -1
    if newest >= 0 { entries[newest].newer = place } else { oldest = place }
    newest = place
  }
}
