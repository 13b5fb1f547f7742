// swift-tools-version: 6.2
import PackageDescription

// A package of its own: the product builds without it. Run by scripts/bench.sh signals.
let package = Package(
  name: "benchmarks",
  dependencies: [.package(name: "dimmer", path: "..")],
  targets: [
    .executableTarget(
      name: "signals",
      dependencies: [.product(name: "Grid", package: "dimmer"), .product(name: "LedgerSQLite", package: "dimmer")],
      path: "Signals")
  ],
  swiftLanguageModes: [.v6])
