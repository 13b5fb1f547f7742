// Closed-form estimates a second on one core: value and ends of energy with overhead, operational and embodied carbon,
// water on the site and at the power plants, of one request each; and the same with receipts.
//
// usage: estimates COUNT
import Accounting
import Foundation
import Methods
import Quantities

let arguments = CommandLine.arguments
guard arguments.count == 2, let count = Int(arguments[1]), count >= 1000 else {
  FileHandle.standardError.write(Data("usage: estimates COUNT (at least 1000)\n".utf8))
  exit(64)
}

func processorSeconds() -> Double {
  var now = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now)
  return Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
}

func bounded(_ value: Double, _ relative: Double) -> RequestKernel.Bounded {
  RequestKernel.Bounded(value, low: value / (1 + relative), high: value * (1 + relative))
}

func inputs(_ index: Int) -> RequestKernel.Inputs {
  RequestKernel.Inputs(
    energyJoules: bounded(100 + Double(index % 977), 0.05), pue: bounded(1.1 + Double(index % 7) / 20, 0.03),
    gramsPerKilowattHour: bounded(30 + Double(index % 613), 0.5), machineGrams: bounded(1.5e6, 1),
    lifeSeconds: bounded(1.26e8, 0.3), onSiteLitresPerKilowattHour: bounded(0.57, 1),
    offSiteLitresPerKilowattHour: bounded(3.1, 1), heldSeconds: 2 + Double(index % 11), share: 0.125)
}

var sum = 0.0
let start = processorSeconds()
for index in 0..<count {
  let footprint = RequestKernel.footprint(inputs(index))
  sum += footprint.totalGrams + footprint.operationalGrams.high + footprint.litres
}
let plain = processorSeconds() - start

func figure<Q: Quantity>(_ bounded: RequestKernel.Bounded, _: Q.Type, _ name: String) -> Figure<Q> {
  Figure(
    name,
    Estimate(
      Q(baseValue: bounded.value), low: Q(baseValue: bounded.low), high: Q(baseValue: bounded.high), origin: .modelled,
      method: "declared-value@1", source: name))
}

let explained = max(1000, count / 1000)
let again = processorSeconds()
for index in 0..<explained {
  let given = inputs(index)
  let energy = ITEnergy(figure(given.energyJoules, Energy.self, "energy"))
  let facility = FacilityEnergy(energy, pue: figure(given.pue, Ratio.self, "pue"))
  let carbon = OperationalCarbon.carbon(
    of: facility, at: figure(given.gramsPerKilowattHour, CarbonIntensity.self, "grid"))
  sum += carbon.value.grams
}
let receipts = processorSeconds() - again

print("\(count) estimates with ends: \(Int(Double(count) / plain)) a second on one core")
print("\(explained) carbon figures with receipts: \(Int(Double(explained) / receipts)) a second on one core")
// The sum is printed so that nothing of it can be left out.
print("sum \(sum)")
