import Foundation
import Testing

/// The board as somebody meets it who has a browser and a keyboard. `DIMMER_PICTURES=DIR` keeps pictures to look at.
@Suite("The board in a browser", .enabled(if: Programs.system("chromium") != nil, "no chromium on the PATH"))
struct CompareInBrowserTests {
  private static let configuration = """
    gateway: {listen: "127.0.0.1:0"}
    control: {listen: "127.0.0.1:0"}
    grid: {trace: ciso}
    models:
      - alias: digits
        floor: 80
        variants:
          - {name: small, url: "http://127.0.0.1:9", quality: 74, energy_per_unit: 1 J}
          - {name: large, url: "http://127.0.0.1:9", quality: 83, energy_per_unit: 9 J}
    """
  private static let usual = "task=chat&model=Llama%203.1%208B&model=Llama%203.3%2070B&region=DE&region=FR"
  private static let bound = usual + "&sort=latency&max_latency=8"
  /// A board, one with everything stated, one with nothing in sight, a wrong question, and the page before all.
  private static let pages = [
    usual + "&pue=1.2&wue=0.3&price=0.3&currency=EUR&quality=Llama%203.1%208B=0.7&row=by%20hand:%20carbon=0.2%20g",
    bound, usual + "&max_latency=0.001", "task=chat&model=Lama&region=Germny", "task=chat&model=Llama%203.1%208B", "",
  ]
  private static let sizes = [("phone", 390, 844), ("desktop", 1280, 800)]

  /// Hands over a browser and the address of a served board.
  private func onBoard(_ body: (Workspace, Browser, String) async throws -> Void) async throws {
    try await Workspace.use { space in
      try space.write("dimmer.yaml", Self.configuration)
      let serve = try space.start(
        ["serve", "--config", space.file("dimmer.yaml"), "--ready", space.file("ready.json")])
      let port = try await eventually("the page listens") { () -> Int? in
        guard serve.isRunning else { throw TookTooLong(description: "serve ended: \(serve.errorText)") }
        return space.text("ready.json").flatMap { try? JSON($0) }?["control_port"].int
      }
      let browser = try await Browser(space)
      try await body(space, browser, "http://127.0.0.1:\(port)/compare")
      try await browser.end()
    }
  }

  /// Goes through the page with the tabulator key, and expects to meet every control once, in the order of reading, each
  /// in sight and marked.
  private func walk(_ browser: Browser, _ where: Comment) async throws {
    let count = try await browser.value(PageSight.controls).number()
    #expect(count > 3, `where`)
    for index in 0..<Int(count) {
      try await browser.press(.tab)
      let focus = try await browser.value(PageSight.focus)
      let name = "\(`where`), \(focus["name"])"
      #expect(focus["index"].int == index, "not in the order of reading: \(name)")
      #expect(focus["seen"].bool == true, "out of sight: \(name)")
      #expect(focus["marked"].bool == true && focus["contrast"].double ?? 0 >= 3, "not marked: \(name)")
    }
    try await browser.press(.tab)
    let last = try await browser.value(PageSight.focus)
    #expect(last.isNull || last["index"].int == 0, "the focus is caught by \(last): \(`where`)")
  }

  @Test("By keyboard every control is met once in the order of reading, in sight and marked, and the page lets go")
  func keyboard() async throws {
    try await onBoard { _, browser, address in
      for (name, width, height) in Self.sizes {
        for scheme in ["light", "dark"] {
          try await browser.look(width, height, scheme: scheme)
          try await browser.open("\(address)?\(Self.bound)")
          try await walk(browser, "\(name), \(scheme)")
        }
      }
      try await browser.open(address)
      try await walk(browser, "before anything was asked")
    }
  }

