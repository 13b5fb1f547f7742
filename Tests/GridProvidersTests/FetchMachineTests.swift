import Grid
import Quantities
import TestSupport
import Testing

@testable import GridProviders

@Suite("When requests are sent, repeated and given up")
struct FetchMachineTests {
  let start = at("2024-05-01T10:00Z")
  let request = FetchRequest(WebAddress("https://one.example")!, "/data", headers: [.init("auth-token", key!)])

  func response(_ status: Int, _ headers: [String: String] = [:], _ body: String = "{}") -> Result<
    FetchResponse, FetchFailure
  > {
    .success(FetchResponse(status: status, headers: headers.map { .init($0.key, $0.value) }, body: Array(body.utf8)))
  }

  /// Sends a request once and gives what is to be done after the answer.
  func step(
    _ machine: inout FetchMachine, _ outcome: Result<FetchResponse, FetchFailure>, at now: Timestamp? = nil,
    deadline: Span = .seconds(60), seed: UInt64 = 1
  ) -> FetchStep {
    var generator = Seeded(seed)
    var exchange = Exchange(request, deadline: (now ?? start) + deadline)
    let first = machine.begin(&exchange, at: now ?? start)
    guard case .send = first else { return first }
    return machine.received(outcome, for: &exchange, at: now ?? start, using: &generator)
  }

  @Test(
    "a failure on their side is repeated after a wait between half and all of the doubled first one, three times in all"
  )
  func repeats() {
    for seed in 0..<200 as Range<UInt64> {
      var machine = FetchMachine(FetchPolicy())
      var generator = Seeded(seed)
      var exchange = Exchange(request, deadline: start + .seconds(60))
      var now = start
      for (attempt, longest) in [(1, 0.5), (2, 1.0)] {
        guard case .send = machine.begin(&exchange, at: now),
          case .wait(let until) = machine.received(response(502), for: &exchange, at: now, using: &generator)
        else {
          Issue.record("attempt \(attempt) was not repeated")
          return
        }
        #expect((longest / 2 - 0.001...longest + 0.001).contains((until - now).seconds))
        now = until
      }
      _ = machine.begin(&exchange, at: now)
      #expect(machine.received(.failure(.cutShort), for: &exchange, at: now, using: &generator) == .fail(.cutShort))
    }
  }

  @Test("what would not change is not repeated: 400, 404, 501, too large an answer, a refused key")
  func final() {
    let cases: [(Result<FetchResponse, FetchFailure>, ProviderError)] = [
      (response(400, [:], "bad zone"), .status(400, said: "bad zone")), (response(404), .status(404, said: "{}")),
      (response(501), .status(501, said: "{}")), (.failure(.tooLarge), .tooLarge(limit: 16 * 1_048_576)),
      (response(401), .keyRefused(status: 401, place: "DIMMER_TEST_KEY")),
      (response(403, [:], "<html>no</html>"), .notPermitted(status: 403, said: "")),
    ]
    for (outcome, error) in cases {
      var machine = FetchMachine(FetchPolicy())
      #expect(step(&machine, outcome) == .fail(error))
    }
  }

