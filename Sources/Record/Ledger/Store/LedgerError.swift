/// Why the ledger could not do what it was asked. Each describes itself in a line or two that tell the fix.
public enum LedgerError: Error, Hashable, Sendable {
  /// Nothing has that id or that beginning; ids that are like it follow.
  case notFound(String, near: [String])
  /// Several ids begin like that; some of them follow.
  case ambiguous(String, matches: [String])
  /// A text that is no id and no beginning of one.
  case notAnID(String)
  /// A record that contradicts itself or names an activity that is not there; nothing was written.
  case invalid(String)
  /// The disk is full; nothing was written, and writing works again once there is space.
  case diskFull(path: String)
  /// The ledger may not be written, or not even read.
  case noPermission(path: String, reason: String)
  /// There is no ledger yet.
  case missing(path: String)
  /// Another process has held the ledger for longer than one waits.
  case busy(path: String)
  /// The file is damaged or is no ledger.
  case corrupt(path: String, reason: String)
  /// The ledger was made by a newer Dimmer.
  case newerSchema(path: String, unknown: [String])
  /// The ledger was made by an older Dimmer and was opened for reading only.
  case olderSchema(path: String, missing: [String])
  /// No directory to keep data in can be told from the environment.
  case noDataDirectory
  /// The device failed, or SQLite said something that should not be.
  case failed(path: String, reason: String)
}

extension LedgerError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notFound(let text, let near):
      "nothing in the ledger is called '\(text)'; "
        + (near.isEmpty ? "'dimmer runs list' shows what there is" : "did you mean \(near.joined(separator: ", "))?")
    case .ambiguous(let text, let matches):
      "'\(text)' is the beginning of several ids; add characters to tell apart \(matches.joined(separator: ", "))"
    case .notAnID(let text):
      "'\(text)' is not an id; ids look like run_01k…, run_01k….carbon, req_01k…, dec_01k…, and a unique beginning "
        + "is enough"
    case .invalid(let reason): "the ledger refuses the record: \(reason)"
    case .diskFull(let path):
      "no space left for the ledger \(path); free some space, or set DIMMER_DATA_DIR to a disk that has some"
    case .noPermission(let path, let reason):
      "the ledger \(path) cannot be used (\(reason)); give your user its file and folder, or set DIMMER_DATA_DIR "
        + "to a folder of yours"
    case .missing(let path):
      "there is no ledger at \(path); 'dimmer run -- CMD' makes one, or set DIMMER_DATA_DIR to where yours is"
    case .busy(let path):
      "another process is writing to the ledger \(path) and did not let go; try again when it has finished"
    case .corrupt(let path, let reason):
      "the ledger \(path) is damaged or is no ledger (\(reason)); move it aside with its -wal file and start anew: "
        + "the journals beside it can be taken in again"
    case .newerSchema(let path, let unknown):
      "the ledger \(path) was written by a newer dimmer (it has \(unknown.joined(separator: ", "))); update this one"
    case .olderSchema(let path, let missing):
      "the ledger \(path) was written by an older dimmer (it lacks \(missing.joined(separator: ", "))); run a command "
        + "that records, for example 'dimmer run -- true', to bring it up to date"
    case .noDataDirectory: "no place to keep data: set DIMMER_DATA_DIR, XDG_DATA_HOME or HOME to an absolute path"
    case .failed(let path, let reason): "the ledger \(path) failed: \(reason); check the disk and its mount"
    }
  }

  /// The exit status for a program that ends on this error (sysexits.h).
  public var exitStatus: Int32 {
    switch self {
    case .notAnID: 64
    case .invalid, .corrupt, .newerSchema, .olderSchema: 65
    case .notFound, .ambiguous, .missing: 66
    case .busy: 69
    case .diskFull, .failed: 74
    case .noPermission: 77
    case .noDataDirectory: 78
    }
  }
}
