// swift-tools-version: 6.2
import PackageDescription

// A package of its own: the product builds without it. Run by scripts/bench.sh.
let package = Package(
  name: "benchmarks",
  dependencies: [
    .package(name: "dimmer", path: ".."), .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
  ],
  targets: [
    .executableTarget(
      name: "signals",
      dependencies: [.product(name: "Grid", package: "dimmer"), .product(name: "LedgerSQLite", package: "dimmer")],
      path: "Signals"),
    .executableTarget(
      name: "gateway-stages",
      dependencies: [
        .product(name: "Gateway", package: "dimmer"), .product(name: "LedgerSQLite", package: "dimmer"),
        .product(name: "Logging", package: "swift-log"),
      ],
      path: "GatewayStages"),
    .executableTarget(
      name: "estimates", dependencies: [.product(name: "Accounting", package: "dimmer")], path: "Estimates"),
    .executableTarget(
      name: "ledger-rows", dependencies: [.product(name: "LedgerSQLite", package: "dimmer")], path: "LedgerRows"),
  ],
  swiftLanguageModes: [.v6])