  @Test("Order, bounds and form work by keyboard, and the address holds what was chosen")
  func operating() async throws {
    try await onBoard { _, browser, address in
      try await browser.look(1280, 800, scheme: "light")
      try await browser.open("\(address)?\(Self.usual)")
      func focus(_ selector: String) async throws {
        #expect(try await browser.value("(document.querySelector('\(selector)').focus(),true)").bool == true)
      }
      func options() async throws -> [String] {
        try await browser.value("[...document.querySelectorAll('ol.board h3')].map(e=>e.textContent)").array
          .compactMap(\.string)
      }
      let first = try await options()
      #expect(first.count == 4)
      try await focus(".sorting a:not([aria-current])[href*=latency]")
      try await browser.loading { try await browser.press(.enter) }
      #expect(try await browser.value("location.search").text().contains("sort=latency"))
      #expect(try await browser.value("document.querySelector('.sorting [aria-current]').textContent").text() == "time")
      // Enter and space fold a form open and shut; escape takes nothing away.
      try await focus(".change>summary")
      for (key, isOpen) in [(Browser.Key.enter, true), (.escape, true), (.space, false), (.space, true)] {
        try await browser.press(key)
        #expect(try await browser.value("document.querySelector('.change').open").bool == isOpen, "\(key)")
      }
      try await focus("input[name=max_latency]")
      try await browser.type("8")
      try await browser.loading { try await browser.press(.enter) }
      let within = try await options()
      #expect(within.count == 2 && within.allSatisfy { $0.contains("8B") }, "\(within)")
      #expect(try await browser.value("document.querySelector('input[name=max_latency]').value").text() == "8")
      // The address alone gives the same board, and the way back gives all of it.
      let link = try await browser.value("location.href").text()
      try await browser.open("about:blank")
      try await browser.open(link)
      #expect(try await options() == within)
      try await focus(".bounds a")
      try await browser.loading { try await browser.press(.enter) }
      #expect(try await options().count == 4)
      #expect(try await browser.value("location.search").text().contains("sort=latency"))
    }
  }

  @Test("Nothing in sight and a name that nobody knows have a way on, by keyboard")
  func waysOn() async throws {
    try await onBoard { _, browser, address in
      try await browser.open("\(address)?\(Self.usual)&max_latency=0.001")
      let problem = try await browser.value("document.querySelector('.problem').textContent").text()
      #expect(problem.contains("No option is within the bounds") && problem.contains("The nearest"), "\(problem)")
      _ = try await browser.value("document.querySelector('.problem a').focus()")
      try await browser.loading { try await browser.press(.enter) }
      #expect(try await browser.value("document.querySelectorAll('ol.board>li').length").int == 4)
      try await browser.open("\(address)?task=chat&model=Llama%203.1%208B&region=Germny,FR")
      #expect(try await browser.value("document.querySelector('[role=alert] a').textContent").text() == "Germany")
      #expect(try await browser.value("document.querySelector('input[name=region]').value").text() == "Germny,FR")
      _ = try await browser.value("document.querySelector('[role=alert] a').focus()")
      try await browser.loading { try await browser.press(.enter) }
      #expect(try await browser.value("document.querySelectorAll('ol.board>li').length").int == 2)
      // Markup in a name stays text.
      try await browser.open("\(address)?task=chat&model=%3Cimg%20src%3E=1:2&region=DE")
      #expect(try await browser.value("document.querySelectorAll('main img').length").int == 0)
      #expect(try await browser.value("document.querySelector('h3').textContent").text().contains("<img"))
    }
  }