  @Test("429 is waited for as long as it asks, in seconds or as a time, when the deadline allows")
  func retryAfter() {
    var machine = FetchMachine(FetchPolicy())
    #expect(step(&machine, response(429, ["Retry-After": "7"])) == .wait(until: start + .seconds(7)))
    machine = FetchMachine(FetchPolicy())
    #expect(
      step(&machine, response(429, ["retry-after": "Wed, 01 May 2024 10:00:30 GMT"]))
        == .wait(until: start + .seconds(30)))
    machine = FetchMachine(FetchPolicy())
    #expect(step(&machine, response(503, ["Retry-After": "7"])) == .wait(until: start + .seconds(7)))
  }

  @Test("in a storm of 429 nothing is sent until the asked time is over")
  func storm() {
    var machine = FetchMachine(FetchPolicy())
    let until = start + .seconds(600)
    #expect(step(&machine, response(429, ["Retry-After": "600"])) == .fail(.rateLimited(until: until)))
    for seconds in [1.0, 100, 599] {
      var exchange = Exchange(request, deadline: start + .seconds(1000))
      #expect(machine.begin(&exchange, at: start + .seconds(seconds)) == .fail(.rateLimited(until: until)))
    }
    var exchange = Exchange(request, deadline: start + .seconds(1000))
    guard case .send = machine.begin(&exchange, at: until) else {
      Issue.record("the host is still left alone")
      return
    }
  }

  @Test("a host that fails five times is left alone, twice as long after each try, and is asked again once it answers")
  func rest() {
    var machine = FetchMachine(FetchPolicy(attempts: 1))
    for _ in 0..<5 { _ = step(&machine, response(500)) }
    func isResting(_ seconds: Double) -> Bool {
      if case .fail(.resting) = step(&machine, response(500), at: start + .seconds(seconds)) { true } else { false }
    }
    #expect(isResting(59))
    #expect(!isResting(60))
    #expect(isResting(60 + 119))
    #expect(!isResting(60 + 120))
    #expect(step(&machine, response(200), at: start + .seconds(1000)) != .fail(.cutShort))
    #expect(!isResting(1001))
    #expect(!isResting(1002))
  }

  @Test("a clock that is put back does not keep a host at rest")
  func clockBack() {
    var machine = FetchMachine(FetchPolicy(attempts: 1))
    for _ in 0..<5 { _ = step(&machine, response(500)) }
    guard case .finish = step(&machine, response(200), at: start - .hours(5)) else {
      Issue.record("the host is still left alone")
      return
    }
  }

  @Test("a refused key is not tried again at once")
  func refused() {
    var machine = FetchMachine(FetchPolicy())
    _ = step(&machine, response(401))
    guard case .fail(.resting(_, let after)) = step(&machine, response(200), at: start + .seconds(30)) else {
      Issue.record("it was tried again")
      return
    }
    #expect(after.contains("DIMMER_TEST_KEY"))
  }

  @Test("a host gets no more requests than its budget, which refills with time")
  func budget() {
    var machine = FetchMachine(FetchPolicy(budget: 2, budgetInterval: .seconds(60)))
    _ = step(&machine, response(200))
    _ = step(&machine, response(200))
    #expect(step(&machine, response(200)) == .wait(until: start + .seconds(30)))
    #expect(step(&machine, response(200), deadline: .seconds(10)) == .fail(.budgetSpent(until: start + .seconds(30))))
    guard case .finish = step(&machine, response(200), at: start + .seconds(30)) else {
      Issue.record("the budget did not refill")
      return
    }
  }

  @Test("what is kept is asked after by its tag, and a confirmed answer keeps the time at which it was read")
  func conditional() {
    var machine = FetchMachine(FetchPolicy())
    _ = step(&machine, response(200, ["ETag": "\"a\"", "Last-Modified": "yesterday"], "first"))
    var exchange = Exchange(request, deadline: start + .hours(2))
    let later = start + .hours(1)
    guard case .send(let sent, _) = machine.begin(&exchange, at: later) else {
      Issue.record("nothing was sent")
      return
    }
    #expect(sent.headerPairs.contains { $0 == ("If-None-Match", "\"a\"") })
    #expect(sent.headerPairs.contains { $0 == ("If-Modified-Since", "yesterday") })
    var generator = Seeded(1)
    guard case .finish(let answer) = machine.received(response(304), for: &exchange, at: later, using: &generator)
    else {
      Issue.record("304 is no answer")
      return
    }
    #expect(answer.response.body == Array("first".utf8))
    #expect(answer.receivedAt == start)
    machine.forget(request)
    guard case .send(let again, _) = machine.begin(&exchange, at: later) else { return }
    #expect(!again.headerPairs.contains { $0.name == "If-None-Match" })
  }

  @Test("an answer that is fresh by its own word is not asked for again, for ten minutes at most")
  func fresh() {
    var machine = FetchMachine(FetchPolicy())
    _ = step(&machine, response(200, ["Cache-Control": "public, max-age=86400"], "first"))
    guard case .finish(let answer) = step(&machine, response(200, [:], "second"), at: start + .seconds(599)) else {
      return
    }
    #expect(answer.response.body == Array("first".utf8))
    guard case .finish(let next) = step(&machine, response(200, [:], "second"), at: start + .seconds(600)) else {
      return
    }
    #expect(next.response.body == Array("second".utf8))
  }

  @Test("a redirect is followed within the host, with the key, and to no other one")
  func redirects() {
    var machine = FetchMachine(FetchPolicy())
    var generator = Seeded(1)
    var exchange = Exchange(request, deadline: start + .seconds(60))
    _ = machine.begin(&exchange, at: start)
    guard
      case .send(let next, _) = machine.received(
        response(302, ["Location": "/v4/data"]), for: &exchange, at: start, using: &generator)
    else {
      Issue.record("it was not followed")
      return
    }
    #expect(next.url == "https://one.example/v4/data")
    for place in [
      "https://two.example/data", "//two.example/data", "http://one.example/data", "https://one.example.two.example/",
      "",
    ] {
      var machine = FetchMachine(FetchPolicy())
      guard case .fail(.redirected) = step(&machine, response(302, ["Location": place])) else {
        Issue.record("'\(place)' was followed")
        continue
      }
    }
    var circle = FetchMachine(FetchPolicy())
    var lost = Exchange(request, deadline: start + .seconds(60))
    var last = circle.begin(&lost, at: start)
    for _ in 0..<5 {
      guard case .send = last else { break }
      last = circle.received(response(302, ["Location": "/data"]), for: &lost, at: start, using: &generator)
    }
    #expect(last == .fail(.redirected(to: "itself, more than 3 times")))
  }

  @Test("no exchange may last longer than what is left of the deadline")
  func deadline() {
    var machine = FetchMachine(FetchPolicy())
    var exchange = Exchange(request, deadline: start + .seconds(4))
    guard case .send(_, let limits) = machine.begin(&exchange, at: start) else { return }
    #expect(limits.total == .seconds(4) && limits.connect == .seconds(4))
    #expect(machine.begin(&exchange, at: start + .seconds(4)) == .fail(.timedOut(after: .zero)))
  }

  @Test("a key prints nowhere: not by itself, not in a request, not when a server sends it back")
  func secrets() {
    let requests = [request, FetchRequest(request.address, "/d", query: [.init("k", key!)])]
    #expect(!"\(key!) \(String(reflecting: key!)) \(requests)".contains("S3cr3t"))
    var text = ""
    dump((key!, requests), to: &text)
    #expect(!text.contains("S3cr3t"))
    #expect(requests[1].url.contains("S3cr3t%2FK3y"))
    let echo = "no such key: \(secretText) or S3cr3t%2FK3y%2Bthat%3Dnobody%26may~see"
    var machine = FetchMachine(FetchPolicy(attempts: 1))
    for outcome in [
      response(400, [:], echo), response(500, [:], echo), response(403, [:], echo),
      response(302, ["Location": "https://\(secretText)/"], ""), .failure(.unreachable(echo)),
    ] {
      let result = step(&machine, outcome)
      #expect(!"\(result)".contains("S3cr3t"))
    }
    machine = FetchMachine(FetchPolicy())
    guard case .finish(let answer) = step(&machine, response(200, [:], echo)) else { return }
    #expect(String(decoding: answer.response.body, as: UTF8.self) == "no such key: *** or ***")
    #expect(Credential(" \n", from: "x") == nil && Credential("a\nb", from: "x") == nil)
    #expect(Credential("abc\n", from: "x")?.revealed == "abc")
  }
}
