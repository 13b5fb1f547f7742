import Ledger

/// What a variant stood on while a decision was in force: the grid value that its requests are charged with.
struct Ground: Sendable {
  /// The value; `nil` when none was to be believed.
  let signal: SignalRecord?
  /// The other place; `nil` for the site's own grid.
  let elsewhere: VariantGrid?
}
