import Comparing
import Estimation
import Factors
import Foundation
import Gateway
import Grid
import GridProviders
import Ledger
import Metering
import Methods
import NIOCore
import Quantities
import Service
import Switching

extension Failure {
  /// The failure for an error of one of the rooms, or `nil` for what is not ours (help, usage).
  init?(describing error: any Error) {
    switch error {
    case let failure as Failure: self = failure
    case let error as LedgerError: self.init(ExitStatus(rawValue: error.exitStatus) ?? .software, "\(error)")
    case let error as MethodError: self.init(.usage, "\(error)")
    case let error as QuantityParseError: self.init(.usage, "\(error)")
    case let error as ConfigurationError: self.init(.configuration, "\(error)")
    case let error as Calibrations.MissingCalibration: self.init(.configuration, "\(error)")
    case let error as SwitchingError:
      switch error {
      case .unknownPolicy, .invalidFloor: self.init(.usage, "\(error)")
      default: self.init(.data, "\(error)")
      }
    case let error as SeriesFileError: self.init(.data, "\(error)")
    case let error as SeriesError: self.init(.data, "\(error)")
    case let error as WeatherError: self.init(.data, "\(error)")
    case let error as WindowError: self.init(.data, "\(error)")
    case let error as ProxyAuditError: self.init(.data, "\(error)")
    case let error as ProviderError: self.init(.unavailable, "\(error)")
    case let error as RegionError: self.init(.usage, "\(error)")
    case let error as FactorError: self.init(.usage, "\(error)")
    case let error as WhyError: self.init(error.isUsage ? .usage : .data, "\(error)")
    case let error as CSVError: self.init(.data, "\(error)")
    case let error as BoardError: self.init(.usage, "\(error)")
    case let error as ServingError: self.init(.usage, "\(error)")
    case let error as Unknown: self.init(.usage, "\(error)")
    case let error as MeteringError: self.init(.unavailable, "\(error)")
    case let error as GatewayError:
      self.init(error.code == .portInUse || error.code == .cannotListen ? .unavailable : .configuration, "\(error)")
    case let error as RouteTableError: self.init(.configuration, "\(error)")
    case let error as IOError where error.errnoCode == EADDRINUSE:
      self.init(
        .unavailable, "the page's port is in use; stop the program that has it, or set control.listen to another")
    case is CancellationError: self.init(.software, "stopped")
    default: return nil
    }
  }
}
