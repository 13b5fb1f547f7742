import ArgumentParser
import Foundation
import Methods
import Quantities

/// Exit statuses after sysexits.h, as the command contract has them.
enum ExitStatus: Int32 {
  case usage = 64
  case data = 65
  case noInput = 66
  case unavailable = 69
  case software = 70
  case io = 74
  case noPermission = 77
  case configuration = 78
}

/// An error as the command line ends with it: a status, and one or two lines that tell what to do.
struct Failure: Error, CustomStringConvertible {
  let status: ExitStatus
  let description: String

  init(_ status: ExitStatus, _ description: String) {
    self.status = status
    self.description = description
  }

  /// Prints the error on stderr and ends the process with its status.
  static func end(with error: any Error) -> Never {
    if let failure = Failure(describing: error) {
      Output.error(failure.description)
      Foundation.exit(failure.status.rawValue)
    }
    // A command that has said all there is to say ends with the status of its answer.
    if let status = error as? ExitCode { Foundation.exit(status.rawValue) }
    // The argument parser knows its own errors, help and version; all else is a failure of the program.
    if Dimmer.exitCode(for: error) == .failure {
      Output.error("\(error)")
      Foundation.exit(ExitStatus.software.rawValue)
    }
    Dimmer.exit(withError: error)
  }

  /// The status for an errno value.
  static func status(errno code: Int32) -> ExitStatus {
    switch code {
    case EACCES, EPERM, EROFS: .noPermission
    case ENOENT, ENOTDIR: .noInput
    default: .io
    }
  }
}

/// Reading and writing files with errors that name the file and the fix.
enum Files {
  /// The bytes of the file at `path`, or of standard input for `-`.
  static func read(_ path: String) throws(Failure) -> [UInt8] {
    if path == "-" {
      do { return Array(try FileHandle.standardInput.readToEnd() ?? Data()) } catch {
        throw Failure(.io, "standard input can not be read: \(error.localizedDescription)")
      }
    }
    do { return Array(try Data(contentsOf: URL(fileURLWithPath: path))) } catch {
      throw Failure(status(of: error), "\(path): can not be read: \(reason(of: error))")
    }
  }

  /// Writes `text` to `path` by way of a new file beside it, so that a reader never sees half of it.
  static func write(_ text: String, to path: String) throws(Failure) {
    do { try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic) } catch {
      throw Failure(status(of: error), "\(path): can not be written: \(reason(of: error))")
    }
  }

  private static func underlying(_ error: any Error) -> NSError? {
    (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
  }

  private static func status(of error: any Error) -> ExitStatus {
    if let posix = underlying(error), posix.domain == NSPOSIXErrorDomain {
      return Failure.status(errno: Int32(posix.code))
    }
    switch (error as NSError).code {
    case CocoaError.fileReadNoSuchFile.rawValue, CocoaError.fileNoSuchFile.rawValue: return .noInput
    case CocoaError.fileReadNoPermission.rawValue, CocoaError.fileWriteNoPermission.rawValue: return .noPermission
    default: return .io
    }
  }

  private static func reason(of error: any Error) -> String {
    if let posix = underlying(error), posix.domain == NSPOSIXErrorDomain {
      return String(cString: strerror(Int32(posix.code))).lowercased()
    }
    switch (error as NSError).code {
    case CocoaError.fileReadNoSuchFile.rawValue, CocoaError.fileNoSuchFile.rawValue: return "no such file or directory"
    case CocoaError.fileReadNoPermission.rawValue, CocoaError.fileWriteNoPermission.rawValue: return "permission denied"
    case CocoaError.fileReadUnknown.rawValue: return "it is no file that can be read"
    default: return error.localizedDescription
    }
  }
}
