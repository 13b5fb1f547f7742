import FuzzLoop

/// Runs libFuzzer over one of the readers of the accounts: files that are linted, addresses of boards, claims in words.
///
/// usage: fuzz-accounts lint|boards|claims [CORPUS…] [-max_total_time=SECONDS …]
@main
enum FuzzAccounts {
  private static let subjects: [String: FuzzLoop.Subject] = [
    "lint": { data, size in
      LintLaws.check(FuzzLoop.bytes(data, size))
      return 0
    },
    "boards": { data, size in
      BoardLaws.check(FuzzLoop.bytes(data, size))
      return 0
    },
    "claims": { data, size in
      ClaimLaws.check(FuzzLoop.bytes(data, size))
      return 0
    },
  ]

  static func main() { FuzzLoop.run(subjects, as: "fuzz-accounts") }
}
