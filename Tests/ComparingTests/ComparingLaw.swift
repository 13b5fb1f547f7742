import Accounting
import Comparing
import Estimation
import Factors
import Ledger
import Methods
import MethodsConformance

/// The law of receipts with the methods of the rooms that a comparison comes through.
let comparingLaw = ReceiptLaw(
  MethodRegistry(
    ComparingMethods.all + EstimationMethods.all + AccountingMethods.all + FactorsMethods.all + RequestEnergy.methods))
