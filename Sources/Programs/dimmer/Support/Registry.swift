import Accounting
import Comparing
import Estimation
import Factors
import Gateway
import Grid
import Ledger
import Metering
import Methods
import Reporting
import Service
import Switching
import Telemetry

/// Every method of the program, put together from the rooms that own them.
enum Registry {
  static let methods = MethodRegistry(
    MeteringMethods.all + FactorsMethods.all + GridMethods.all + AccountingMethods.all + EstimationMethods.all
      + ComparingMethods.all + SwitchingMethods.all + GatewayMethods.all + ServiceMethods.all
      + TelemetryMethods.all + ReportingMethods.all + RequestEnergy.methods)
}
