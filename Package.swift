// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]

/// The meter must run where nothing is installed, so it carries the standard library in itself.
let carried: [LinkerSetting] = [.unsafeFlags(["-static-stdlib"], .when(platforms: [.linux]))]

let nio: [Target.Dependency] = [
  .product(name: "NIOCore", package: "swift-nio"),
  .product(name: "NIOPosix", package: "swift-nio"),
  .product(name: "NIOHTTP1", package: "swift-nio"),
]
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")

func room(_ floor: String, _ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
  .target(
    name: name, dependencies: dependencies, path: "Sources/\(floor)/\(name)", resources: resources,
    swiftSettings: strict)
}

func program(
  _ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = [], linker: [LinkerSetting] = []
) -> Target {
  .executableTarget(
    name: name, dependencies: dependencies, path: "Sources/Programs/\(name)", resources: resources,
    swiftSettings: strict, linkerSettings: linker)
}

func tests(_ room: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = []) -> Target {
  .testTarget(
    name: "\(room)Tests", dependencies: [.target(name: room), "TestSupport"] + dependencies, path: "Tests/\(room)Tests",
    exclude: exclude, swiftSettings: strict)
}

let package = Package(
  name: "dimmer",
  products: [
    .executable(name: "dimmer", targets: ["dimmer"]),
    .executable(name: "dimmer-meter", targets: ["dimmer-meter"]),
    // For benchmarks, which are a package of their own.
    .library(name: "Grid", targets: ["Grid", "Methods", "Quantities"]),
    .library(name: "LedgerSQLite", targets: ["LedgerSQLite", "Ledger", "Quantities"]),
    .library(name: "Gateway", targets: ["Gateway", "Quantities"]),
    .library(name: "Accounting", targets: ["Accounting", "Methods", "Quantities"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl.git", from: "2.37.6"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
  ],
  targets: [
    // Core: what a figure is.
    room("Core", "Quantities", []),
    room("Core", "Methods", ["Quantities"]),
    room("Core", "MethodsConformance", ["Quantities", "Methods"]),
    room("Core", "Factors", ["Quantities", "Methods"], resources: [.embedInCode("Resources")]),
    // Measure: what the machine and the grid say.
    .target(name: "CMetering", path: "Sources/Measure/CMetering"),
    room("Measure", "Metering", ["Quantities", "Methods", "CMetering"]),
    room("Measure", "Grid", ["Quantities", "Methods", "Factors"], resources: [.embedInCode("Resources")]),
    room("Measure", "GridConformance", ["Quantities", "Methods", "Grid"]),
    room("Measure", "GridProviders", ["Quantities", "Methods", "Factors", "Grid"]),
    room(
      "Measure", "GridHTTP",
      [
        "Quantities", "GridProviders", .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOHTTPCompression", package: "swift-nio-extras"),
      ]),
    // Record: what is kept.
    room("Record", "Ledger", ["Quantities", "Methods"]),
    room(
      "Record", "LedgerSQLite",
      [
        "Quantities", "Methods", "Grid", "Ledger", .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "GRDBSQLite", package: "GRDB.swift"),
      ]),
    room("Record", "LedgerConformance", ["Quantities", "Methods", "Ledger"]),
    // Account: what measured work costs.
    room("Account", "Accounting", ["Quantities", "Methods", "Factors"]),
    room("Account", "Estimation", ["Quantities", "Methods", "Factors", "Accounting"]),
    // Reduce: which variant, now. No I/O here.
    room("Reduce", "Switching", ["Quantities", "Methods"]),
    // Act: the proxy in front of models.
    room(
      "Act", "Gateway",
      [
        "Quantities", "Methods", logging, lifecycle, .product(name: "NIOTLS", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
      ] + nio),
    // Tell: pages, reports, the daemon.
    room(
      "Tell", "Reporting",
      [
        "Quantities", "Methods", "Ledger", "Accounting", "Switching", "Grid",
        .product(name: "Crypto", package: "swift-crypto"),
      ]),
    room("Tell", "Linting", ["Quantities", "Methods", "Factors", .product(name: "Yams", package: "Yams")]),
    room(
      "Tell", "Comparing",
      ["Quantities", "Methods", "Factors", "Ledger", "Accounting", "Estimation", "Reporting"]),
    room(
      "Tell", "CarbonAware", ["Quantities", "Methods", "Grid", "Reporting"], resources: [.embedInCode("Resources")]),
    room("Tell", "Telemetry", ["Quantities", "Methods", "Factors", "Ledger", "Reporting"]),
    room(
      "Tell", "Service",
      [
        "Quantities", "Methods", "Factors", "Metering", "Grid", "GridProviders", "Ledger", "Accounting", "Switching",
        "Gateway", "Reporting", "Comparing", "Telemetry", "CarbonAware", logging, lifecycle,
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "Yams", package: "Yams"),
      ]),
    // Programs.
    program(
      "dimmer",
      [
        "Quantities", "Methods", "Factors", "Metering", "Grid", "GridProviders", "GridHTTP", "Ledger", "LedgerSQLite",
        "Accounting", "Estimation", "Switching", "Gateway", "Reporting", "Linting", "Comparing", "Telemetry", "Service",
        logging, lifecycle,
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
      ] + nio, resources: [.embedInCode("Demo/Resources")]),
    program("dimmer-meter", ["Quantities", "Methods", "Metering", "CMetering"], linker: carried),
    // Tests, one target a room; what they share.
    .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: strict),
    tests("Quantities"),
    tests("Methods", ["Quantities", "MethodsConformance"]),
    tests("Factors", ["Quantities", "Methods"]),
    tests("Metering", ["Quantities", "Methods"]),
    tests("Grid", ["Quantities", "Methods", "MethodsConformance", "Factors"]),
    tests(
      "GridProviders",
      [
        "Quantities", "Methods", "Factors", "Grid", "GridConformance", "GridHTTP",
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
      ]),
    tests(
      "LedgerSQLite",
      [
        "Grid", "GridConformance", "Ledger", "LedgerConformance", "Quantities", "Methods",
        .product(name: "GRDB", package: "GRDB.swift"),
      ]),
    tests("Accounting", ["Quantities", "Methods", "MethodsConformance", "Factors"]),
    tests("Estimation", ["Quantities", "Methods", "MethodsConformance", "Factors", "Accounting"]),
    tests("Linting", ["Quantities", "Methods", "Factors"], exclude: ["Corpus"]),
    tests(
      "Comparing",
      ["Quantities", "Methods", "MethodsConformance", "Factors", "Ledger", "Accounting", "Estimation", "Reporting"]),
    tests("Switching", ["Quantities", "Methods", "Grid"]),
    tests(
      "Gateway", ["Quantities", logging, lifecycle, .product(name: "NIOSSL", package: "swift-nio-ssl")] + nio),
    tests(
      "Reporting", ["Quantities", "Methods", "MethodsConformance", "Ledger", "Accounting", "Switching", "Grid"]),
    tests("CarbonAware", ["Quantities", "Methods", "Grid", "Reporting"]),
    tests("Telemetry", ["Quantities", "Methods", "Factors", "Ledger", "Accounting", "Reporting"]),
    tests(
      "Service",
      [
        "Quantities", "Methods", "MethodsConformance", "Factors", "Metering", "Grid", "GridProviders", "Ledger",
        "LedgerSQLite",
        "LedgerConformance", "Accounting",
        "Switching", "Gateway", "Reporting", "Telemetry", logging, lifecycle,
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOEmbedded", package: "swift-nio"),
        .product(name: "ServiceLifecycleTestKit", package: "swift-service-lifecycle"),
      ]),
    // The two programs as a user runs them.
    .testTarget(
      name: "ProgramTests",
      dependencies: [
        "Quantities", "Methods", "MethodsConformance", "Factors", "Metering", "Grid", "Ledger", "Accounting",
        "Estimation", "Switching", "Gateway", "Reporting", "Comparing", "Telemetry", "Service", "TestSupport",
      ],
      path: "Tests/ProgramTests", swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6]
)
