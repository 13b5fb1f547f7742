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
    // A command that has said all there is to say ends with the status of its answer, if its answer got out.
    if let failure = Output.failure {
      Output.error(failure.description)
      Foundation.exit(failure.status.rawValue)
    }
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