  @Test(
    "On a phone, a narrow one, enlarged twice and on a desk nothing hangs over, and all text stands out, in both schemes"
  )
  func looks() async throws {
    try await onBoard { _, browser, address in
      for page in Self.pages {
        try await browser.open("\(address)?\(page)")
        #expect(try await browser.value(PageSight.stumbling).array.map(\.description) == [], "\(page)")
        _ = try await browser.value(PageSight.unfold)
        for width in [320, 390, 640, 1280] {
          try await browser.look(width, 800, scheme: "light")
          #expect(try await browser.value(PageSight.tooWide).array.map(\.description) == [], "\(page) at \(width)")
        }
        for (scheme, medium) in [("light", ""), ("dark", ""), ("dark", "print")] {
          try await browser.look(1280, 800, scheme: scheme, medium: medium)
          #expect(
            try await browser.value(PageSight.faint).array.map(\.description) == [], "\(page), \(scheme) \(medium)")
        }
      }
      // On paper there is nothing to press, and the options are there.
      try await browser.open("\(address)?\(Self.usual)")
      let heights = try await browser.value(
        "['.sorting','.change','.words','ol.board'].map(s=>document.querySelector(s).getClientRects().length)")
      #expect(heights.array.map(\.int) == [0, 0, 0, 1])
    }
  }

  @Test("A board in a file sorts and keeps to a bound by keyboard, remembers both, and is whole without scripts")
  func file() async throws {
    try await Workspace.use { space in
      let page = space.file("board.html")
      let ending = try await space.start(
        [
          "compare", "--task", "chat", "--model", "Llama 3.1 8B", "--model", "Llama 3.3 70B", "--region", "DE",
          "--region", "FR", "--html", page,
        ]
      ).end()
      #expect(ending.status == 0, "\(ending.error)")
      let browser = try await Browser(space)
      for (name, width, height) in Self.sizes {
        for scheme in ["light", "dark"] {
          try await browser.look(width, height, scheme: scheme)
          try await browser.open("file://\(page)")
          if let pictures = Programs.environment("DIMMER_PICTURES") {
            try await browser.picture().write(to: URL(fileURLWithPath: "\(pictures)/compare-\(name)-\(scheme).png"))
          }
          try await walk(browser, "\(name), \(scheme)")
          #expect(try await browser.value(PageSight.tooWide).array.map(\.description) == [], "\(name)")
        }
      }
      #expect(try await browser.value(PageSight.stumbling).array.map(\.description) == [])
      let seen = "[...document.querySelectorAll('ol.board>li:not([hidden])')].map(e=>Number(e.dataset.water))"
      _ = try await browser.value(
        "[...document.querySelectorAll('.sorting button')].find(e=>e.textContent==='water').focus()")
      try await browser.press(.space)
      let sorted = try await browser.value(seen).array.compactMap(\.double)
      #expect(sorted.count == 4 && sorted == sorted.sorted())
      let pressed = "document.querySelector('.sorting [aria-pressed=true]').textContent"
      #expect(try await browser.value(pressed).text() == "water")
      _ = try await browser.value("document.querySelector('.sorting input').focus()")
      try await browser.type("8")
      #expect(try await browser.value(seen).array.count == 2)
      let link = try await browser.value("location.href").text()
      #expect(link.hasSuffix("#sort=water&max_latency=8"))
      try await browser.open("about:blank")
      try await browser.open(link)
      #expect(try await browser.value(seen).array.count == 2)
      #expect(try await browser.value(pressed).text() == "water")
      try await browser.call("Emulation.setScriptExecutionDisabled", ["value": true])
      try await browser.open("about:blank")
      try await browser.open(link)
      #expect(try await browser.value(seen).array.count == 4)
      #expect(try await browser.value("document.querySelector('.sorting').getClientRects().length").int == 0)
      try await browser.end()
    }
  }

  @Test("The page of why two figures differ and a label stand out and hang over nowhere, in both schemes")
  func others() async throws {
    try await Workspace.use { space in
      let why = try await space.dimmer(
        "why", "gemini-median-text", "openai-chatgpt-average", "--html", space.file("why.html"))
      #expect(why.status == 0, "\(why.error)")
      let estimate = try await space.dimmer(
        "estimate", "text", "--model", "Llama 3.1 8B", "--output-tokens", "400", "--region", "DE", "--json", "--explain"
      )
      try space.write("e.json", estimate.output)
      let label = try await space.dimmer("label", "--estimate-file", space.file("e.json"), "--format", "html")
      #expect(label.status == 0 && label.output.contains("DE, 3"), "the grid's value is on the label")
      try space.write(
        "label.html",
        "<!doctype html><html lang=\"en\"><meta name=\"viewport\" content=\"width=device-width\"><body>\(label.output)")
      let browser = try await Browser(space)
      for page in ["why.html", "label.html"] {
        try await browser.open("file://\(space.file(page))")
        if page == "why.html" {
          #expect(try await browser.value(PageSight.stumbling).array.map(\.description) == [])
        }
        for (width, scheme) in [(320, "light"), (390, "dark"), (1280, "light"), (1280, "dark")] {
          try await browser.look(width, 800, scheme: scheme)
          #expect(try await browser.value(PageSight.tooWide).array.map(\.description) == [], "\(page) at \(width)")
          #expect(try await browser.value(PageSight.faint).array.map(\.description) == [], "\(page), \(scheme)")
        }
      }
      try await browser.end()
    }
  }
}
