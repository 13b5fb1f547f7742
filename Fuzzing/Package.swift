// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]

/// What is fuzzed counts its edges, looks after its memory, and keeps the checks that an optimised build would drop.
let watched: [SwiftSetting] =
  strict + [.unsafeFlags(["-sanitize=fuzzer,address", "-enable-testing", "-assert-config", "Debug"])]

let nio: [Target.Dependency] = [
  .product(name: "NIOCore", package: "swift-nio"),
  .product(name: "NIOPosix", package: "swift-nio"),
  .product(name: "NIOHTTP1", package: "swift-nio"),
]

/// A room as the house has it; one that is fuzzed is `watched`.
func room(
  _ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = [], _ settings: [SwiftSetting] = strict
) -> Target {
  .target(
    name: name, dependencies: dependencies, path: "Rooms/\(name)", resources: resources, swiftSettings: settings)
}

// `Rooms` holds links to the rooms of the house, so that they are built here with other flags than there.
let package = Package(
  name: "fuzzing",
  dependencies: [
    .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl.git", from: "2.37.6"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
  ],
  targets: [
    .target(name: "CLibFuzzer"),
    .target(name: "FuzzLoop", dependencies: ["CLibFuzzer"], swiftSettings: strict),
    room("Quantities", []),
    room("Methods", ["Quantities"]),
    room("Factors", ["Quantities", "Methods"], resources: [.embedInCode("Resources")]),
    room("Grid", ["Quantities", "Methods", "Factors"], resources: [.embedInCode("Resources")]),
    room("Ledger", ["Quantities", "Methods"]),
    room("Switching", ["Quantities", "Methods"]),
    room("Accounting", ["Quantities", "Methods", "Factors"]),
    room("Estimation", ["Quantities", "Methods", "Factors", "Accounting"]),
    room(
      "Reporting",
      [
        "Quantities", "Methods", "Ledger", "Accounting", "Switching", "Grid",
        .product(name: "Crypto", package: "swift-crypto"),
      ]),
    room("Linting", ["Quantities", "Methods", "Factors", .product(name: "Yams", package: "Yams")], watched),
    room(
      "Comparing", ["Quantities", "Methods", "Factors", "Ledger", "Accounting", "Estimation", "Reporting"], watched),
    .target(
      name: "Gateway",
      dependencies: [
        "Quantities", "Methods", .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "NIOTLS", package: "swift-nio"), .product(name: "NIOSSL", package: "swift-nio-ssl"),
      ] + nio, path: "Rooms/Gateway", swiftSettings: watched),
    .executableTarget(
      name: "fuzz",
      dependencies: [
        "FuzzLoop", "Gateway", "Quantities", .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOEmbedded", package: "swift-nio"),
      ] + nio, swiftSettings: watched, linkerSettings: [.unsafeFlags(["-sanitize=fuzzer,address", "-use-ld=lld"])]),
    .executableTarget(
      name: "fuzz-accounts", dependencies: ["FuzzLoop", "Linting", "Comparing", "Factors", "Methods", "Reporting"],
      swiftSettings: watched,
      linkerSettings: [.unsafeFlags(["-sanitize=fuzzer,address", "-use-ld=lld"])]),
  ],
  swiftLanguageModes: [.v6]
)
