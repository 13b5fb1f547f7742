import FuzzLoop

/// Runs libFuzzer over one of the subjects; what follows the subject's name is libFuzzer's.
///
/// usage: fuzz json|events|forms|framing|relaying [CORPUS…] [-max_total_time=SECONDS …]
@main
enum Fuzz {
  private static let subjects: [String: FuzzLoop.Subject] = [
    "json": { data, size in
      JSONLaws.check(FuzzLoop.bytes(data, size))
      RewriteLaws.check(json: FuzzLoop.bytes(data, size))
      return 0
    },
    "events": { data, size in
      EventLaws.check(FuzzLoop.bytes(data, size))
      RewriteLaws.check(events: FuzzLoop.bytes(data, size))
      return 0
    },
    "forms": { data, size in
      RewriteLaws.check(form: FuzzLoop.bytes(data, size))
      return 0
    },
    "framing": { data, size in
      FramingLaws.check(FuzzLoop.bytes(data, size))
      return 0
    },
    "relaying": { data, size in
      RelayLaws.check(FuzzLoop.bytes(data, size))
      return 0
    },
  ]

  static func main() { FuzzLoop.run(subjects, as: "fuzz") }
}
